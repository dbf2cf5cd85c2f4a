//! Runs the provers: `smtbmc` with its solver, and ABC. `synth` runs Yosys.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;
use synth::tool::program;

const SOLVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.tools/formal/bin");
/// The time limit of a program: no proof here needs as long.
const SECONDS: &str = "900";

/// Runs `smtbmc` with Yices and `arguments` on the `model.smt2` in `folder`. Returns whether it passed, and its output.
///
/// # Errors
/// A program that is missing, or that ends without an answer.
pub fn smtbmc(folder: &Path, arguments: &[&str]) -> Result<(bool, String)> {
    if !Path::new(SOLVER).join("yices-smt2").is_file() {
        bail!("yices-smt2 is not in .tools/formal; install it with: hw/formal/install.sh");
    }
    let path = format!("{SOLVER}:{}", std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("timeout");
    command.arg(SECONDS).arg(program("yosys-smtbmc")?).args(["-s", "yices", "--noprogress"]).args(arguments).arg("model.smt2");
    let output = output(command.env("PATH", path).current_dir(folder))?;
    match (output.contains("Status: PASSED"), output.contains("Status: FAILED")) {
        (true, false) => Ok((true, output)),
        (false, true) => Ok((false, output)),
        _ => bail!("smtbmc in {} gives no answer:\n{}", folder.display(), end(&output)),
    }
}

/// Runs ABC on `script` in `folder`, and returns its output.
///
/// # Errors
/// ABC is missing.
pub fn abc(folder: &Path, script: &str) -> Result<String> {
    let there = |name: &&str| std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|path| path.join(name).is_file());
    let abc = ["yosys-abc", "berkeley-abc"]
        .into_iter()
        .find(there)
        .context("neither yosys-abc nor berkeley-abc is there; install it with: ./justw setup")?;
    output(Command::new("timeout").args([SECONDS, abc, "-q", script]).current_dir(folder))
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?} does not start; remedy: hw/formal/install.sh"))?;
    Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// The last lines of a program's output.
pub fn end(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
