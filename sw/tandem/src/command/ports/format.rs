//! How lists of ports are written for people, other programs, and nftables.

use crate::names::Names;
use crate::output::plain;
use anyhow::{Result, ensure};
use control::self_source::Transport;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::net::IpAddr;

/// Elements of a map in one line of a file for nftables.
const IN_A_LINE: usize = 8;

/// How ports are printed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Format {
    /// A port a line; of all managers, the manager's number before it
    List,
    /// A file that `nft -f` loads: a chain for each manager
    Nft,
    /// One JSON document
    Json,
    /// A table with a heading: a port a line
    Csv,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "list",
            Self::Nft => "nft",
            Self::Json => "json",
            Self::Csv => "csv",
        })
    }
}

/// What lists of ports are of.
pub(super) struct Header {
    pub(super) address: IpAddr,
    pub(super) above: u16,
    pub(super) protocol: Transport,
    pub(super) generation: u32,
}

/// Plain lines, with each manager's number first if wanted.
pub(super) fn lines(lists: &BTreeMap<u8, Vec<u16>>, numbered: bool, count: bool) -> String {
    let mut text = String::new();
    for (id, ports) in lists {
        let number = if numbered { format!("{id} ") } else { String::new() };
        match count {
            true => writeln!(text, "{number}{}", ports.len()).expect("text takes all"),
            false => ports.iter().for_each(|port| writeln!(text, "{number}{port}").expect("text takes all")),
        }
    }
    text
}

/// Comma-separated values, a port a line.
pub(super) fn csv(header: &Header, lists: &BTreeMap<u8, Vec<u16>>) -> String {
    let Header { address, above, protocol, generation } = header;
    let mut text = String::from("generation,manager,address,protocol,above,port\n");
    for (id, ports) in lists {
        for port in ports {
            writeln!(text, "{generation},{id},{address},{protocol},{above},{port}").expect("text takes all");
        }
    }
    text
}

/// A file for nftables that replaces the chains of these managers at once, and leaves the rest of the table as it is.
///
/// # Errors
/// If a manager has no port: a chain that translates to none is not to be had.
pub(super) fn nft(header: &Header, lists: &BTreeMap<u8, Vec<u16>>, names: Names<'_>) -> Result<String> {
    let Header { address, above, protocol, generation } = header;
    let family = if address.is_ipv4() { "ip" } else { "ip6" };
    let mut text = format!(
        "# Self-source ports of {address} for {protocol} servers at port {above}, by the tables of generation {generation}.\n\
         # Stale once the card's entries, keys or rules have changed: list them anew then, and load them again.\n"
    );
    for (id, ports) in lists {
        ensure!(!ports.is_empty(), "{}: no port above {above} leads to it; take a lower --above", names.manager(*id));
        let chain = format!("m{id}_{protocol}_{above}");
        let count = ports.len();
        write!(
            text,
            "\n# {}: {count} ports\ntable {family} tandem {{ chain {chain} {{ }}; }}\nflush chain {family} tandem {chain}\n\
             table {family} tandem {{\n  chain {chain} {{\n    meta l4proto {protocol} snat {family} to numgen inc mod {count} map {{\n",
            plain(&names.manager(*id))
        )?;
        for (line, ports) in ports.chunks(IN_A_LINE).enumerate() {
            let elements = (line * IN_A_LINE..).zip(ports).map(|(place, port)| format!("{place} : {address} . {port}"));
            writeln!(text, "      {},", elements.collect::<Vec<_>>().join(", "))?;
        }
        text += "    }\n  }\n}\n";
    }
    Ok(text)
}
