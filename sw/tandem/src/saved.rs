//! A plan in a file, so that what is applied later is what was looked at.

use crate::output;
use anyhow::{Context as _, Result, ensure};
use control::Configuration;
use driver::{Held, Locator};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The version of the format.
const VERSION: u32 = 1;

/// What a plan was made from, and what it leads to: with the same program these give the same plan again.
#[derive(Serialize, Deserialize)]
pub(crate) struct SavedPlan {
    /// Marks the file, and is the version of its format.
    tandem_plan: u32,
    /// The card that was looked at.
    card: String,
    /// Its generation then.
    generation: u32,
    /// The digest of what it held then.
    from: String,
    /// The digest of what it is to hold.
    to: String,
    /// Whether it leads to the tables that follow from the configuration alone.
    canonical: bool,
    /// Name of the configuration file.
    file: String,
    /// Its text.
    configuration: String,
}

impl SavedPlan {
    /// A plan for a card that holds `now`, made from this text.
    pub(crate) fn new(card: &Locator, now: &Held, to: impl ToString, canonical: bool, file: &Path, configuration: String) -> Self {
        let (generation, from) = (now.generation, format!("{:#}", now.active.digest()));
        Self {
            tandem_plan: VERSION,
            card: card.to_string(),
            generation,
            from,
            to: to.to_string(),
            canonical,
            file: file.display().to_string(),
            configuration,
        }
    }

    /// The plan that a text is, if it is one and not a configuration, which is never a JSON document.
    ///
    /// # Errors
    /// If it is a JSON document and no plan of this version.
    pub(crate) fn read(path: &Path, text: &str) -> Result<Option<Self>> {
        if !text.trim_start().starts_with('{') {
            return Ok(None);
        }
        let problem = || format!("{}: is no plan that `tandem plan --out` of this version has written; make it anew", path.display());
        let plan: Self = serde_json::from_str(text).with_context(problem)?;
        ensure!(plan.tandem_plan == VERSION, problem());
        Ok(Some(plan))
    }

    /// Writes it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        output::replace_secret(path, text.as_bytes())
            .with_context(|| format!("{}: cannot be written; --out names another file", path.display()))
    }

    /// Whether it leads to the tables that follow from the configuration alone.
    pub(crate) fn is_canonical(&self) -> bool {
        self.canonical
    }

    /// The text of the configuration that it is to carry out.
    pub(crate) fn text(&self) -> &str {
        &self.configuration
    }

    /// That configuration.
    ///
    /// # Errors
    /// If its text has faults, which a plan never has unless it was changed by hand.
    pub(crate) fn configuration(&self) -> Result<Configuration> {
        Ok(Configuration::parse(&self.configuration, &self.file)?)
    }

    /// Refuses a card that holds something else than what was looked at, or a plan that has another end by now.
    ///
    /// # Errors
    /// If it is so.
    pub(crate) fn check(&self, now: &Held, to: impl ToString) -> Result<()> {
        let again = "nothing was changed: make the plan anew";
        let Self { card, generation, .. } = self;
        let moved_on =
            format!("the card has moved on since this plan was made, from generation {generation} of {card} to {}", now.generation);
        ensure!(format!("{:#}", now.active.digest()) == self.from, "{moved_on}; {again}");
        ensure!(to.to_string() == self.to, "this version of the program plans something else than the one that wrote the plan; {again}");
        Ok(())
    }
}
