//! The card that a command is about.

use crate::{Global, progress};
use anyhow::Result;
use driver::{Locator, OpenCard, OpenError, Snapshot};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a command waits for another process to be done with the card: for one that only reads, not for one that asks its user.
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
    let locator = locator(global)?;
    let start = Instant::now();
    loop {
        match driver::open_at(&locator, global.window) {
            Err(OpenError::Busy { .. }) if start.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
            opened => return opened,
        }
    }
}

/// Reads back everything that it holds.
///
/// # Errors
/// If a read fails.
pub(crate) fn learn(card: &mut OpenCard) -> Result<Snapshot> {
    let _busy = progress::busy(format!("reading {}", card.info().locator));
    Ok(driver::snapshot::learn(card)?)
}
