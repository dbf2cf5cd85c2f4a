//! `tandem rollback`.

use crate::history::Request;
use crate::output::{self, CHANGED, GOOD, HEADING, painted};
use crate::state::StateFolder;
use crate::{Finding, Global, card, progress};
use anyhow::Result;
use driver::{Idle, RolledBack, Snapshot};

/// Returns the card to the generation before the last apply
///
/// The card still holds it in its idle banks.
/// Groups, rules, and the managers' MACs and ports return, by one commit; managers that the groups send packets to are enabled again, and
/// those that came with the later generation are taken out. The group MACs, the pairs, `neighbours` and the enable switch are not banked: they stay as they
/// are; apply the older file to change them too.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem rollback         says what returns, and asks
  tandem rollback --yes   for scripts

Only one generation is kept. After a rollback the newer one is in the idle banks, and `tandem apply` of its file brings it back.")]
pub(crate) struct Arguments {
    /// Does not ask for confirmation
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    state: StateFolder,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let mut card = card::open(global)?;
    let now = card::learn(&mut card)?;
    // Where there is nothing to return to, the driver says why, and nobody needs to be asked.
    if let Some(previous) = previous(&now) {
        if !global.json {
            output::print(outlook(&now, previous));
        } else if !arguments.yes {
            output::tell(outlook(&now, previous));
        }
        if !arguments.yes {
            card = card::confirmed(global, card, &now, "Roll back?")?;
        }
    }
    let locator = card.info().locator.clone();
    let request = Request { folder: &arguments.state, card: &locator, command: "rollback".into(), file: None, before: &now };
    let rolled_back = {
        let _busy = progress::busy("committing and reading back");
        driver::deploy::rollback(&mut card, &now).inspect_err(|error| {
            // Where there is nothing to return to, nothing was touched.
            if previous(&now).is_some() {
                request.failed(error);
            }
        })?
    };
    request.done(rolled_back.generation, &rolled_back.tables);
    if global.json {
        output::json(&rolled_back);
    } else {
        output::print(text(&rolled_back));
    }
    Ok(Finding::Clean)
}

/// The generation that would return.
fn previous(now: &Snapshot) -> Option<u32> {
    match now.idle_generation {
        Idle::Generation(number) if number < now.generation => Some(number),
        _ => None,
    }
}

fn outlook(now: &Snapshot, previous: u32) -> String {
    let mut text = format!("{}\n", painted(HEADING, format_args!("generation {} -> {previous}", now.generation)));
    let change = |what: String| format!("  {}\n", painted(CHANGED, format_args!("~ {what}")));
    for (id, (active, idle)) in now.active.groups.iter().zip(&now.idle.groups).enumerate() {
        let moved = active.entries.iter().zip(&idle.entries).filter(|(active, idle)| active != idle).count();
        if active != idle {
            let scalars = if active.row == idle.row { "" } else { ", and its key or policy" };
            text += &change(format!("group {id}: {moved} of {} entries move back{scalars}", active.entries.len()));
        }
    }
    if now.active.rules != now.idle.rules {
        text += &change("rules".into());
    }
    let rows = now.active.managers.iter().zip(&now.idle.managers).filter(|(manager, row)| manager.row() != **row).count();
    if rows > 0 {
        text += &change(format!("managers: MAC or port of {rows}"));
    }
    text
}

fn text(rolled_back: &RolledBack) -> String {
    let RolledBack { generation, left, enabled, .. } = rolled_back;
    let mut text = format!("{}: generation {generation} is in force again; generation {left} is now idle.\n", painted(GOOD, "Rolled back"));
    if !enabled.is_empty() {
        let list = enabled.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
        text += &format!("Managers enabled again: {list}.\n");
    }
    text
}
