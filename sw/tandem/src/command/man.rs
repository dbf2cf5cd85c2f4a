//! `tandem man`.

use crate::{Arguments as Program, Finding, output};
use anyhow::{Context, Result};
use clap::CommandFactory as _;
use std::path::PathBuf;

/// Writes the manual pages, one for the program and one for each command
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem man /usr/local/share/man/man1
  tandem man out/man && man -l out/man/tandem-plan.1")]
pub(crate) struct Arguments {
    /// The folder; it is created if it does not exist
    folder: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Finding> {
    let folder = &arguments.folder;
    let problem = || format!("{}: cannot write manual pages there; name a writable folder", folder.display());
    std::fs::create_dir_all(folder).with_context(problem)?;
    clap_mangen::generate_to(Program::command(), folder).with_context(problem)?;
    let pages = std::fs::read_dir(folder).with_context(problem)?.count();
    output::print(format_args!("{pages} pages in {}\n", folder.display()));
    Ok(Finding::Clean)
}
