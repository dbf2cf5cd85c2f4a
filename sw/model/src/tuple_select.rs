//! Stage `tuple_select`: whose protocol, addresses and ports decide. Questions 6 and 7.

use crate::icmp::Embedded;
use crate::network::{Address, Network};
use crate::transport::Ports;

/// What a packet is decided by: its own fields, or for an ICMP error those of the packet that it reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// IPv4 protocol, or the IPv6 next header at which the walk ended.
    pub protocol: u8,
    /// Where the packet comes from.
    pub source: Address,
    /// Where it goes.
    pub destination: Address,
    /// Its ports, if it is TCP or UDP.
    pub ports: Option<Ports>,
    /// Whether these are the fields of a packet embedded in an ICMP error.
    pub embedded: bool,
}

impl Subject {
    /// Selects the embedded packet's fields if there is one, else the packet's own.
    #[inline]
    pub fn select(network: &Network, ports: Option<Ports>, embedded: Option<&Embedded>) -> Self {
        let (network, ports) = embedded.map_or((network, ports), |embedded| (&embedded.network, Some(embedded.ports)));
        let Network { protocol, source, destination, .. } = *network;
        Self { protocol, source, destination, ports, embedded: embedded.is_some() }
    }
}
