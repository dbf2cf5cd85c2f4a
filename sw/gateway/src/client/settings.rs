//! What an operator sets of a client's gateway.

use crate::keys::Trust;
use crate::machine::Rules;
use crate::rate::Rate;
use crate::{Address, Mode, Prefix, Time, tag};
use std::ops::RangeInclusive;

/// Servers that have replicas, and how their answers are told from forged ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Addresses and ports of its servers.
    pub servers: Vec<(Prefix, RangeInclusive<u16>)>,
    /// Keys, or open mode.
    pub trust: Trust,
    /// Clients and servers whose SYNs are never tagged.
    pub excluded: Vec<Prefix>,
}

impl Site {
    /// Whether an endpoint is one of its servers.
    pub fn has(&self, server: &Address, port: u16) -> bool {
        self.servers.iter().any(|(prefix, ports)| prefix.contains(server) && ports.contains(&port))
    }

    /// Whether the operator excludes a connection.
    pub fn excludes(&self, client: &Address, server: &Address) -> bool {
        self.excluded.iter().any(|prefix| prefix.contains(client) || prefix.contains(server))
    }
}

/// What an operator sets.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientSettings {
    /// The sites; the first that has a server counts. At most 65,536.
    pub sites: Vec<Site>,
    /// Entries of the table.
    pub entries: usize,
    /// How the entries behave.
    pub rules: Rules,
    /// How long a refusal waits for somebody who answers.
    pub grace: Time,
    /// Modes that are accepted.
    pub modes: Vec<Mode>,
    /// The identifier of our option.
    pub exid: u16,
    /// The longest packet that the WAN side sends. At least 1,280.
    pub mtu: u16,
    /// RSTs of our own.
    pub resets: Rate,
    /// Counts what would be tagged, and sends everything on as it is.
    pub dry: bool,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            sites: Vec::new(),
            entries: 1 << 20,
            rules: Rules::default(),
            grace: Time::from_secs(1),
            modes: Mode::ALL.to_vec(),
            exid: tag::EXID,
            mtu: 1500,
            resets: Rate::per_second(10_000.0),
            dry: false,
        }
    }
}
