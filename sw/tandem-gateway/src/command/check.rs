//! `tandem-gateway check`.

use super::lint::{Warning, warnings};
use crate::file::{File, Role};
use crate::{Finding, Global};
use anyhow::{Result, bail};
use document::ConfigError;
use operator::output::{self, CHANGED, GOOD, painted, some};
use serde::Serialize;
use std::path::PathBuf;

/// Checks a configuration, and prints line and column of every fault
///
/// It also warns of what is valid but most likely a mistake.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem-gateway check gateway.toml
  tandem-gateway check gateway.toml --json      the same for an editor or a CI job

Ends with 1 if there is a fault; a warning is none.")]
pub(crate) struct Arguments {
    /// The configuration; docs/gateway.md describes it
    file: PathBuf,
}

#[derive(Serialize)]
struct Report<'a> {
    file: &'a str,
    faults: &'a [ConfigError],
    warnings: Vec<Warning>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let path = arguments.file.display().to_string();
    let parsed = File::parse(&File::text(&arguments.file)?, &path);
    let warnings = parsed.as_ref().map(warnings).unwrap_or_default();
    if global.json {
        let faults = parsed.as_ref().err().map_or(&[][..], |faults| &faults.0);
        output::json(&Report { file: &path, faults, warnings });
        return Ok(if parsed.is_ok() { Finding::Clean } else { Finding::Wrong });
    }
    match parsed {
        Ok(file) => {
            output::print(format!("{path}: {}: {}\n", painted(GOOD, "OK"), summary(&file)));
            warnings.iter().for_each(|warning| output::print(warning.text(CHANGED)));
            Ok(Finding::Clean)
        }
        Err(faults) => bail!("{} in {path}\n{faults}", some(faults.0.len(), "fault")),
    }
}

fn summary(file: &File) -> String {
    match &file.role {
        Role::Client(client) => format!("a clients' gateway, {}", some(client.sites.len(), "site")),
        Role::Server(server) => {
            format!(
                "a servers' gateway, {}, {}",
                some(server.classes.len(), "class").replace("classs", "classes"),
                some(server.replicas.len(), "replica")
            )
        }
        Role::Replica(replica) => {
            format!("a replica in mode {:?} for {}", replica.settings.mode, some(replica.settings.servers.len(), "server"))
        }
    }
}
