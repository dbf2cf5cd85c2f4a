//! `[[server]]`: who serves.

use super::{address, is_reserved};
use crate::configuration::Server;
use control::Weight;
use control::read::value::weight;
use document::{Section, Source, Value, every};
use flow::ServerState;

const KEYS: [&str; 7] = ["name", "address", "port", "weight", "state", "agent", "capabilities"];
const STATES: [(&str, ServerState); 3] =
    [("enabled", ServerState::Enabled), ("draining", ServerState::Draining), ("down", ServerState::Down)];

/// The servers of the file, as far as they can be read.
pub(super) fn read(top: &Section<'_>) -> Vec<Option<Server>> {
    let mut names = Vec::new();
    top.tables("server").iter().map(|written| server(top.source, written, &mut names)).collect()
}

fn server(source: &Source<'_>, written: &Value<'_>, names: &mut Vec<String>) -> Option<Server> {
    let section = Section::of(source, written, &KEYS)?;
    let name = section.required("name", |value| {
        let name = source.name(value)?;
        if is_reserved(name) {
            return source.fault(value.span(), format!("{name:?} is the manager's own host"), "give the server another name");
        }
        source.unique(value.span(), "server name", name.to_owned(), names, String::clone)
    });
    let address = section.required("address", |value| address(source, value));
    let port = section.or("port", None, |value| source.number(value, 1..=u16::MAX, "port").map(Some));
    let weight = section.or("weight", Weight::ONE, |value| weight(source, value));
    let state = section.or("state", ServerState::Enabled, |value| source.choice(value, "state of a server", &STATES));
    let agent = section.or("agent", None, |value| source.number(value, 1..=u16::MAX, "port").map(Some));
    let capabilities = section.or("capabilities", Vec::new(), |value| words(source, value));
    let (weight, state) = (weight?, state?);
    Some(Server { name: name?, address: address?, port: port?, weight, state, agent: agent?, capabilities: capabilities? })
}

/// A list of names.
pub(super) fn words(source: &Source<'_>, value: &Value<'_>) -> Option<Vec<String>> {
    every(source.list(value)?.iter().map(|word| source.name(word).map(str::to_owned)))
}
