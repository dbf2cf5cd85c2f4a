//! What commands read: the configuration.

use anyhow::{Context, Result};
use control::Configuration;
use std::path::Path;

/// Reads a `tandem.toml`.
pub(crate) fn configuration(path: &Path) -> Result<Configuration> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{}: no readable configuration; docs/configuration.md has one to start from", path.display()))?;
    Ok(Configuration::parse(&text, &path.display().to_string())?)
}
