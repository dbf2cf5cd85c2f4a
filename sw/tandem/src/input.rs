//! What commands read: the configuration.

use anyhow::{Context, Result};
use control::{Configuration, ManagerState};
use std::path::Path;

/// The text of a `tandem.toml`.
pub(crate) fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("{}: cannot read the configuration; docs/configuration.md has one to start from", path.display()))
}

/// Reads a `tandem.toml`.
pub(crate) fn configuration(path: &Path) -> Result<Configuration> {
    parse(path, &text(path)?)
}

/// What the text of a `tandem.toml` says.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Configuration> {
    Ok(Configuration::parse(text, &path.display().to_string())?)
}

/// Reads a `tandem.toml`, with other states for these managers.
pub(crate) fn configuration_with(path: &Path, states: &[(&str, ManagerState)]) -> Result<Configuration> {
    Ok(Configuration::parse_with(&text(path)?, &path.display().to_string(), states)?)
}
