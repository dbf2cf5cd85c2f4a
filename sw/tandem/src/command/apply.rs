//! `tandem apply`.

use super::plan::{Planned, drop_text};
use crate::goal::{Goal, Source};
use crate::history::Request;
use crate::output::{self, GOOD, painted, percent, some, thousands};
use crate::state::StateFolder;
use crate::{Finding, Global, card, progress};
use anyhow::{Result, bail};
use driver::Applied;
use serde::Serialize;

/// Changes the card to match a configuration, or the tables of a card, in one commit
///
/// Plans, asks for confirmation, writes the idle banks of the card, reads them back, and commits everything at once.
///
/// Frames are decided by the old keys, entries, rules and managers' MACs and ports until the commit and by the new ones after it, never by a
/// mixture. Group MACs, port pairs, `neighbours` and the enable switch have one bank only: a plan that changes these says "not at once".
///
/// An apply that is killed leaves the card in one of the two states; run it again to finish. `tandem rollback` returns to the previous
/// generation. The card stays free for others while this asks; if one of them changes it, nothing is done.
///
/// What the card then holds is saved in the state folder. After a reset, `--restore` writes it back, unless the card serves something else by then.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem apply tandem.toml         shows the plan, and asks before writing
  tandem apply tandem.toml --yes   for scripts
  tandem apply tandem.toml --yes --max-moved 20%
  tandem apply change.plan         what `tandem plan tandem.toml --out change.plan` showed, or nothing
  tandem apply --like 0000:02:00.0
  tandem apply --tables tables.json
  tandem apply --restore --yes     what the card held before its reset

Ends with 0 if the card matches the file, whether or not anything had to change, and whatever becomes of the output.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    consent: Consent,
}

/// What whoever changes a card agrees to.
#[derive(clap::Args)]
pub(crate) struct Consent {
    /// Writes the tables that follow from the file alone, so that cards with the same file are alike; more entries move
    #[arg(long)]
    canonical: bool,
    /// Does not ask for confirmation
    #[arg(long)]
    yes: bool,
    /// Goes ahead even if this drops traffic that is not dropped now
    #[arg(long)]
    force: bool,
    /// Changes nothing if more than this share of a group's flows would change machine, such as 20%
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_moved: Option<f64>,
    #[command(flatten)]
    state: StateFolder,
}

impl Consent {
    /// Whether the tables are to follow from the file alone.
    pub(crate) fn canonical(&self) -> bool {
        self.canonical
    }
}

fn share(text: &str) -> Result<f64, String> {
    let percent: Option<f64> = text.strip_suffix('%').and_then(|number| number.parse().ok());
    let share = percent.filter(|percent| (0.0..=100.0).contains(percent)).map(|percent| percent / 100.0);
    share.ok_or_else(|| "write a share from 0% to 100%, such as 20%".into())
}

/// What was planned, and what was done about it.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    planned: Planned,
    /// `null` if there was nothing to do.
    applied: Option<Applied>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let Arguments { source, consent } = arguments;
    let goal = source.goal(global, &consent.state, consent.canonical)?;
    carry_out(global, &goal, source.command(consent.canonical), consent)
}

/// Plans what the card is to hold, does what the plan says, and puts that on record under the name of `command`.
pub(crate) fn carry_out(global: &Global, goal: &Goal, command: String, consent: &Consent) -> Result<Finding> {
    let mut card = card::open(global)?;
    let now = card::learn(&mut card)?;
    let locator = card.info().locator.clone();
    let planned = Planned::new(&locator, &now, goal)?;
    if let Some(saved) = goal.saved() {
        saved.check(&now, planned.digest())?;
    }
    if !global.json {
        output::print(planned.text(goal));
    } else if planned.has_changes() && !consent.yes {
        // Nobody says yes to what they have not seen, and the document comes when all is done.
        output::tell(planned.text(goal));
    }
    let request = Request { folder: &consent.state, card: &locator, command, file: goal.file(), before: &now };
    let mut applied = None;
    if planned.has_changes() {
        if !planned.plan.is_empty() {
            goal.allows(&now)?;
        }
        guard(consent, &planned)?;
        if !consent.yes {
            card = card::confirmed(global, card, &now, "Apply this?")?;
        }
        let _busy = progress::busy("writing, reading back and committing");
        let done = driver::deploy::apply(&mut card, &now, &planned.plan.next).inspect_err(|error| request.failed(error))?;
        request.done(done.generation, &planned.plan.next);
        applied = Some(done);
    } else {
        request.keep(now.generation, &now.active);
    }
    match (&applied, global.json) {
        (_, true) => output::json(&Report { planned, applied }),
        (Some(applied), false) => output::print(text(applied)),
        (None, false) => {}
    }
    Ok(Finding::Clean)
}

/// Refuses a plan that drops traffic or moves too much of it, unless that is asked for.
fn guard(consent: &Consent, planned: &Planned) -> Result<()> {
    let dropped: Vec<String> = planned.plan.dropped.iter().filter(|forecast| forecast.is_new()).map(drop_text).collect();
    if !consent.force && !dropped.is_empty() {
        bail!("{}; nothing was changed: correct the file, or add --force to drop it", dropped.join("; "));
    }
    let limit = consent.max_moved.unwrap_or(1.0);
    if let Some(group) = planned.plan.groups.iter().find(|group| group.flows_moved > limit) {
        let (moved, limit) = (percent(group.flows_moved), percent(limit));
        bail!("{moved} of the flows of {} would change machine, more than the {limit} of --max-moved; nothing was changed", group.group);
    }
    Ok(())
}

fn text(applied: &Applied) -> String {
    let Applied { generation, committed, words, change, .. } = applied;
    let state = if *committed { "in force in one commit" } else { "stays: no banked state had to change" };
    let written = format!("{} in {} writes, read back and verified on every core", some(*words, "word"), thousands(change.writes));
    format!("{}: generation {generation} {state}; {written}.\n", painted(GOOD, "Applied"))
}
