//! Folders of built things, named by everything that went into them: what is found is never stale, what is known is never built again.

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

/// A name for these inputs and no others.
pub(crate) fn key(inputs: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    inputs.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// The folder `<cache>/<name>-<key>`, filled by `make` unless a `make` before has filled it; says whether this one did.
///
/// # Errors
/// Those of `make`, and of the file system. A folder whose making failed is made anew the next time.
pub(crate) fn obtain(
    cache: &Path,
    name: &str,
    key: &str,
    make: impl FnOnce(&Path) -> Result<(), Box<dyn Error>>,
) -> Result<(PathBuf, bool), Box<dyn Error>> {
    let folder = cache.join(format!("{name}-{key}"));
    let complete = folder.join("complete");
    if complete.exists() {
        return Ok((folder, false));
    }
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => fs::create_dir_all(&folder)?,
    }
    make(&folder)?;
    // Cargo watches this file, and takes one that is younger than the run that made it for a change.
    fs::File::create(complete)?.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1))?;
    Ok((folder, true))
}
