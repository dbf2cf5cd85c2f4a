//! What a card is to hold: what follows from a configuration, or the very tables that a card holds or held.

use crate::saved::SavedPlan;
use crate::state::StateFolder;
use crate::{Global, card, input};
use anyhow::{Context as _, Result, ensure};
use control::{CardTables, Configuration, Plan, Tables};
use driver::{Held, Locator};
use std::fmt;
use std::path::{Path, PathBuf};

/// Where that comes from: one of these.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Source {
    /// The configuration, which docs/configuration.md describes; for apply also a plan that `tandem plan --out` has kept
    file: Option<PathBuf>,
    /// The very tables of another card, so that both decide alike, whatever their histories
    #[arg(long, value_name = "CARD")]
    like: Option<Locator>,
    /// The very tables that `tandem export` has written
    #[arg(long, value_name = "FILE")]
    tables: Option<PathBuf>,
    /// The very tables that this card held last, if it has lost them by a reset
    #[arg(long)]
    restore: bool,
}

/// What a card is to hold.
pub(crate) enum Goal {
    /// What follows from a configuration and the card's history, or from the configuration alone.
    Configured {
        /// The file that it was read from, and its text.
        file: PathBuf,
        text: String,
        configuration: Box<Configuration>,
        canonical: bool,
        /// The plan that it was kept in.
        saved: Option<Box<SavedPlan>>,
    },
    /// These tables, entry by entry.
    Tables {
        /// What to call them.
        name: String,
        /// The file that they were read from.
        file: Option<PathBuf>,
        tables: Box<Tables>,
        /// Whether they are for a card that was reset, and for no other.
        after_reset: bool,
    },
}

impl Source {
    /// Reads it. Another card is let go before this returns.
    ///
    /// # Errors
    /// If it cannot be read, or is not what it should be.
    pub(crate) fn goal(&self, global: &Global, state: &StateFolder, canonical: bool) -> Result<Goal> {
        if let Some(file) = &self.file {
            let text = input::text(file)?;
            let saved = SavedPlan::read(file, &text)?;
            let configuration = Box::new(saved.as_ref().map_or_else(|| input::parse(file, &text), SavedPlan::configuration)?);
            let canonical = canonical || saved.as_ref().is_some_and(SavedPlan::is_canonical);
            let text = saved.as_ref().map_or(text, |plan| plan.text().to_owned());
            return Ok(Goal::Configured { file: file.clone(), text, configuration, canonical, saved: saved.map(Box::new) });
        }
        ensure!(!canonical, "--canonical is for a configuration; tables are taken as they are, so leave it out");
        if let Some(other) = &self.like {
            return like(global, other);
        }
        let kept = || Ok::<_, anyhow::Error>(state.of(&card::locator(global)?)?.tables());
        let file = self.tables.clone().map_or_else(kept, Ok)?;
        ensure!(
            !self.restore || file.exists(),
            "{}: no tables are kept there, as nothing was applied to this card yet; apply a configuration, or name the folder with --state DIR",
            file.display()
        );
        let CardTables { card, generation, tables } = read_tables(&file)?;
        let name = format!("{} (generation {generation} of {card})", file.display());
        Ok(Goal::Tables { name, file: Some(file), tables: Box::new(tables), after_reset: self.restore })
    }

    /// How an apply of it is called in the history, whose lines have the file besides.
    pub(crate) fn command(&self, canonical: bool) -> String {
        match &self.like {
            Some(other) => format!("apply --like {other}"),
            None if self.restore => "apply --restore".into(),
            None if self.tables.is_some() => "apply --tables".into(),
            None if canonical => "apply --canonical".into(),
            None => "apply".into(),
        }
    }
}

/// Reads a file of tables.
///
/// # Errors
/// If it is none, or damaged.
pub(crate) fn read_tables(file: &Path) -> Result<CardTables> {
    let text = std::fs::read(file).with_context(|| format!("{}: cannot be read; `tandem export` writes such a file", file.display()))?;
    CardTables::from_json(&String::from_utf8_lossy(&text)).with_context(|| format!("{}: no tables of a card", file.display()))
}

/// The tables that another card holds.
fn like(global: &Global, other: &Locator) -> Result<Goal> {
    let this = card::locator(global)?;
    ensure!(*other != this, "{other} is this card itself; name another one with --like, or this one with --card");
    let held = card::in_force(&mut card::open_at(global, other)?)?;
    ensure!(
        held.generation != 0,
        "{other} holds nothing, as nothing was committed since its reset; apply a configuration to it first, or `--restore` what it held"
    );
    let name = format!("the tables of {other} (generation {})", held.generation);
    Ok(Goal::Tables { name, file: None, tables: Box::new(held.active), after_reset: false })
}

impl Goal {
    /// The configuration, if there is one.
    pub(crate) fn configuration(&self) -> Option<&Configuration> {
        match self {
            Self::Configured { configuration, .. } => Some(configuration),
            Self::Tables { .. } => None,
        }
    }

    /// The file that it was read from.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Configured { file, .. } => Some(file),
            Self::Tables { file, .. } => file.as_deref(),
        }
    }

    /// The plan that it was kept in, if it was.
    pub(crate) fn saved(&self) -> Option<&SavedPlan> {
        match self {
            Self::Configured { saved, .. } => saved.as_deref(),
            Self::Tables { .. } => None,
        }
    }

    /// Refuses tables that are for a card that was reset, if this one serves something by now.
    ///
    /// # Errors
    /// If it is so.
    pub(crate) fn allows(&self, now: &Held) -> Result<()> {
        if let Self::Tables { file: Some(file), after_reset: true, .. } = self {
            ensure!(
                now.generation == 0,
                "the card was not reset: it serves generation {}, and other tables than those that are kept; nothing was changed: to put these \
                 back all the same, `tandem apply --tables {}`",
                now.generation,
                file.display()
            );
        }
        Ok(())
    }

    /// What has to change on a card that holds `now`.
    ///
    /// # Errors
    /// If the card does not have a group that it needs.
    pub(crate) fn plan(&self, now: &Tables) -> Result<Plan> {
        Ok(match self {
            Self::Configured { configuration, canonical: true, .. } => Plan::canonical(now, configuration)?,
            Self::Configured { configuration, .. } => Plan::new(now, configuration)?,
            Self::Tables { name, tables, .. } => Plan::copy(now, tables).with_context(|| name.clone())?,
        })
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configured { file, .. } => write!(f, "{}", file.display()),
            Self::Tables { name, .. } => f.write_str(name),
        }
    }
}
