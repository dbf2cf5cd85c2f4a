//! Changes that the one commit does not carry.

use super::Plan;
use crate::tables::Tables;
use serde::Serialize;

/// What a card holds once, and not in two banks: a change of it is in force as soon as it is written. `docs/decision.md`, section 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unbanked {
    /// MACs and ports of managers in service.
    Managers,
    /// The addresses that the card answers for.
    GroupMacs,
    /// Where bridged frames leave.
    Pairs,
    /// The enable switch.
    Enabled,
}

impl Plan {
    /// What of the change is not banked. A card that decides nothing yet has nothing that could be mixed up: it is enabled last.
    pub(super) fn unbanked(&self, now: &Tables) -> Vec<Unbanked> {
        let in_service = |id: u8| now.groups.iter().any(|group| group.entries.contains(&id) || group.row.designated == id);
        let moves = |id: u8| matches!((now.machine(id), self.next.machine(id)), (Some(from), Some(to)) if from != to);
        let changes = [
            (Unbanked::Managers, (1..=u8::MAX).any(|id| moves(id) && in_service(id))),
            (Unbanked::GroupMacs, !self.group_macs_added.is_empty() || !self.group_macs_removed.is_empty()),
            (Unbanked::Pairs, self.pairs.is_some()),
            (Unbanked::Enabled, self.enabled.is_some()),
        ];
        changes.into_iter().filter(|(_, changes)| now.enabled && *changes).map(|(unbanked, _)| unbanked).collect()
    }
}
