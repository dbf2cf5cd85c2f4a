//! The programs that prove: the solver behind `smtbmc`, and ABC. Yosys is `synth`'s.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;
use synth::tool::program;

const SOLVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.tools/formal/bin");
/// A program that runs longer than this has failed: nothing here needs it.
const SECONDS: &str = "900";

/// Runs `smtbmc` with Yices and `arguments` on the `model.smt2` in `folder`: whether it passed, and all it printed.
///
/// # Errors
/// That a program is missing, or that it ends without an answer.
pub fn smtbmc(folder: &Path, arguments: &[&str]) -> Result<(bool, String)> {
    if !Path::new(SOLVER).join("yices-smt2").is_file() {
        bail!("yices-smt2 is not in .tools/formal; install it with: hw/formal/install.sh");
    }
    let path = format!("{SOLVER}:{}", std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("timeout");
    command.arg(SECONDS).arg(program("yosys-smtbmc")?).args(["-s", "yices", "--noprogress"]).args(arguments).arg("model.smt2");
    let printed = printed(command.env("PATH", path).current_dir(folder))?;
    match (printed.contains("Status: PASSED"), printed.contains("Status: FAILED")) {
        (true, false) => Ok((true, printed)),
        (false, true) => Ok((false, printed)),
        _ => bail!("smtbmc in {} gives no answer:\n{}", folder.display(), end(&printed)),
    }
}

/// Runs ABC on `script` in `folder`: all it printed.
///
/// # Errors
/// That it is missing.
pub fn abc(folder: &Path, script: &str) -> Result<String> {
    let there = |name: &&str| std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|path| path.join(name).is_file());
    let abc = ["yosys-abc", "berkeley-abc"]
        .into_iter()
        .find(there)
        .context("neither yosys-abc nor berkeley-abc is there; install it with: ./justw setup")?;
    printed(Command::new("timeout").args([SECONDS, abc, "-q", script]).current_dir(folder))
}

fn printed(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?} does not start; remedy: hw/formal/install.sh"))?;
    Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// The last lines of what a program printed.
pub fn end(printed: &str) -> String {
    let lines: Vec<&str> = printed.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
