//! From designs to files.

use crate::design::Design;
use crate::error::EmitError;
use crate::programs::Programs;
use crate::render::render;
use std::path::{Path, PathBuf};

/// Writes every design to `<out>/<variant>/<top>.v`, and returns the files, once every one of them is clean.
///
/// # Errors
/// Whatever a check refuses; then no file in `out` has changed.
pub fn emit_all(designs: &[Design], out: &Path) -> Result<Vec<PathBuf>, EmitError> {
    let programs = Programs::find()?;
    let mut clean = Vec::new();
    for design in designs {
        let text = render(design)?;
        programs.check(design.top, &text)?;
        clean.push((out.join(design.variant), format!("{}.v", design.top), text));
    }
    let mut files = Vec::new();
    for (folder, name, text) in &clean {
        let part = folder.join(format!(".{name}.part"));
        std::fs::create_dir_all(folder).map_err(|source| EmitError::Write { path: folder.clone(), source })?;
        std::fs::write(&part, text).map_err(|source| EmitError::Write { path: part.clone(), source })?;
        files.push((part, folder.join(name)));
    }
    for (part, file) in &files {
        std::fs::rename(part, file).map_err(|source| EmitError::Write { path: file.clone(), source })?;
    }
    Ok(files.into_iter().map(|(_, file)| file).collect())
}
