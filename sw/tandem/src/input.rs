//! What commands read: the configuration.

use anyhow::Result;
use control::{Configuration, ManagerState};
use std::path::Path;

/// The text of a `tandem.toml`.
///
/// # Errors
/// If it cannot be read, or is no UTF-8 text.
pub(crate) fn text(path: &Path) -> Result<String> {
    operator::input::text(path, "docs/configuration.md")
}

/// Reads a `tandem.toml`.
pub(crate) fn configuration(path: &Path) -> Result<Configuration> {
    parse(path, &text(path)?)
}

/// What the text of a `tandem.toml` says.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Configuration> {
    Ok(Configuration::parse(text, &path.display().to_string())?)
}

/// What it says, with other states for these managers.
pub(crate) fn parse_with(path: &Path, text: &str, states: &[(&str, ManagerState)]) -> Result<Configuration> {
    Ok(Configuration::parse_with(text, &path.display().to_string(), states)?)
}
