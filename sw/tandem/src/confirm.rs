//! The question before anything is written.

use anyhow::{Result, bail};
use std::io::{IsTerminal as _, Write as _};

/// Asks the person at the terminal; only "yes" is yes.
///
/// # Errors
/// If the answer is another, or standard input is no terminal, so that nobody can answer.
pub(crate) fn ask(question: &str) -> Result<()> {
    if !std::io::stdin().is_terminal() {
        bail!("standard input is no terminal, so nobody can be asked, and nothing was changed; add --yes to go ahead without");
    }
    anstream::eprint!("\n{question} Only \"yes\" goes ahead: ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if answer.trim() != "yes" {
        bail!("not confirmed; nothing was changed");
    }
    Ok(())
}
