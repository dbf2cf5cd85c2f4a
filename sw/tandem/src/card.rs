//! The card that a command is about.

use crate::Global;
use anyhow::Result;
use driver::{Locator, OpenCard};
use std::path::Path;

/// Its name: the one that was given, or the only one of this host.
///
/// # Errors
/// If none was given, and the host has none or several.
pub(crate) fn locator(global: &Global) -> Result<Locator> {
    Ok(match &global.card {
        Some(locator) => locator.clone(),
        None => driver::only(Path::new(driver::sysfs::DEVICES))?,
    })
}

/// Opens it, and keeps every other process from programming it meanwhile.
///
/// # Errors
/// As [`driver::open`].
pub(crate) fn open(global: &Global) -> Result<OpenCard> {
    Ok(driver::open(&locator(global)?)?)
}
