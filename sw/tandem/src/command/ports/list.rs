//! The lists themselves: of one manager, or of all.

use super::format::{self, Format, Header};
use super::{Arguments, manager_id, octets};
use crate::names::Names;
use crate::{Global, output};
use anyhow::{Context, Result, bail, ensure};
use control::Configuration;
use control::self_source::{self, PortTables};
use model::State;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The ports of an address that lead to a manager.
#[derive(Serialize)]
struct Listed<'a> {
    address: IpAddr,
    manager: u8,
    above: u16,
    protocol: String,
    generation: u32,
    #[serde(flatten)]
    list: List<'a>,
}

/// The ports of an address that lead to each manager.
#[derive(Serialize)]
struct ListedOfAll<'a> {
    address: IpAddr,
    above: u16,
    protocol: String,
    generation: u32,
    managers: Vec<OfManager<'a>>,
}

#[derive(Serialize)]
struct OfManager<'a> {
    manager: u8,
    name: Option<&'a str>,
    #[serde(flatten)]
    list: List<'a>,
}

#[derive(Serialize)]
struct List<'a> {
    count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    ports: Option<&'a [u16]>,
}

/// Prints what the arguments ask for.
pub(super) fn list(global: &Global, arguments: &Arguments, state: &State, above: u16, configuration: Option<&Configuration>) -> Result<()> {
    let &[address] = arguments.addresses.as_slice() else {
        bail!("{} addresses given; name one, or use --build", arguments.addresses.len());
    };
    ensure!(
        !global.json || matches!(arguments.format, Format::List | Format::Json),
        "--json and --format {} ask for two things; leave one out",
        arguments.format
    );
    ensure!(
        !arguments.count || matches!(arguments.format, Format::List | Format::Json),
        "--count prints no ports, and --format {} nothing else; leave one out",
        arguments.format
    );
    let manager = arguments.manager.as_ref().map(|text| manager_id(text, configuration)).transpose()?;
    let tables = port_tables(arguments, state)?;
    let mut lists = self_source::ports_of_all(state, &tables, arguments.proto, octets(address), above);
    if let Some(id) = manager {
        ensure!(
            state.managers_enabled[usize::from(id)],
            "manager {id} gets no traffic: no port leads to it; `tandem show managers` shows the state of each"
        );
        lists = BTreeMap::from([(id, lists.remove(&id).unwrap_or_default())]);
    }
    ensure!(
        !lists.is_empty(),
        "no port above {above} leads to a manager; take a lower --above, or apply a configuration whose managers take traffic"
    );
    lists.values_mut().for_each(|ports| ports.truncate(arguments.at_most.unwrap_or(u16::MAX).into()));
    let header = Header { address, above, protocol: arguments.proto, generation: state.generation() };
    let names = Names::of(configuration);
    match if global.json { Format::Json } else { arguments.format } {
        Format::Json => json(&header, manager, &lists, arguments.count, names),
        Format::Nft => output::print(format::nft(&header, &lists, names)?),
        Format::Csv => output::print(format::csv(&header, &lists)),
        Format::List => output::print(format::lines(&lists, manager.is_none(), arguments.count)),
    }
    Ok(())
}

fn port_tables(arguments: &Arguments, state: &State) -> Result<PortTables> {
    let Some(file) = &arguments.tables else { return Ok(PortTables::none(state)) };
    let bytes = std::fs::read(file).with_context(|| format!("{}: cannot read it; `tandem ports --build` writes one", file.display()))?;
    PortTables::read(&bytes, state).with_context(|| file.display().to_string())
}

fn json(header: &Header, manager: Option<u8>, lists: &BTreeMap<u8, Vec<u16>>, count: bool, names: Names<'_>) {
    let &Header { address, above, protocol, generation } = header;
    let protocol = protocol.to_string();
    let of = |id: &u8| List { count: lists[id].len(), ports: (!count).then_some(&lists[id]) };
    match manager {
        Some(manager) => output::json(&Listed { address, manager, above, protocol, generation, list: of(&manager) }),
        None => {
            let managers = lists.keys().map(|id| OfManager { manager: *id, name: names.of_manager(*id), list: of(id) }).collect();
            output::json(&ListedOfAll { address, above, protocol, generation, managers });
        }
    }
}
