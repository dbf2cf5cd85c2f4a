//! The pinned programs, each run in a folder of its own: being WebAssembly, they see nothing outside it.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

const VENV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.tools/synth");
const REMEDY: &str = "install it with: hw/synth/install.sh";

/// A folder under `target` for the run called `name`, empty.
///
/// # Errors
/// What the system reports.
pub fn folder(name: &str) -> Result<PathBuf> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
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

/// The pinned program `tool`.
///
/// # Errors
/// That it is missing.
pub fn program(tool: &str) -> Result<PathBuf> {
    let program = Path::new(VENV).join(format!("bin/yowasp-{tool}"));
    if !program.is_file() {
        bail!("{tool} is not in .tools/synth; {REMEDY}");
    }
    Ok(program)
}

fn run(folder: &Path, tool: &str, arguments: &[&str]) -> Result<()> {
    let program = program(tool)?;
    let output = Command::new(&program).args(arguments).current_dir(folder).output();
    let output = output.with_context(|| format!("{} does not start; {REMEDY}", program.display()))?;
    if !output.status.success() {
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8_lossy(&printed);
        let lines: Vec<&str> = printed.lines().filter(|line| !line.starts_with("Warning:")).collect();
        bail!("{tool} in {} ends with {}:\n{}", folder.display(), output.status, lines[lines.len().saturating_sub(20)..].join("\n"));
    }
    Ok(())
}
