//! The question before anything is written.

use anyhow::{Context as _, Result, bail};
use std::io::{IsTerminal as _, Write as _};

/// Asks the person at the terminal; only "yes" is yes.
///
/// # Errors
/// If the answer is another, or standard input is no terminal, so that nobody can answer.
pub(crate) fn ask(question: &str) -> Result<()> {
    if !std::io::stdin().is_terminal() {
        bail!("standard input is not a terminal, so nothing was changed; use --yes to apply without confirmation");
    }
    let mut out = anstream::stderr().lock();
    write!(out, "\n{question} Type \"yes\" to continue: ").and_then(|()| out.flush()).context("nobody can be asked")?;
    drop(out);
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if answer.trim() != "yes" {
        bail!("not confirmed; nothing was changed");
    }
    Ok(())
}
