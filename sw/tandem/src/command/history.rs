//! `tandem history`.

use crate::change::Change;
use crate::output::{self, BAD, Table, plain, thousands};
use crate::state::StateFolder;
use crate::{Finding, Global, card};
use anstyle::Style;
use anyhow::Result;
use serde::Serialize;

/// Digits of a digest that are enough for people.
const DIGITS: usize = 16;

/// Shows what was changed on the card, when and by whom
///
/// Every apply, set and rollback adds a line to the card's history in the state folder, and one to the journal. The card itself is not asked.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem history
  tandem history --last 1 --json
  journalctl -t tandem    the same of all cards, where the host has a journal")]
pub(crate) struct Arguments {
    /// Only as many changes, the latest
    #[arg(long, value_name = "COUNT")]
    last: Option<usize>,
    #[command(flatten)]
    state: StateFolder,
}

#[derive(Serialize)]
struct Report {
    card: String,
    /// The oldest first.
    changes: Vec<Change>,
    /// Lines of the history that cannot be read.
    remarks: Vec<String>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let card = card::locator(global)?;
    let folder = arguments.state.of(&card)?;
    let (mut changes, remarks) = folder.read_history()?;
    changes.drain(..changes.len().saturating_sub(arguments.last.unwrap_or(usize::MAX)));
    let report = Report { card: card.to_string(), changes, remarks };
    if global.json {
        output::json(&report);
        return Ok(Finding::Clean);
    }
    report.remarks.iter().for_each(|remark| output::tell(format_args!("note: {remark}")));
    if report.changes.is_empty() {
        output::print(format_args!("no change of {card} is on record in {}\n", folder.history().display()));
    } else {
        output::print(table(&report.changes));
    }
    Ok(Finding::Clean)
}

fn table(changes: &[Change]) -> Table {
    let mut table = Table::new(&["time", "who", ">generation", ">moved", "digest", "command"]);
    for Change { time, who, command, file, generation, left, moved, digest, problem, .. } in changes {
        let generation = generation.map_or_else(|| format!("{left}"), |generation| format!("{left} -> {generation}"));
        let digest: String = digest.iter().flat_map(|digest| digest.chars().take(DIGITS)).collect();
        let command = [Some(command), file.as_ref()].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
        let failed = problem.as_ref().map_or(String::new(), |problem| format!(": failed: {problem}"));
        let style = if problem.is_some() { BAD } else { Style::new() };
        let cells = [time.clone(), who.to_string(), generation, thousands(*moved as u64), digest, format!("{command}{failed}")];
        table.row(style, cells.map(|cell| plain(&cell)));
    }
    table
}
