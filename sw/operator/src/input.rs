//! What programs read: a configuration.

use anyhow::{Context as _, Result, anyhow};
use std::path::Path;

/// The text of a configuration; `examples` is where the reader finds one to start from.
///
/// # Errors
/// If it cannot be read, or is no UTF-8 text.
pub fn text(path: &Path, examples: &str) -> Result<String> {
    let bytes = std::fs::read(path)
        .with_context(|| format!("{}: cannot read the configuration; {examples} has one to start from", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let (line, column) = (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or("").chars().count() + 1);
        anyhow!("{}:{line}:{column}: this is no UTF-8 text; save the file as UTF-8", path.display())
    })
}
