//! The card that a command is about.

use crate::{Global, confirm, progress};
use anyhow::{Result, ensure};
use driver::{BusError, Held, InForce, Locator, OpenCard, OpenError, Snapshot};
use model::classifier::Rules;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a command waits for another process to be done with the card, unless `--wait` says so.
const PATIENCE: Duration = Duration::from_secs(2);

/// Its name: the one that was given, or the only one of this host.
///
/// # Errors
/// If none was given, and the host has none or several.
pub(crate) fn locator(global: &Global) -> Result<Locator, OpenError> {
    match &global.card {
        Some(locator) => Ok(locator.clone()),
        None => driver::only(Path::new(driver::sysfs::DEVICES)),
    }
}

/// Opens it, and keeps every other process from programming it meanwhile.
///
/// # Errors
/// As [`driver::open_at`].
pub(crate) fn open(global: &Global) -> Result<OpenCard, OpenError> {
    open_at(global, &locator(global)?)
}

/// The same of a card that is named here.
///
/// # Errors
/// As [`driver::open_at`].
pub(crate) fn open_at(global: &Global, locator: &Locator) -> Result<OpenCard, OpenError> {
    let start = Instant::now();
    loop {
        match driver::open_at(locator, global.window) {
            Err(OpenError::Busy { .. }) if start.elapsed() < global.wait.unwrap_or(PATIENCE) => {
                std::thread::sleep(Duration::from_millis(20))
            }
            opened => return opened,
        }
    }
}

/// Reads back what it decides by: for whoever only looks.
///
/// # Errors
/// If a read fails.
pub(crate) fn in_force(card: &mut OpenCard) -> Result<InForce> {
    reading(card, driver::snapshot::in_force)
}

/// Reads back what decides between the endpoints of some groups: for self-source ports.
///
/// # Errors
/// If a read fails.
pub(crate) fn in_force_of(card: &mut OpenCard, needed: impl FnOnce(&Rules) -> BTreeSet<u8>) -> Result<InForce> {
    reading(card, |card| driver::snapshot::in_force_of(card, needed))
}

/// Reads back what each of its cores decides by: for whoever plans a change.
///
/// # Errors
/// If a read fails.
pub(crate) fn held(card: &mut OpenCard) -> Result<Held> {
    reading(card, driver::snapshot::held)
}

/// Reads back everything that it holds: for whoever makes a change.
///
/// # Errors
/// If a read fails.
pub(crate) fn learn(card: &mut OpenCard) -> Result<Snapshot> {
    reading(card, driver::snapshot::learn)
}

fn reading<T>(card: &mut OpenCard, read: impl FnOnce(&mut OpenCard) -> Result<T, BusError>) -> Result<T> {
    let _busy = progress::busy(format!("reading {}", card.info().locator));
    Ok(read(card)?)
}

/// Asks the person at the terminal whether to go ahead, and leaves the card to others meanwhile.
///
/// # Errors
/// If the answer is not yes, or the card no longer holds what it held `now`, when it was asked about.
pub(crate) fn confirmed(global: &Global, card: OpenCard, now: &Snapshot, question: &str) -> Result<OpenCard> {
    drop(card);
    confirm::ask(question)?;
    let mut card = open(global)?;
    ensure!(learn(&mut card)? == *now, "the card was changed by another process before you answered, so nothing was done; run this again");
    Ok(card)
}
