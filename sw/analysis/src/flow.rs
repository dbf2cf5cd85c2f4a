//! Flows: what belongs together, in whichever direction it travels.

use model::Subject;
use model::key::Key;
use model::network::Address;
use model::transport::{Ports, TCP, UDP};
use std::hash::{Hash, Hasher};
use std::hint::select_unpredictable;
use std::net::{IpAddr, Ipv6Addr};

/// One end of a flow: an address as keys carry it, read big-endian, and a port; 0 where the protocol has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct End {
    /// The address.
    pub address: u128,
    /// The port.
    pub port: u16,
}

impl End {
    /// The end that an endpoint key names.
    pub fn of_key(key: &Key) -> Self {
        let (address, port) = key.split_at(16);
        let address = address.iter().fold(0, |number, &byte| number << 8 | u128::from(byte));
        Self { address, port: u16::from_be_bytes([port[0], port[1]]) }
    }

    /// The address as people write it.
    pub fn ip(self) -> IpAddr {
        Ipv6Addr::from_bits(self.address).to_canonical()
    }
}

/// A pair of addresses with protocol and ports, the same in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flow {
    // Of its two ends, the first of which is not greater than the second. Side by side they take half the memory that two ends do.
    pub(crate) addresses: [u128; 2],
    pub(crate) ports: [u16; 2],
    pub(crate) protocol: u8,
}

/// The direction in which a packet travels along its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the first end to the second.
    Forward,
    /// From the second end to the first.
    Backward,
}

impl Direction {
    /// Both, forward first.
    pub const BOTH: [Self; 2] = [Self::Forward, Self::Backward];
}

impl Flow {
    /// The flow between two ends, and the direction of a packet from `source` to `destination`.
    #[inline]
    pub fn new(protocol: u8, source: End, destination: End) -> (Self, Direction) {
        let (less, equal) = (source.address < destination.address, source.address == destination.address);
        let forward = less | (equal & (source.port <= destination.port));
        // Traffic goes in either direction at random: a branch would be guessed wrong every other time.
        let first = select_unpredictable(forward, source.address, destination.address);
        let port = select_unpredictable(forward, source.port, destination.port);
        let (addresses, ports) = (source.address ^ destination.address, source.port ^ destination.port);
        let flow = Self { addresses: [first, first ^ addresses], ports: [port, port ^ ports], protocol };
        (flow, if forward { Direction::Forward } else { Direction::Backward })
    }

    /// The flow of a packet, and its direction; for an ICMP error, the flow and direction of the packet that it reports.
    pub fn of(subject: &Subject) -> (Self, Direction) {
        let ports = subject.ports.unwrap_or_default();
        let end = |address: Address, port| End { address: u128::from_be_bytes(address), port };
        Self::new(subject.protocol, end(subject.source, ports.source), end(subject.destination, ports.destination))
    }

    /// Its two ends, the lesser first.
    pub fn ends(&self) -> [End; 2] {
        [0, 1].map(|i| End { address: self.addresses[i], port: self.ports[i] })
    }

    /// IPv4 protocol or IPv6 next header.
    pub fn protocol(&self) -> u8 {
        self.protocol
    }

    /// Whether its packets have ports: TCP and UDP do.
    pub fn has_ports(&self) -> bool {
        matches!(self.protocol, TCP | UDP)
    }

    /// What the model decides a packet of this flow by.
    pub fn subject(&self, direction: Direction) -> Subject {
        let [first, second] = self.ends();
        let (source, destination) = match direction {
            Direction::Forward => (first, second),
            Direction::Backward => (second, first),
        };
        Subject {
            protocol: self.protocol,
            source: source.address.to_be_bytes(),
            destination: destination.address.to_be_bytes(),
            ports: self.has_ports().then_some(Ports { source: source.port, destination: destination.port }),
            embedded: false,
        }
    }
}

/// Feeds whole words: a flow is looked up for every packet.
impl Hash for Flow {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(self.addresses[0]);
        state.write_u128(self.addresses[1]);
        state.write_u64(u64::from(self.ports[0]) << 32 | u64::from(self.ports[1]) << 16 | u64::from(self.protocol));
    }
}
