//! `tandem-gateway run`.

use crate::{Finding, Global};
use anyhow::Result;
use operator::output;
use std::path::PathBuf;

/// Runs the gateway that a file describes, until SIGTERM or SIGINT, and prints what became of every frame
///
/// A client's and a servers' gateway are bumps in the wire: every frame that comes in by one interface leaves by the other, and those of races are
/// changed. Turn forwarding off on this host, and give the interfaces no address but the servers' gateway's own, on its WAN side. A replica's agent
/// makes a TUN, and installs routes, rules and a table of nftables, which it removes when it ends; `show` lists them.
///
/// SIGHUP reads the file again: keys, exclusions, holds and replicas change without losing a packet. It refuses what cannot change, and goes on as before.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem-gateway run gateway.toml
  tandem-gateway run gateway.toml --dry      counts what would be tagged, and touches nothing")]
pub(crate) struct Arguments {
    /// The configuration; docs/gateway.md describes it
    file: PathBuf,
    /// For a client's gateway: counts what it would tag, and sends every frame on unchanged
    #[arg(long)]
    dry: bool,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let report = crate::run::run(global, &arguments.file, arguments.dry)?;
    if global.json {
        output::json(&report)
    } else {
        output::print(report.text())
    }
    Ok(Finding::Clean)
}
