//! From designs to files.

use crate::design::Design;
use crate::error::EmitError;
use crate::library::HEADER;
use crate::programs::Programs;
use crate::render::render;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Writes every design into `<out>/<variant>`, once every one of them is clean: a file `<module>.v` for each module, and for each top a list
/// `<top>.f` of the files it is made of, each after those it needs. Returns the lists.
///
/// Files of an earlier emission that are not part of this one are removed; others are left alone.
///
/// # Errors
/// Whatever a check refuses; then no file in `out` has changed.
pub fn emit_all(designs: &[Design], out: &Path) -> Result<Vec<PathBuf>, EmitError> {
    let programs = Programs::find()?;
    let mut clean = vec![];
    let mut lists = vec![];
    for design in designs {
        let library = render(design)?;
        let folder = out.join(design.variant());
        for module in library.modules() {
            clean.push((folder.clone(), format!("{}.v", module.name()), format!("{HEADER}\n{}", module.text())));
        }
        for top in design.tops() {
            let modules = library.list(top);
            programs.check(top, &modules.iter().map(|module| (module.name(), module.text())).collect::<Vec<_>>())?;
            let list = modules.iter().fold(HEADER.to_string(), |list, module| list + module.name() + ".v\n");
            clean.push((folder.clone(), format!("{top}.f"), list));
            lists.push(folder.join(format!("{top}.f")));
        }
    }
    write(&clean)?;
    let written: BTreeSet<PathBuf> = clean.iter().map(|(folder, name, _)| folder.join(name)).collect();
    for design in designs {
        remove_stale(&out.join(design.variant()), &written)?;
    }
    Ok(lists)
}

/// Writes files, each by its folder, name and text; they appear whole, after all of them could be written.
fn write(files: &[(PathBuf, String, String)]) -> Result<(), EmitError> {
    let mut parts = vec![];
    for (folder, name, text) in files {
        let part = folder.join(format!(".{name}.part"));
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        std::fs::write(&part, text).map_err(failed(&part))?;
        parts.push((part, folder.join(name)));
    }
    parts.into_iter().try_for_each(|(part, file)| std::fs::rename(part, &file).map_err(failed(&file)))
}

/// Removes what an earlier emission left in `folder`: files that begin as emitted ones do and are not `written`.
fn remove_stale(folder: &Path, written: &BTreeSet<PathBuf>) -> Result<(), EmitError> {
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        let is_ours = path.extension().is_some_and(|extension| extension == "v" || extension == "f");
        // What cannot be read as text is none of ours.
        if is_ours && !written.contains(&path) && std::fs::read_to_string(&path).is_ok_and(|text| text.starts_with(HEADER)) {
            std::fs::remove_file(&path).map_err(failed(&path))?;
        }
    }
    Ok(())
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> EmitError {
    move |source| EmitError::Write { path: path.into(), source }
}
