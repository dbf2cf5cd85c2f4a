//! What commands read: the configuration.

use anyhow::{Context, Result, anyhow};
use control::{Configuration, ManagerState};
use std::path::Path;

/// The text of a `tandem.toml`.
///
/// # Errors
/// If it cannot be read, or is no UTF-8 text.
pub(crate) fn text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path)
        .with_context(|| format!("{}: cannot read the configuration; docs/configuration.md has one to start from", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let (line, column) = (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or("").chars().count() + 1);
        anyhow!("{}:{line}:{column}: this is no UTF-8 text; save the file as UTF-8", path.display())
    })
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
