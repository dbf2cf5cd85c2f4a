//! `tandem show`.

mod counters;
mod digest;
mod entries;
mod groups;
mod managers;
mod rules;
mod slow_path;

use crate::names::Names;
use crate::output::{self, BAD, CHANGED, GOOD};
use crate::slow_path::Runtime;
use crate::{Finding, Global, card, input};
use anstyle::Style;
use anyhow::Result;
use control::{Configuration, Plan, Tables};
use serde::Serialize;
use std::path::PathBuf;

/// Shows what the card holds, read back from it; with a FILE, marks where it differs
///
/// Marks: `~` differs from the file, `+` only in the file, `-` only on the card.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem show managers
  tandem show groups tandem.toml            with names, and drift from the file marked
  tandem show entries --group 0 --json      all 4096 entries of a group
  tandem show counters tandem.toml
  tandem show malformed --write odd.pcap    what the slow path dropped as malformed, as a capture

Ends with 2 if what is shown differs from the file.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Managers: MAC, port and state of each
    Managers(Against),
    /// Groups: entries of each manager, and the designated manager. Keys are secret and not shown
    Groups(Against),
    /// Rules, in order of priority
    Rules(Against),
    /// The allocation tables: each bucket's manager, by id
    Entries {
        #[command(flatten)]
        against: Against,
        /// Only this group, by its id
        #[arg(long, value_name = "ID")]
        group: Option<u8>,
    },
    /// Digests of the tables: cards with the same digest of decisions send every flow to the same machine. With a FILE, also the digest of
    /// what follows from the file alone
    Digest(Against),
    /// Counters since reset: frames and bytes per manager, per reason, and lost on the way to the host; with OpenNIC's 322 MHz box also the
    /// frames dropped at the MACs. A manager's counters belong to its id: a machine that takes over an id continues its counts
    Counters {
        /// The configuration, for the managers' names
        file: Option<PathBuf>,
    },
    /// What became of every frame that the card handed to its host, as counted by the running slow path
    SlowPath {
        #[command(flatten)]
        runtime: Runtime,
    },
    /// The last malformed frames that the card handed to its host, and what is wrong with each
    Malformed {
        /// Writes them as a capture
        #[arg(long, value_name = "FILE")]
        write: Option<PathBuf>,
        #[command(flatten)]
        runtime: Runtime,
    },
}

#[derive(clap::Args)]
struct Against {
    /// The configuration to compare the card with
    file: Option<PathBuf>,
}

/// What a card holds, beside what a file asks for.
struct Held {
    active: Tables,
    configuration: Option<Configuration>,
    plan: Option<Plan>,
}

impl Held {
    fn read(global: &Global, against: &Against) -> Result<Self> {
        let configuration = against.file.as_deref().map(input::configuration).transpose()?;
        let active = card::in_force(&mut card::open(global)?)?.active;
        let plan = configuration.as_ref().map(|configuration| Plan::new(&active, configuration)).transpose()?;
        Ok(Self { active, configuration, plan })
    }

    fn names(&self) -> Names<'_> {
        Names::of(self.configuration.as_ref())
    }

    /// What the card would hold by the file; what it holds, if there is none.
    fn wanted(&self) -> &Tables {
        self.plan.as_ref().map_or(&self.active, |plan| &plan.next)
    }
}

/// How something on the card stands to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Drift {
    /// The file asks for something else.
    Differs,
    /// The card does not have it.
    Missing,
    /// The file does not have it.
    Extra,
}

impl Drift {
    fn mark(drift: Option<Self>) -> (Style, String) {
        let (style, mark) = match drift {
            None => (Style::new(), ""),
            Some(Self::Differs) => (CHANGED, "~"),
            Some(Self::Missing) => (GOOD, "+"),
            Some(Self::Extra) => (BAD, "-"),
        };
        (style, mark.to_owned())
    }
}

/// A view of the card: its text, its document, and whether it differs from the file.
struct View<T> {
    text: String,
    document: T,
    drift: bool,
}

impl<T: Serialize> View<T> {
    fn print(&self, global: &Global) -> Finding {
        if global.json {
            output::json(&self.document);
        } else {
            output::print(&self.text);
        }
        if self.drift { Finding::Something } else { Finding::Clean }
    }
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    Ok(match &arguments.what {
        What::Managers(against) => managers::view(&Held::read(global, against)?).print(global),
        What::Groups(against) => groups::view(&Held::read(global, against)?).print(global),
        What::Rules(against) => rules::view(&Held::read(global, against)?).print(global),
        What::Entries { against, group } => entries::view(&Held::read(global, against)?, *group)?.print(global),
        What::Digest(against) => digest::view(&Held::read(global, against)?)?.print(global),
        What::Counters { file } => counters::view(global, file.as_deref())?.print(global),
        What::SlowPath { runtime } => slow_path::view(global, runtime)?.print(global),
        What::Malformed { write, runtime } => slow_path::malformed(global, runtime, write.as_deref())?.print(global),
    })
}
