//! `tandem-gateway trace`.

use super::ask::ask;
use crate::report::Traced;
use crate::{Finding, Global};
use anstyle::Style;
use anyhow::{Result, ensure};
use operator::output::{self, ASIDE, HEADING, Table, painted};
use std::time::{Duration, SystemTime};

/// Shows the last races of a connection: who answered when, by what margin, and why a SYN went untagged
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem-gateway trace                                    the last 20 races
  tandem-gateway trace --last 1000                        the last 1,000
  tandem-gateway trace 10.0.0.7                           those of a client
  tandem-gateway trace 10.0.0.7:40000 192.0.2.10:80       that of a connection

Ends with 2 if the gateway remembers none; it does the last 4,096.")]
pub(crate) struct Arguments {
    /// An end of the connection, or both: ADDRESS, ADDRESS:PORT, or [ADDRESS]:PORT
    #[arg(value_name = "END", num_args = 0..=2)]
    ends: Vec<String>,
    /// How many, the newest first
    #[arg(long, value_name = "NUMBER", default_value = "20")]
    last: usize,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    ensure!(arguments.ends.iter().all(|end| !end.contains(' ')), "an end of a connection has no blanks; write ADDRESS or ADDRESS:PORT");
    let last = arguments.last.to_string();
    let question = ["trace", &last].into_iter().chain(arguments.ends.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
    let races: Vec<Traced> = ask(global, &question)?;
    if global.json {
        output::json(&races);
    } else {
        races.iter().for_each(|race| output::print(text(race)));
    }
    if races.is_empty() {
        output::tell("the gateway remembers no such race");
        return Ok(Finding::Something);
    }
    Ok(Finding::Clean)
}

fn text(race: &Traced) -> String {
    let begun = SystemTime::UNIX_EPOCH + Duration::try_from_secs_f64(race.begun).unwrap_or_default();
    let winner = race.winner.clone().unwrap_or_else(|| "nobody so far".into());
    let margin = race.margin_ms.map_or_else(String::new, |margin| format!(", {margin:.1} ms before the next"));
    let mut table = Table::new(&[">after ms", "what"]);
    for event in &race.events {
        table.row(Style::new(), [format!("{:.1}", event.after_ms), event.what.clone()]);
    }
    let ends = painted(HEADING, format_args!("{} to {}", race.client, race.server));
    format!("{ends}: {winner}{margin}\n{}\n{table}\n", painted(ASIDE, humantime::format_rfc3339_millis(begun)))
}
