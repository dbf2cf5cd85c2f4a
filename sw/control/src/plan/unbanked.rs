//! Changes that the one commit does not carry.

use crate::tables::Tables;
use contract::row::GroupMac;
use serde::Serialize;
use std::collections::BTreeSet;

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

/// What of a change is not banked. A card that decides nothing yet has nothing that could be mixed up: it is enabled last.
pub(super) fn changes(now: &Tables, next: &Tables) -> Vec<Unbanked> {
    if !now.enabled {
        return Vec::new();
    }
    let in_service = |id: &u8| now.groups.iter().any(|group| group.entries.contains(id) || group.row.designated == *id);
    let moves = |id: &u8| matches!((now.machine(*id), next.machine(*id)), (Some(from), Some(to)) if from != to);
    let macs =
        |tables: &Tables| -> BTreeSet<_> { tables.group_macs.iter().filter(|row| row.enabled).map(|&GroupMac { mac, .. }| mac).collect() };
    let changes = [
        (Unbanked::Managers, (1..=u8::MAX).any(|id| moves(&id) && in_service(&id))),
        (Unbanked::GroupMacs, macs(now) != macs(next)),
        (Unbanked::Pairs, now.port_pairs != next.port_pairs),
        (Unbanked::Enabled, now.enabled != next.enabled),
    ];
    changes.into_iter().filter(|(_, changes)| *changes).map(|(unbanked, _)| unbanked).collect()
}
