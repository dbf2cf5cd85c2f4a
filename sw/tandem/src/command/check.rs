//! `tandem check`.

use crate::output::{self, CHANGED, GOOD, painted, some};
use crate::{Finding, Global, input};
use anyhow::{Result, bail};
use control::lint::{Warning, warnings};
use control::{ConfigError, Configuration};
use operator::wrap::{columns, wrapped};
use serde::Serialize;
use std::path::PathBuf;

/// Checks a configuration, and prints line and column of every fault
///
/// It also warns of what is valid but most likely a mistake: dropped traffic, rules and groups without effect, unsafe keys.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem check tandem.toml          every fault, with what to do about it
  tandem check tandem.toml --json   the same for an editor or a CI job

Ends with 1 if there is a fault; a warning is none.")]
pub(crate) struct Arguments {
    /// The configuration; docs/configuration.md describes it
    file: PathBuf,
}

/// What is said of a configuration.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a str,
    faults: &'a [ConfigError],
    warnings: Vec<Warning>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let file = arguments.file.display().to_string();
    let parsed = Configuration::parse(&input::text(&arguments.file)?, &file);
    let faults = parsed.as_ref().err().map_or(&[][..], |faults| &faults.0);
    if global.json {
        let warnings = parsed.as_ref().map_or_else(|_| Vec::new(), warnings);
        output::json(&Report { file: &file, faults, warnings });
    } else if let Ok(configuration) = &parsed {
        output::print(summary(configuration));
    }
    match parsed {
        Ok(_) => Ok(Finding::Clean),
        // The document has said everything.
        Err(_) if global.json => Ok(Finding::Wrong),
        Err(faults) => bail!("{} in {file}\n{faults}", some(faults.0.len(), "fault")),
    }
}

fn summary(configuration: &Configuration) -> String {
    let Configuration { file, managers, groups, rules, .. } = configuration;
    let counts = format!("{}, {}, {}", some(managers.len(), "manager"), some(groups.len(), "group"), some(rules.len(), "rule"));
    let warnings: String = warnings(configuration).iter().map(warning_text).collect();
    format!("{file}: {}: {counts}\n{warnings}", painted(GOOD, "OK"))
}

/// A warning for people, its lines ended.
pub(crate) fn warning_text(Warning { subject, problem, remedy, .. }: &Warning) -> String {
    wrapped(&format!("{} {subject}: {problem}\n  {remedy}\n", painted(CHANGED, "warning:")), columns())
}
