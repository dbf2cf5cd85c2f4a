//! The pinned programs, each run in a folder of its own: being WebAssembly, they see nothing outside it.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder under `target` for the run called `name`, empty.
///
/// # Errors
/// What the system reports.
pub fn folder(name: &str) -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| tools::workspace().join("target"), PathBuf::from);
    let folder = target.join("synth").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// Runs Yosys on `script` in `folder`.
///
/// # Errors
/// That it is missing, or how its answer ends when it refuses the script; the whole answer is in the folder's `yosys.log`.
pub fn yosys(folder: &Path, script: &str) -> Result<()> {
    std::fs::write(folder.join("script.ys"), script)?;
    run(folder, "yosys", &["-q", "-l", "yosys.log", "script.ys"])
}

/// Runs nextpnr for ECP5 with `arguments` in `folder`.
///
/// # Errors
/// As for [`yosys`].
pub fn nextpnr(folder: &Path, arguments: &[&str]) -> Result<()> {
    run(folder, "nextpnr-ecp5", arguments)
}

fn run(folder: &Path, tool: &str, arguments: &[&str]) -> Result<()> {
    let program = tools::pinned("synth", &format!("yowasp-{tool}"))?;
    // Its machine code, which the setup has made. Without it, programs that start at the same time would each write the file while others read it.
    let code = tools::workspace().join(".tools/synth/cache");
    tools::run(Command::new(program).args(arguments).env("YOWASP_CACHE_DIR", code).current_dir(folder))?;
    Ok(())
}
