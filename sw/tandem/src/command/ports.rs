//! `tandem ports`.

use crate::output::{self, GOOD, painted, some, thousands};
use crate::{Finding, Global, card, input, progress};
use anyhow::{Context, Result, bail, ensure};
use contract::limits::GROUPS;
use control::self_source::{self, PortTables, Transport};
use control::{Configuration, Tables};
use model::State;
use model::network::Address;
use serde::Serialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Lists source ports whose replies come back to a manager
///
/// A manager that translates addresses picks the source port of the translated packet from these, so that the reply returns to it: ports
/// above the server's port for which the distributor sends the reply to that manager. The tables are read from the card; with --config and
/// without --card they are those that a fresh card would get from the file.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem ports --address 192.0.2.10 --manager 3 --above 443                               by the card's own tables
  tandem ports --address 192.0.2.10 --manager alpha --above 443 --config tandem.toml      by a file, without a card
  tandem ports --address 192.0.2.10 --manager 3 --above 443 --count                       how many there are
  tandem ports --address 192.0.2.10 --address 192.0.2.11 --build pool.ports               all ports of both, for every manager

A file written by --build is valid for the card's tables at that time. --tables refuses it once they have changed.")]
pub(crate) struct Arguments {
    /// The new source address; with --build one of several
    #[arg(long = "address", value_name = "ADDRESS", required = true)]
    addresses: Vec<IpAddr>,
    /// The manager: its number, or with --config its name
    #[arg(long, value_name = "MANAGER", required_unless_present = "build", conflicts_with = "build")]
    manager: Option<String>,
    /// The new destination port, above which a source port must be
    #[arg(long, value_name = "PORT", required_unless_present = "build", conflicts_with = "build")]
    above: Option<u16>,
    /// What the flow is: tcp or udp
    #[arg(long, value_name = "PROTOCOL", default_value_t = Transport::Tcp)]
    proto: Transport,
    /// Prints only how many there are
    #[arg(long)]
    count: bool,
    /// Writes the managers of all ports of the addresses into this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["count", "tables"])]
    build: Option<PathBuf>,
    /// Looks the ports up in a file that --build wrote, instead of hashing them
    #[arg(long, value_name = "FILE")]
    tables: Option<PathBuf>,
    /// The configuration: gives the names, and without --card the tables
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The ports of an address that lead to a manager.
#[derive(Serialize)]
struct Listed {
    address: IpAddr,
    manager: u8,
    above: u16,
    protocol: String,
    generation: u32,
    count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    ports: Option<Vec<u16>>,
}

/// A file that was written.
#[derive(Serialize)]
struct Built<'a> {
    file: &'a Path,
    tables: usize,
    bytes: u64,
    generation: u32,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let configuration = arguments.config.as_deref().map(input::configuration).transpose()?;
    let state = state(global, configuration.as_ref())?;
    match (&arguments.build, &arguments.manager, arguments.above) {
        (Some(file), ..) => build(global, arguments, &state, file)?,
        (None, Some(manager), Some(above)) => {
            let manager = manager_id(manager, configuration.as_ref())?;
            list(global, arguments, &state, manager, above)?;
        }
        _ => unreachable!("clap asks for both where there is no --build"),
    }
    Ok(Finding::Clean)
}

/// What the card holds, or what a fresh one gets from the file with its first `apply`, which makes generation 1.
fn state(global: &Global, configuration: Option<&Configuration>) -> Result<State> {
    let (tables, generation): (Tables, u32) = match configuration {
        Some(configuration) if global.card.is_none() => (configuration.tables(GROUPS)?, 1),
        _ => {
            let held = card::in_force(&mut card::open(global)?)?;
            (held.active, held.generation)
        }
    };
    Ok(tables.state_at(generation))
}

fn list(global: &Global, arguments: &Arguments, state: &State, manager: u8, above: u16) -> Result<()> {
    let &[address] = arguments.addresses.as_slice() else {
        bail!("{} addresses given; name one, or use --build", arguments.addresses.len());
    };
    ensure!(
        state.managers_enabled[usize::from(manager)],
        "manager {manager} gets no traffic: no port leads to it; `tandem show managers` shows the state of each"
    );
    let tables = match &arguments.tables {
        None => PortTables::none(state),
        Some(file) => {
            let bytes =
                std::fs::read(file).with_context(|| format!("{}: cannot read it; `tandem ports --build` writes one", file.display()))?;
            PortTables::read(&bytes, state).with_context(|| file.display().to_string())?
        }
    };
    let ports = self_source::ports(state, &tables, arguments.proto, octets(address), manager, above);
    if global.json {
        let protocol = arguments.proto.to_string();
        let (generation, count) = (state.generation(), ports.len());
        output::json(&Listed { address, manager, above, protocol, generation, count, ports: (!arguments.count).then_some(ports) });
        return Ok(());
    }
    if arguments.count {
        output::print(format_args!("{}\n", ports.len()));
        return Ok(());
    }
    let lines: String = ports.iter().map(|port| format!("{port}\n")).collect();
    output::print(lines);
    Ok(())
}

fn build(global: &Global, arguments: &Arguments, state: &State, file: &Path) -> Result<()> {
    let addresses: Vec<Address> = arguments.addresses.iter().copied().map(octets).collect();
    let groups = (0..state.groups() as u8).filter(|&group| PortTables::has_managers(state, group)).count();
    let bar = progress::bar(groups * addresses.len(), "tables");
    let tables = PortTables::build(state, &addresses, || bar.inc(1));
    bar.finish_and_clear();
    ensure!(!tables.is_empty(), "no group has a manager, so no port leads to one; apply a configuration first");

    let cannot = || format!("{}: cannot write it; name a file in a writable folder", file.display());
    let mut out = Vec::new();
    tables.write(&mut out).and_then(|()| output::replace(file, &out)).with_context(cannot)?;
    let bytes = out.len() as u64;
    let generation = tables.generation();
    if global.json {
        output::json(&Built { file, tables: tables.len(), bytes, generation });
        return Ok(());
    }
    let counts = format!("{}, {} bytes", some(tables.len(), "table"), thousands(bytes));
    output::print(format_args!("{}: {}: {counts}, generation {generation}\n", painted(GOOD, "written"), file.display()));
    Ok(())
}

fn manager_id(text: &str, configuration: Option<&Configuration>) -> Result<u8> {
    let named = configuration.and_then(|configuration| configuration.managers.iter().find(|manager| manager.name == text));
    match (named, text.parse()) {
        (Some(manager), _) => Ok(manager.id),
        (None, Ok(id @ 1..)) => Ok(id),
        _ => {
            let names = configuration.map_or(String::new(), |configuration| {
                let names: Vec<&str> = configuration.managers.iter().map(|manager| manager.name.as_str()).collect();
                format!(", or a name: {}", names.join(", "))
            });
            bail!("no manager {text:?}; give its number, from 1 to 255{names}")
        }
    }
}

/// An address as keys carry it.
fn octets(address: IpAddr) -> Address {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}
