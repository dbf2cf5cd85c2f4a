//! `tandem-gateway watch`.

use super::ask::ask;
use crate::report::Report;
use crate::{Finding, Global};
use anstyle::Style;
use anyhow::Result;
use operator::output::{self, Table, thousands};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Prints the rates of a running gateway again and again, and who wins
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem-gateway watch
  tandem-gateway watch --interval 5 --count 12 --json      a line of JSON each")]
pub(crate) struct Arguments {
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=3600))]
    interval: u16,
    /// Ends after this many samples; without it, runs until Ctrl-C
    #[arg(long, value_name = "NUMBER")]
    count: Option<u32>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let mut before = (Instant::now(), counts(&ask(global, "show")?));
    let mut left = arguments.count;
    while left != Some(0) && output::failure().is_none() {
        std::thread::sleep(Duration::from_secs(arguments.interval.into()));
        let report: Report = ask(global, "show")?;
        let now = (Instant::now(), counts(&report));
        let seconds = (now.0 - before.0).as_secs_f64();
        let rates: BTreeMap<&str, f64> = now
            .1
            .iter()
            .map(|(name, count)| {
                let was = before.1.get(name).copied().unwrap_or(0);
                (name.as_str(), (count.saturating_sub(was) as f64 / seconds * 10.0).round() / 10.0)
            })
            .filter(|(_, rate)| *rate > 0.0)
            .collect();
        if global.json {
            output::json_line(&serde_json::json!({ "seconds": seconds, "rates": rates, "counts": now.1 }));
        } else {
            let mut table = Table::new(&["what", ">a second", ">in all"]);
            rates
                .iter()
                .for_each(|(name, rate)| table.row(Style::new(), [(*name).to_owned(), format!("{rate:.1}"), thousands(now.1[*name])]));
            output::print(if rates.is_empty() { "nothing happens\n".to_owned() } else { format!("{table}\n") });
        }
        before = now;
        left = left.map(|left| left - 1);
    }
    Ok(Finding::Clean)
}

/// Everything that is counted, by name.
fn counts(report: &Report) -> BTreeMap<String, u64> {
    let frames = report.interfaces.iter().map(|side| (format!("frames from {}", side.side), side.came));
    let answers = report.races.iter().flat_map(|races| &races.answerers).map(|of| (format!("wins of {}", of.who), of.wins));
    frames.chain(answers).chain(report.counters.clone()).collect()
}
