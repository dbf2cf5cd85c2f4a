//! What a configuration gives another id than the card does: a likely slip, since flows go by ids.

use super::name::Named;
use crate::configuration::{Configuration, Group, Manager};
use crate::tables::Tables;
use contract::row::mac_text;
use serde::Serialize;

/// A manager that the card has under another id: its flows move, though its machine stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Renumbered {
    /// The manager as the configuration has it.
    #[serde(flatten)]
    pub manager: Named,
    /// Its MAC address.
    pub mac: String,
    /// The id under which the card's entries name it. With it in the configuration, as `id = ...`, the manager's flows stay.
    pub on_card: u8,
}

/// Managers of the configuration whose MAC the card's entries reach under another id.
pub(super) fn managers(now: &Tables, configuration: &Configuration) -> Vec<Renumbered> {
    let named = |id: u8| now.groups.iter().any(|group| group.entries.contains(&id));
    let on_card = |mac| (1..=u8::MAX).find(|&id| now.machine(id).is_some_and(|machine| machine.mac == mac) && named(id));
    let stays = |manager: &&Manager| now.machine(manager.id).is_some_and(|machine| machine.mac == manager.row.mac);
    let others = configuration.managers.iter().filter(|manager| !stays(manager));
    others
        .filter_map(|manager| {
            let on_card = on_card(manager.row.mac)?;
            let named = Named { id: manager.id, name: manager.name.clone() };
            Some(Renumbered { manager: named, mac: mac_text(manager.row.mac), on_card })
        })
        .collect()
}

/// A group whose key the card has under another id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RenumberedGroup {
    /// The group as the configuration has it.
    #[serde(flatten)]
    pub group: Named,
    /// The id under which the card has its key. With it in the configuration, as `id = ...`, the group's flows stay.
    pub on_card: u8,
}

/// Groups of the configuration whose key the card has under another id, and not under theirs.
pub(super) fn groups(now: &Tables, configuration: &Configuration) -> Vec<RenumberedGroup> {
    let key = |id: u8| now.groups.get(usize::from(id)).filter(|held| held.entries.iter().any(|id| *id != 0)).map(|held| held.row.key);
    let others = configuration.groups.iter().filter(|group: &&Group| key(group.id) != Some(group.row.key));
    let on_card = |group: &Group| (0..now.groups.len() as u8).find(|&id| key(id) == Some(group.row.key));
    others
        .filter_map(|group| {
            let named = Named { id: group.id, name: group.name.clone() };
            Some(RenumberedGroup { group: named, on_card: on_card(group)? })
        })
        .collect()
}
