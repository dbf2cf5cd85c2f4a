//! `tandem lint`.

use crate::{Finding, Global, input};
use anyhow::Result;
use std::path::PathBuf;

/// Finds what will load managers unevenly, before traffic does
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The configuration; docs/configuration.md describes it
    file: PathBuf,
}

pub(crate) fn run(_global: &Global, arguments: &Arguments) -> Result<Finding> {
    let _configuration = input::configuration(&arguments.file)?;
    Ok(Finding::Clean)
}
