//! `tandem-gateway show`.

use super::ask::ask;
use crate::report::Report;
use crate::{Finding, Global, metrics};
use anyhow::Result;
use operator::output;

/// Shows the state of a running gateway: frames, races and who wins them, delays of replicas, what is installed
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem-gateway show
  tandem-gateway show --name server --json
  tandem-gateway show --metrics      as Prometheus reads it")]
pub(crate) struct Arguments {
    /// Prints the metrics that `metrics = \"ADDRESS:PORT\"` offers over HTTP
    #[arg(long, conflicts_with = "json")]
    metrics: bool,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let report: Report = ask(global, "show")?;
    match (arguments.metrics, global.json) {
        (true, _) => output::print(metrics::text(&report)),
        (_, true) => output::json(&report),
        _ => output::print(report.text()),
    }
    Ok(Finding::Clean)
}
