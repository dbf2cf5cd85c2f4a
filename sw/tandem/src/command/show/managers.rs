//! `tandem show managers`.

use super::{Drift, Held, View};
use crate::output::{Table, mac};
use control::ManagerState;
use model::manager_table;
use serde::Serialize;

/// A row of the manager table.
#[derive(Serialize)]
pub(super) struct Manager {
    id: u8,
    name: Option<String>,
    #[serde(flatten)]
    row: Row,
    /// Entries that name it, in all groups together. A manager that is draining has none, and is enabled.
    entries: usize,
    /// Its state by the file: enabled, draining or down.
    state: Option<ManagerState>,
    drift: Option<Drift>,
    /// What the file asks for, where that is something else.
    file: Option<Row>,
}

#[derive(Serialize)]
struct Row {
    mac: String,
    port: u8,
    enabled: bool,
}

impl From<manager_table::Manager> for Row {
    fn from(row: manager_table::Manager) -> Self {
        Self { mac: mac(row.mac), port: row.egress, enabled: row.enabled }
    }
}

pub(super) fn view(held: &Held) -> View<Vec<Manager>> {
    let none = manager_table::Manager::default();
    let rows = (0..=u8::MAX).zip(held.active.managers.into_iter().zip(held.wanted().managers)).skip(1);
    let managers: Vec<Manager> = rows
        .filter(|(_, (row, wanted))| *row != none || *wanted != none)
        .map(|(id, (row, wanted))| {
            let known = held.configuration.as_ref().is_none_or(|configuration| configuration.manager(id).is_some());
            let drift = match () {
                () if row == wanted => None,
                () if !known => Some(Drift::Extra),
                () if row == none => Some(Drift::Missing),
                () => Some(Drift::Differs),
            };
            let entries = held.active.groups.iter().flat_map(|group| &group.entries).filter(|entry| **entry == id).count();
            let state = held.configuration.as_ref().and_then(|configuration| configuration.manager(id)).map(|manager| manager.state);
            let name = held.names().of_manager(id).map(str::to_owned);
            Manager { id, name, row: row.into(), entries, state, drift, file: drift.map(|_| wanted.into()) }
        })
        .collect();
    View { text: text(&managers), drift: managers.iter().any(|manager| manager.drift.is_some()), document: managers }
}

fn text(managers: &[Manager]) -> String {
    if managers.is_empty() {
        return "the card has no managers\n".into();
    }
    let mut table = Table::new(&["", ">id", "name", "MAC", "port", "state", ">entries", "file"]);
    for Manager { id, name, row, entries, state: by_file, drift, file } in managers {
        let (style, mark) = Drift::mark(*drift);
        let draining = *by_file == Some(ManagerState::Draining);
        let state = |row: &Row, empty: bool| match row.enabled {
            false => "disabled",
            true if empty && draining => "draining",
            true => "enabled",
        };
        let wanted = match (drift, file) {
            (Some(Drift::Extra), _) => "not there".into(),
            (_, Some(row)) => format!("{}, port {}, {}", row.mac, row.port, state(row, true)),
            (_, None) => String::new(),
        };
        let [mac, port, state] = match drift {
            Some(Drift::Missing) => ["-"; 3].map(str::to_owned),
            _ => [row.mac.clone(), row.port.to_string(), state(row, *entries == 0).to_owned()],
        };
        let (id, name, entries) = (id.to_string(), name.clone().unwrap_or_default(), entries.to_string());
        table.row(style, [mark, id, name, mac, port, state, entries, wanted]);
    }
    table.to_string()
}
