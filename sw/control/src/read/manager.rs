//! `[[manager]]`: where traffic managers are reached.

use super::{Section, Source, Value, every, value};
use crate::configuration::{Manager, ManagerState};
use crate::weight::Weight;
use contract::limits::MANAGERS;
use contract::row::{Mac, mac_text};
use model::manager_table;

const KEYS: [&str; 6] = ["name", "id", "mac", "port", "weight", "state"];
const STATES: [(&str, ManagerState); 3] =
    [("enabled", ManagerState::Enabled), ("draining", ManagerState::Draining), ("down", ManagerState::Down)];

/// The managers of the file, as far as they can be read.
pub(super) struct Managers<'t> {
    source: &'t Source<'t>,
    /// States that managers are to have by their names, whatever the text says.
    states: &'t [(&'t str, ManagerState)],
    names: Vec<&'t str>,
    ids: Vec<u8>,
    macs: Vec<Mac>,
    listed: Vec<Option<Manager>>,
}

impl<'t> Managers<'t> {
    pub(super) fn read(top: &Section<'t>, states: &'t [(&'t str, ManagerState)], group_macs: &[Mac]) -> Self {
        let (names, ids, macs) = Default::default();
        let mut managers = Self { source: top.source, states, names, ids, macs, listed: Vec::new() };
        // One more than there are ids has a fault; of more than that nothing new can be said.
        for written in top.tables("manager").iter().take(MANAGERS + 1) {
            let manager = managers.manager(written, group_macs);
            managers.listed.push(manager);
        }
        managers
    }

    fn manager(&mut self, written: &'t Value<'t>, group_macs: &[Mac]) -> Option<Manager> {
        let source = self.source;
        let section = Section::of(source, written, &KEYS)?;
        let name = section.required("name", |value| {
            source.unique(value.span(), "manager name", source.name(value)?, &mut self.names, |name| (*name).to_owned())
        });
        let id = section.required("id", |value| {
            let id = source.number(value, 1..=MANAGERS as u8, "manager id")?;
            source.unique(value.span(), "manager id", id, &mut self.ids, u8::to_string)
        });
        let mac = section.required("mac", |value| {
            let mac = source.unique(value.span(), "manager MAC", value::mac(source, value)?, &mut self.macs, |mac| mac_text(*mac))?;
            if group_macs.contains(&mac) {
                let problem = format!("manager MAC {} is a group MAC of the card", mac_text(mac));
                return source.fault(value.span(), problem, "frames sent there would return to the card; use the manager's own MAC");
            }
            Some(mac)
        });
        let egress = section.required("port", |value| value::port(source, value));
        let weight = section.or("weight", Weight::ONE, |value| value::weight(source, value));
        let state = section.or("state", ManagerState::Enabled, |value| source.choice(value, "state of a manager", &STATES));
        let other = |name: &str| self.states.iter().find(|(of, _)| *of == name).map(|(_, state)| *state);
        let state = name.and_then(other).or(state);
        let row = manager_table::Manager { mac: mac?, egress: egress?, enabled: state? != ManagerState::Down };
        Some(Manager { name: name?.to_owned(), id: id?, row, state: state?, weight: weight? })
    }

    /// The manager that a value names. One that is listed but cannot be read has its own faults; its name is none.
    pub(super) fn find(&self, value: &Value<'_>, name: &str) -> Option<&Manager> {
        let found = self.listed.iter().flatten().find(|manager| manager.name == name);
        if found.is_none() && !self.names.contains(&name) {
            self.source.report_unknown(value, "manager", name, &self.names);
        }
        found
    }

    /// All of them, if all can be read: what is said of all must not be said of some.
    pub(super) fn if_all_readable(&self) -> Option<Vec<&Manager>> {
        self.listed.iter().map(Option::as_ref).collect()
    }

    /// All of them, if all can be read.
    pub(super) fn all(self) -> Option<Vec<Manager>> {
        every(self.listed.into_iter())
    }
}
