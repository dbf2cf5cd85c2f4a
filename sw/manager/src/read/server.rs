//! `[[server]]`: who serves.

use super::{address, is_reserved};
use crate::configuration::Server;
use control::Weight;
use control::read::value::weight;
use document::{Section, Source, Value, every};
use flow::ServerState;
use std::path::PathBuf;

const KEYS: [&str; 9] = ["name", "address", "port", "weight", "state", "agent", "orca", "token", "capabilities"];
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
    let port_of = |key| section.or(key, None, |value| source.number(value, 1..=u16::MAX, "port").map(Some));
    let (agent, orca) = (port_of("agent"), port_of("orca"));
    if let (Some(Some(_)), Some(value)) = (agent, section.get("orca")) {
        source.report(value.span(), "agent and orca of one server", "leave one of them out: reports come in one way");
    }
    let token = section.or("token", None, |value| token(source, value, section.get("orca").is_some()).map(Some));
    let capabilities = section.or("capabilities", Vec::new(), |value| words(source, value));
    Some(Server {
        name: name?,
        address: address?,
        port: port?,
        weight: weight?,
        state: state?,
        agent: agent?,
        orca: orca?,
        token: token?,
        capabilities: capabilities?,
    })
}

/// The file with a server's token. What it holds is read with each connection, so that a token can be changed.
fn token(source: &Source<'_>, value: &Value<'_>, has_orca: bool) -> Option<PathBuf> {
    let path = source.string(value)?;
    if !has_orca {
        return source.fault(value.span(), "a token without orca", "add orca = PORT, where the token is shown, or leave token out");
    }
    if !path.starts_with('/') {
        return source.fault(value.span(), format!("{path:?} is not an absolute path"), "write the whole path of the file with the token");
    }
    Some(path.into())
}

/// A list of names.
pub(super) fn words(source: &Source<'_>, value: &Value<'_>) -> Option<Vec<String>> {
    every(source.list(value)?.iter().map(|word| source.name(word).map(str::to_owned)))
}
