//! Rows of the manager table that change.

use super::name::{Named, Names};
use crate::tables::Tables;
use contract::row::{ManagerRow, mac_text};
use serde::Serialize;

/// What becomes of a manager's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagerAction {
    /// The card knew nothing of it.
    Added,
    /// It was there and took no traffic; now it does.
    Enabled,
    /// It takes no more traffic, because its state says so; its address and port stay on the card.
    Down,
    /// It takes no more traffic, because the configuration does not name it; its address and port stay on the card.
    Removed,
    /// Its address or its port changes.
    Changed,
}

/// A row as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ManagerEntry {
    /// Its MAC address.
    pub mac: String,
    /// The port that leads to it.
    pub port: u8,
    /// Whether it takes traffic.
    pub enabled: bool,
}

/// The row of one manager, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ManagerChange {
    /// Whose row it is.
    #[serde(flatten)]
    pub manager: Named,
    /// What becomes of it, in a word; what else changes shows in the rows.
    pub action: ManagerAction,
    /// The row on the card; none if the card knows nothing of the manager.
    pub from: Option<ManagerEntry>,
    /// The row that it is to have.
    pub to: ManagerEntry,
}

pub(super) fn changes(now: &Tables, next: &Tables, names: Names<'_>) -> Vec<ManagerChange> {
    let rows = (0..=u8::MAX).zip(now.managers.iter().zip(&next.managers));
    let changed = rows.filter(|(id, (from, to))| *id != 0 && from != to);
    changed.map(|(id, (from, to))| change(names, id, *from, *to)).collect()
}

fn change(names: Names<'_>, id: u8, from: ManagerRow, to: ManagerRow) -> ManagerChange {
    let known = from != ManagerRow::default();
    let action = match (known, from.enabled, to.enabled) {
        (false, ..) => ManagerAction::Added,
        (true, false, true) => ManagerAction::Enabled,
        (true, true, false) if names.0.manager(id).is_some() => ManagerAction::Down,
        (true, true, false) => ManagerAction::Removed,
        (true, ..) => ManagerAction::Changed,
    };
    ManagerChange { manager: names.manager(id), action, from: known.then(|| entry(from)), to: entry(to) }
}

fn entry(row: ManagerRow) -> ManagerEntry {
    ManagerEntry { mac: mac_text(row.mac), port: row.egress, enabled: row.enabled }
}
