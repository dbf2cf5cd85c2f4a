//! `tandem ports`.

mod format;
mod list;

use crate::output::{self, GOOD, painted, some, thousands};
use crate::{Finding, Global, card, input, progress};
use anyhow::{Context, Result, bail, ensure};
use contract::limits::GROUPS;
use control::self_source::{self, PortTables, Transport};
use control::{Configuration, Tables};
use format::Format;
use model::State;
use model::network::Address;
use serde::Serialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Lists source ports whose replies come back to a manager
///
/// A manager that translates addresses picks the source port of the translated packet from these, so that the reply returns to it: ports
/// above the server's port for which the distributor sends the reply to that manager. Without --manager, the lists of all managers. The tables
/// are read from the card; with --config and without --card they are those that a fresh card would get from the file.
///
/// Lists are valid until the card's entries, keys or rules change: `plan` and `apply` name the managers whose lists go stale.
///
/// With --format nft, prints a file for `nft -f` on the managers' hosts; load it again after every change. It has a chain for each manager, such as
/// m3_tcp_443 in the table tandem of the address's family, which translates a packet's source to the address and the next port of the list. A
/// rule of your own in that table jumps to the chain of its host's manager: `ip daddr 198.51.100.0/24 tcp dport 443 jump m3_tcp_443`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem ports --address 192.0.2.10 --manager 3 --above 443                               by the card's own tables
  tandem ports --address 192.0.2.10 --manager alpha --above 443 --config tandem.toml      by a file, without a card
  tandem ports --address 192.0.2.10 --manager 3 --above 443 --count                       how many there are
  tandem ports --address 192.0.2.10 --above 443 --format nft >ports.nft                   all managers, for nftables
  tandem ports --address 192.0.2.10 --above 443 --format csv                              all managers, for other programs
  tandem ports --address 192.0.2.10 --address 192.0.2.11 --build pool.ports               all ports of both, for every manager

A file written by --build is valid for the card's tables at that time. --tables refuses it once they have changed.")]
pub(crate) struct Arguments {
    /// The new source address; with --build one of several
    #[arg(long = "address", value_name = "ADDRESS", required = true)]
    addresses: Vec<IpAddr>,
    /// The manager: its number, or with --config its name; without it, all managers
    #[arg(long, value_name = "MANAGER", conflicts_with = "build")]
    manager: Option<String>,
    /// The new destination port, above which a source port must be
    #[arg(long, value_name = "PORT", required_unless_present = "build", conflicts_with = "build")]
    above: Option<u16>,
    /// What the flow is: tcp or udp
    #[arg(long, value_name = "PROTOCOL", default_value_t = Transport::Tcp)]
    proto: Transport,
    /// How to print them; json is the same as --json
    #[arg(long, value_name = "FORMAT", default_value = "list", conflicts_with = "build")]
    format: Format,
    /// Prints only how many there are
    #[arg(long)]
    count: bool,
    /// Lists at most this many ports of each manager, the lowest
    ///
    /// For a NAT that needs no more. In a user namespace, such as an unprivileged container's, Linux accepts only some thousand in one file.
    #[arg(long, value_name = "COUNT", conflicts_with_all = ["build", "count"], value_parser = clap::value_parser!(u16).range(1..))]
    at_most: Option<u16>,
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
    let state = state(global, arguments, configuration.as_ref())?;
    match (&arguments.build, arguments.above) {
        (Some(file), _) => build(global, arguments, &state, file)?,
        (None, Some(above)) => list::list(global, arguments, &state, above, configuration.as_ref())?,
        (None, None) => unreachable!("clap asks for it where there is no --build"),
    }
    Ok(Finding::Clean)
}

/// What the card holds, or what a fresh one gets from the file with its first `apply`, which makes generation 1. Of the card's groups, those
/// that decide the ports; all, where a file of port tables is valid for all.
fn state(global: &Global, arguments: &Arguments, configuration: Option<&Configuration>) -> Result<State> {
    let (tables, generation): (Tables, u32) = match configuration {
        Some(configuration) if global.card.is_none() => (configuration.tables(GROUPS)?, 1),
        _ => {
            let mut card = card::open(global)?;
            let held = match (arguments.above, &arguments.tables) {
                (Some(above), None) => card::in_force_of(&mut card, |rules| self_source::groups(rules, arguments.proto, above))?,
                _ => card::in_force(&mut card)?,
            };
            (held.active, held.generation)
        }
    };
    Ok(tables.state_at(generation))
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
