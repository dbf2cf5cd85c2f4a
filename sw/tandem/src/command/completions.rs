//! `tandem completions`.

use crate::{Arguments as Program, Finding, output};
use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

/// Prints what makes a shell complete this program's commands and options
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem completions bash > /etc/bash_completion.d/tandem
  tandem completions zsh > ~/.zfunc/_tandem
  tandem completions fish > ~/.config/fish/completions/tandem.fish")]
pub(crate) struct Arguments {
    /// Which shell
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Finding> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Program::command(), "tandem", &mut script);
    output::print(String::from_utf8(script)?);
    Ok(Finding::Clean)
}
