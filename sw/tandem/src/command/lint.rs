//! `tandem lint`.

use super::check::warning_text;
use crate::output::{self, ASIDE, CHANGED, GOOD, HEADING, painted, some};
use crate::{Finding, Global, input};
use anyhow::Result;
use control::lint::{Hazard, LINUX_CLIENTS, Load, Service, Warning, lint, warnings};
use operator::wrap::{columns, wrapped};
use serde::Serialize;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// Finds what will load managers unevenly, before traffic does
///
/// Services are those that the rules name, those that commonly have equal ports at both ends, and those given with --service. Loads are
/// expectations for many clients of one server: the most loaded manager over what it is meant to have, 1.00 being even.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem lint tandem.toml
  tandem lint tandem.toml --service tcp/50051 --service udp/51820      services that no rule names
  tandem lint tandem.toml --clients 49152-65535                        clients on Windows, macOS or BSD

Ends with 2 if there is a hazard.")]
pub(crate) struct Arguments {
    /// The configuration; docs/configuration.md describes it
    file: PathBuf,
    /// A service that runs behind the card, such as tcp/50051; may be repeated
    #[arg(long = "service", value_name = "TRANSPORT/PORT")]
    services: Vec<Service>,
    /// The ports that clients' systems give to their connections [default: those of Linux, 32768-60999]
    #[arg(long, value_name = "LOWEST-HIGHEST", value_parser = port_range)]
    clients: Option<RangeInclusive<u16>>,
}

/// What is said of a configuration.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a str,
    clients: [u16; 2],
    warnings: &'a [Warning],
    hazards: &'a [Hazard],
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let configuration = input::configuration(&arguments.file)?;
    let clients = arguments.clients.clone().unwrap_or(LINUX_CLIENTS);
    let warnings = warnings(&configuration);
    let hazards = lint(&configuration, &arguments.services, &clients);
    if global.json {
        let clients = [*clients.start(), *clients.end()];
        output::json(&Report { file: &configuration.file, clients, warnings: &warnings, hazards: &hazards });
    } else {
        output::print(text(&configuration.file, &warnings, &hazards));
    }
    Ok(if warnings.is_empty() && hazards.is_empty() { Finding::Clean } else { Finding::Something })
}

fn text(file: &str, warnings: &[Warning], hazards: &[Hazard]) -> String {
    let found = warnings.len() + hazards.len();
    if found == 0 {
        return format!("{}: {file}\n", painted(GOOD, "no hazards"));
    }
    let warnings: String = warnings.iter().map(|warning| format!("{}\n", warning_text(warning))).collect();
    let hazards: String = hazards.iter().map(hazard_text).collect();
    format!("{warnings}{hazards}{}: {file}\n", painted(CHANGED, some(found, "hazard")))
}

fn hazard_text(hazard: &Hazard) -> String {
    let Hazard { subject, problem, before, after, remedy, lines, .. } = hazard;
    let lines: String = lines.lines().map(|line| format!("      {}\n", painted(GOOD, line))).collect();
    let after = after.map_or(String::new(), |after| format!(", {} with the remedy", painted(GOOD, max_over_mean(after))));
    let told = format!(
        "{}: {problem}\n  {} {}{after}\n  {remedy}",
        painted(HEADING, subject),
        painted(ASIDE, "max/mean load"),
        painted(CHANGED, max_over_mean(*before)),
    );
    // The lines for the file are for copying: they stay as they are.
    format!("{}\n{lines}\n", wrapped(&told, columns()))
}

fn max_over_mean(load: Load) -> String {
    format!("{:.2}", load.max_over_mean)
}

fn port_range(text: &str) -> Result<RangeInclusive<u16>, String> {
    let range = text.split_once('-').and_then(|(lowest, highest)| lowest.parse().ok().zip(highest.parse().ok()));
    match range {
        Some((lowest, highest)) if lowest <= highest => Ok(lowest..=highest),
        _ => Err("write two ports, the lower first, such as 32768-60999".to_owned()),
    }
}
