//! `tandem-gateway tell`.

use super::ask::ask;
use crate::report::Report;
use crate::{Finding, Global};
use anyhow::Result;
use operator::output;

/// Tells a running gateway what to do
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem-gateway tell reload                     reads the file again, as SIGHUP does
  tandem-gateway tell drain --name paris         the replica takes no new connections; those that it has go on
  tandem-gateway tell ready --name paris")]
pub(crate) struct Arguments {
    /// What to do
    #[arg(value_enum)]
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Reads the file again
    Reload,
    /// A replica's agent takes no new connections
    Drain,
    /// A replica's agent takes connections again
    Ready,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let report: Report = ask(
        global,
        match arguments.what {
            What::Reload => "reload",
            What::Drain => "drain",
            What::Ready => "ready",
        },
    )?;
    if global.json {
        output::json(&report)
    } else {
        output::print(report.text())
    }
    Ok(Finding::Clean)
}
