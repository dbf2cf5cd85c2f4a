//! `tandem export`.

use crate::{Finding, Global, card, output};
use anyhow::{Context as _, Result};
use control::{CardTables, Digest};
use serde::Serialize;
use std::path::PathBuf;

/// Writes the tables that the card holds into a file
///
/// `tandem apply --tables FILE` gives them to this card or another one, entry by entry. The hash keys are in the file, so it is written for its
/// owner alone: keep it secret.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem export tables.json
  tandem apply --tables tables.json --card 0000:02:00.0   another card decides alike")]
pub(crate) struct Arguments {
    /// The file to write, a JSON document
    file: PathBuf,
}

#[derive(Serialize)]
struct Report {
    card: String,
    generation: u32,
    digest: Digest,
    decision_digest: Digest,
    file: String,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let mut card = card::open(global)?;
    let now = card::in_force(&mut card)?;
    let held = CardTables { card: card.info().locator.to_string(), generation: now.generation, tables: now.active };
    drop(card);
    let file = arguments.file.display().to_string();
    output::replace_secret(&arguments.file, held.to_json().as_bytes())
        .with_context(|| format!("{file}: cannot be written; name another file"))?;
    let (digest, decision_digest) = (held.tables.digest(), held.tables.decision_digest());
    let report = Report { card: held.card, generation: held.generation, digest, decision_digest, file };
    if global.json {
        output::json(&report);
    } else {
        let Report { card, generation, digest, file, .. } = report;
        output::print(format_args!(
            "{file}: the tables of {card}, generation {generation}, digest {digest}, with the hash keys: keep it secret\n"
        ));
    }
    Ok(Finding::Clean)
}
