//! `tandem plan`.

mod text;
mod traffic;

pub(crate) use text::drop_text;

use crate::goal::{Goal, Source};
use crate::saved::SavedPlan;
use crate::state::StateFolder;
use crate::{Finding, Global, card, output};
use anyhow::Result;
use control::{Digest, Plan};
use driver::{Held, Idle, Locator};
use serde::Serialize;
use std::path::PathBuf;
use traffic::TrafficForecast;

/// Shows what a configuration, or the tables of a card, would change; changes nothing
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem plan tandem.toml                      what would change, group by group
  tandem plan tandem.toml --traffic web.pcap   and which flows of a capture would change manager
  tandem plan tandem.toml --out change.plan    for `tandem apply change.plan`, which refuses if the card has moved on
  tandem plan tandem.toml --json               the same for programs
  tandem plan --like 0000:02:00.0              what would make the card like this other one

Ends with 0 if the card already does what the file asks for, and with 2 if there are changes.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// Plans the tables that follow from the file alone, so that cards with the same file are alike; more entries move
    #[arg(long)]
    canonical: bool,
    /// Saves the plan of a configuration in this file, for `tandem apply`
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["like", "tables", "restore"])]
    out: Option<PathBuf>,
    /// Also names the flows of this capture that would change their machine
    #[arg(long, value_name = "CAPTURE")]
    traffic: Option<PathBuf>,
    /// Replaces the destination MAC of the capture's frames with the first group MAC
    #[arg(long, requires = "traffic")]
    to_group: bool,
    #[command(flatten)]
    state: StateFolder,
}

/// A plan for one card, and what it was made from.
#[derive(Serialize)]
pub(crate) struct Planned {
    card: Locator,
    /// The generation that the card serves.
    generation: u32,
    /// Whether there is anything to do.
    changes: bool,
    /// Words that the card's cores hold differently, though every write reaches all; `apply` writes them anew.
    disagreements: usize,
    /// Whether the last `apply` ended before its commit; nothing of it is in force.
    interrupted: bool,
    /// Entries that move, in all groups together, and the fewest that could.
    moved: usize,
    minimum: usize,
    /// Digest of the tables that the card is to hold.
    digest: Digest,
    /// Digest of what decides where packets go: cards with the same send every flow to the same machine.
    decision_digest: Digest,
    /// Whether the card's tables are to decide as those do that follow from the file alone; `null` without a configuration.
    canonical: Option<bool>,
    #[serde(flatten)]
    pub(crate) plan: Plan,
    traffic: Option<TrafficForecast>,
}

impl Planned {
    /// Plans what a card that holds `now` is to hold.
    ///
    /// # Errors
    /// If the card does not have a group that this needs.
    pub(crate) fn new(card: &Locator, now: &Held, goal: &Goal) -> Result<Self> {
        let plan = goal.plan(&now.active)?;
        let disagreements = now.disagreements.len();
        Ok(Self {
            card: card.clone(),
            generation: now.generation,
            changes: !plan.is_empty() || disagreements > 0,
            disagreements,
            interrupted: now.idle_generation == Idle::Unfinished,
            moved: plan.moved(),
            minimum: plan.minimum(),
            digest: plan.next.digest(),
            decision_digest: plan.next.decision_digest(),
            canonical: goal.configuration().map(|configuration| plan.is_canonical(configuration)).transpose()?,
            plan,
            traffic: None,
        })
    }

    /// Whether there is anything to do.
    pub(crate) fn has_changes(&self) -> bool {
        self.changes
    }

    /// Digest of what the card is to hold, all its digits.
    pub(crate) fn digest(&self) -> String {
        format!("{:#}", self.digest)
    }

    /// The plan for people, every line ended.
    pub(crate) fn text(&self, goal: &Goal) -> String {
        text::text(self, goal)
    }
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let goal = arguments.source.goal(global, &arguments.state, arguments.canonical)?;
    let mut card = card::open(global)?;
    let now = card::held(&mut card)?;
    let mut planned = Planned::new(&card.info().locator, &now, &goal)?;
    drop(card);
    if let (Some(out), Goal::Configured { file, text, canonical, .. }) = (&arguments.out, &goal) {
        SavedPlan::new(&planned.card, &now, planned.digest(), *canonical, file, text.clone()).write(out)?;
    }
    if let Some(capture) = &arguments.traffic {
        planned.traffic = Some(traffic::compare(capture, arguments.to_group, &now.active, &planned.plan.next, goal.configuration())?);
    }
    if global.json {
        output::json(&planned);
    } else {
        output::print(planned.text(&goal));
    }
    Ok(if planned.changes { Finding::Something } else { Finding::Clean })
}
