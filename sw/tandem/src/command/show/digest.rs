//! `tandem show digest`.

use super::{Drift, Held, View};
use crate::output::painted;
use anyhow::Result;
use control::Digest;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Digests {
    /// Of all that the card's tables hold.
    digest: Digest,
    /// Of what decides where packets go.
    decision_digest: Digest,
    /// The second, of the tables that follow from the file alone.
    file: Option<Digest>,
    /// Whether the card decides as they do.
    canonical: Option<bool>,
}

pub(super) fn view(held: &Held) -> Result<View<Digests>> {
    let groups = held.active.groups.len();
    let file = held.configuration.as_ref().map(|configuration| configuration.tables(groups)).transpose()?;
    let file = file.map(|tables| tables.decision_digest());
    let (digest, decision_digest) = (held.active.digest(), held.active.decision_digest());
    let canonical = file.map(|file| file == decision_digest);
    let drift = canonical == Some(false);
    let (style, mark) = Drift::mark(drift.then_some(Drift::Differs));
    let mut text =
        format!("{:1} tables     {digest}\n", "") + &painted(style, format_args!("{mark:1} decisions  {decision_digest}")) + "\n";
    if let Some(file) = file {
        text += &format!("{:1} file       {file}\n", "");
    }
    Ok(View { text, document: Digests { digest, decision_digest, file, canonical }, drift })
}
