//! From the text of a `tandem.toml` to a configuration, or to everything that is wrong with it.
//!
//! Reading goes on behind a fault, so that one look finds all: what cannot be read is `None`, and its fault is on the list.

mod address;
mod group;
mod manager;
mod rule;
pub mod value;

use crate::configuration::{Configuration, ManagerState};
use contract::limits::{GROUP_MACS, PORTS};
use contract::row::{Mac, Neighbours, mac_text};
use document::{DeTable, Faults, Section, Source, Value, every};

impl Configuration {
    /// Reads the text of a `tandem.toml`; `file` is its name in faults.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its line and column and what to do about it. Of mistakes in
    /// the TOML itself only the first, because what follows it is guesswork.
    pub fn parse(text: &str, file: &str) -> Result<Self, Faults> {
        Self::parse_with(text, file, &[])
    }

    /// The same with other states for the managers of these names than the text gives them. A name that the text does not have changes nothing.
    ///
    /// # Errors
    /// As [`Configuration::parse`].
    pub fn parse_with(text: &str, file: &str, states: &[(&str, ManagerState)]) -> Result<Self, Faults> {
        document::read(text, file, "docs/configuration.md", |source, table| top(source, table, states, file))
    }
}

fn top(source: &Source<'_>, table: &DeTable<'_>, states: &[(&str, ManagerState)], file: &str) -> Option<Configuration> {
    let keys = ["enabled", "group_macs", "neighbours", "pairs", "manager", "group", "rule"];
    let section = Section::new(source, 0..0, table, &keys);
    let enabled = section.or("enabled", true, |value| source.boolean(value));
    let group_macs = section.required("group_macs", |value| group_macs(source, value));
    let places = [Neighbours::Bridge, Neighbours::Host].map(|neighbours| (neighbours.name(), neighbours));
    let neighbours = section.or("neighbours", Neighbours::Bridge, |value| source.choice(value, "place for neighbour questions", &places));
    let port_pairs = section.or("pairs", model::state::port_pairs(), |value| port_pairs(source, value));
    let managers = manager::Managers::read(&section, states, group_macs.as_deref().unwrap_or_default());
    let groups = group::Groups::read(&section, &managers, enabled, group_macs.as_deref());
    let rules = rule::read(&section, &groups);
    Some(Configuration {
        enabled: enabled?,
        group_macs: group_macs?,
        neighbours: neighbours?,
        port_pairs: port_pairs?,
        managers: managers.all()?,
        groups: groups.all()?,
        rules: rules?,
        file: file.to_owned(),
    })
}

fn group_macs(source: &Source<'_>, value: &Value<'_>) -> Option<Vec<Mac>> {
    let list = source.list(value)?;
    if list.is_empty() || list.len() > GROUP_MACS {
        let remedy = format!("a card takes 1 to {GROUP_MACS} group MACs, to which managers and hosts send");
        return source.fault(value.span(), format!("{} group MACs", list.len()), remedy);
    }
    let mut seen = Vec::new();
    every(
        list.iter()
            .map(|written| source.unique(written.span(), "group MAC", value::mac(source, written)?, &mut seen, |mac| mac_text(*mac))),
    )
}

fn port_pairs(source: &Source<'_>, value: &Value<'_>) -> Option<[u8; PORTS]> {
    let ports = every(source.list(value)?.iter().map(|port| value::port(source, port)))?;
    let remedy = format!("name {PORTS} egress ports: the first for frames bridged from port 0, the second from port 1");
    ports.try_into().ok().or_else(|| source.fault(value.span(), "pairs has the wrong length", remedy))
}
