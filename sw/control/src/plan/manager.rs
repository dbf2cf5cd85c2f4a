//! Rows of the manager table that change.

use super::name::{Named, Names};
use crate::tables::Tables;
use contract::row::mac_text;
use model::manager_table::Manager;
use serde::Serialize;

/// What becomes of a manager's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagerAction {
    /// The card knew nothing of it.
    Added,
    /// It was there and took no traffic; now it does.
    Enabled,
    /// It takes no more traffic, because its state says so.
    Down,
    /// The configuration does not name it: it takes no more traffic, and only the idle bank still has its address and port, for a rollback.
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
    /// The row that it is to have; none if the configuration does not name it.
    pub to: Option<ManagerEntry>,
}

pub(super) fn changes(now: &Tables, next: &Tables, names: Names<'_>) -> Vec<ManagerChange> {
    let rows = (0..=u8::MAX).zip(now.managers.iter().zip(&next.managers));
    let changed = rows.filter(|(id, (from, to))| *id != 0 && from != to);
    changed.map(|(id, (from, to))| change(names, id, *from, *to)).collect()
}

fn change(names: Names<'_>, id: u8, from: Manager, to: Manager) -> ManagerChange {
    let (old, new) = (entry(from), entry(to));
    let action = match (&old, &new) {
        (None, _) => ManagerAction::Added,
        (_, None) => ManagerAction::Removed,
        _ if !from.enabled && to.enabled => ManagerAction::Enabled,
        _ if from.enabled && !to.enabled => ManagerAction::Down,
        _ => ManagerAction::Changed,
    };
    ManagerChange { manager: names.manager(id), action, from: old, to: new }
}

/// A manager as people read it; none where the tables have none.
fn entry(manager: Manager) -> Option<ManagerEntry> {
    let Manager { mac, egress: port, enabled } = manager;
    (manager != Manager::default()).then(|| ManagerEntry { mac: mac_text(mac), port, enabled })
}
