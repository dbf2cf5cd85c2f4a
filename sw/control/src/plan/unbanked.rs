//! Changes that the one commit does not carry.

use super::Plan;
use crate::tables::Tables;
use serde::Serialize;

/// What a card holds once, and not in two banks: a change of it is in force as soon as it is written. `docs/decision.md`, section 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unbanked {
    /// The addresses that the card answers for.
    GroupMacs,
    /// Where neighbour questions to everybody go.
    Neighbours,
    /// Where bridged frames leave.
    Pairs,
    /// The enable switch.
    Enabled,
}

impl Plan {
    /// What of the change is not banked. A card that decides nothing yet has nothing that could be mixed up: it is enabled last.
    pub(super) fn unbanked(&self, now: &Tables) -> Vec<Unbanked> {
        let changes = [
            (Unbanked::GroupMacs, !self.group_macs_added.is_empty() || !self.group_macs_removed.is_empty()),
            (Unbanked::Neighbours, self.neighbours.is_some()),
            (Unbanked::Pairs, self.pairs.is_some()),
            (Unbanked::Enabled, self.enabled.is_some()),
        ];
        changes.into_iter().filter(|(_, changes)| now.enabled && *changes).map(|(unbanked, _)| unbanked).collect()
    }
}
