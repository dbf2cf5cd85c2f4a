//! `tandem plan`.

mod text;
mod traffic;

pub(crate) use text::drop_text;

use crate::saved::SavedPlan;
use crate::{Finding, Global, card, input, output};
use anyhow::Result;
use control::{Configuration, Digest, Plan};
use driver::{Idle, Locator, Snapshot};
use serde::Serialize;
use std::path::{Path, PathBuf};
use traffic::TrafficForecast;

/// Shows what a configuration would change on the card, and changes nothing
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem plan tandem.toml                      what would change, group by group
  tandem plan tandem.toml --traffic web.pcap   and which flows of a capture would change manager
  tandem plan tandem.toml --out change.plan    for `tandem apply change.plan`, which refuses if the card has moved on
  tandem plan tandem.toml --json               the same for programs

Ends with 0 if the card already does what the file asks for, and with 2 if there are changes.")]
pub(crate) struct Arguments {
    /// The configuration; docs/configuration.md describes it
    file: PathBuf,
    /// Plans the tables that follow from the file alone, so that cards with the same file are alike; more entries move
    #[arg(long)]
    canonical: bool,
    /// Keeps the plan in this file, for `tandem apply`
    #[arg(long, value_name = "PLAN")]
    out: Option<PathBuf>,
    /// Also names the flows of this capture that would change their machine
    #[arg(long, value_name = "CAPTURE")]
    traffic: Option<PathBuf>,
    /// Replaces the destination MAC of the capture's frames by the first group MAC
    #[arg(long, requires = "traffic")]
    to_group: bool,
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
    /// Whether the card's tables are to decide as those do that follow from the file alone.
    canonical: bool,
    #[serde(flatten)]
    pub(crate) plan: Plan,
    traffic: Option<TrafficForecast>,
}

impl Planned {
    /// Plans a configuration for a card that holds `now`.
    ///
    /// # Errors
    /// If the card does not have a group that the file names.
    pub(crate) fn new(card: &Locator, now: &Snapshot, configuration: &Configuration, canonical: bool) -> Result<Self> {
        let plan = if canonical { Plan::canonical(&now.active, configuration)? } else { Plan::new(&now.active, configuration)? };
        let disagreements = now.disagreements.iter().filter(|word| !word.idle).count();
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
            canonical: plan.is_canonical(configuration)?,
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
    pub(crate) fn text(&self, file: &Path) -> String {
        text::text(self, file)
    }
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let text = input::text(&arguments.file)?;
    let configuration = input::parse(&arguments.file, &text)?;
    let mut card = card::open(global)?;
    let now = card::learn(&mut card)?;
    let mut planned = Planned::new(&card.info().locator, &now, &configuration, arguments.canonical)?;
    drop(card);
    if let Some(out) = &arguments.out {
        SavedPlan::new(&planned.card, &now, planned.digest(), arguments.canonical, &arguments.file, text).write(out)?;
    }
    if let Some(capture) = &arguments.traffic {
        planned.traffic = Some(traffic::compare(capture, arguments.to_group, &now.active, &planned.plan.next, &configuration)?);
    }
    if global.json {
        output::json(&planned);
    } else {
        output::print(planned.text(&arguments.file));
    }
    Ok(if planned.changes { Finding::Something } else { Finding::Clean })
}
