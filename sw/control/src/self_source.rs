//! Self-source ports: how a manager that translates addresses keeps a flow to itself.
//!
//! A translation changes what the distributor hashes, so the server's reply may reach another manager, which knows nothing of the flow.
//! The manager therefore picks the source port of the translated packet such that the distributor's decision for the *reply* names the
//! manager itself. [`SelfSource::process`] is that choice, [`PortTables`] what makes it fast, and [`ports`] the inverse of the
//! distributor's decision that both rest on. Source: US 7,395,349, process 900 (FIG. 9), and the inverse of FIG. 6.

mod file;
mod table;

pub use file::FileError;
pub use table::{PortTable, PortTables};

use model::classifier::{Rules, classify};
use model::network::Address;
use model::transport::{self, Ports};
use model::{Choice, State, Subject, decide_subject, manager_table};
use std::collections::{BTreeMap, BTreeSet};

/// A transport with ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Transport {
    /// Its protocol number.
    pub fn protocol(self) -> u8 {
        match self {
            Self::Tcp => transport::TCP,
            Self::Udp => transport::UDP,
        }
    }
}

impl std::fmt::Display for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

/// Not a transport with ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a transport is tcp (6) or udp (17)")]
pub struct NotATransport;

impl std::str::FromStr for Transport {
    type Err = NotATransport;

    fn from_str(text: &str) -> Result<Self, NotATransport> {
        let called = |transport: &Self| text.eq_ignore_ascii_case(&transport.to_string()) || text.parse() == Ok(transport.protocol());
        [Self::Tcp, Self::Udp].into_iter().find(called).ok_or(NotATransport)
    }
}

/// One end of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Its address.
    pub address: Address,
    /// Its port.
    pub port: u16,
}

/// A packet that opens a flow, and what its manager makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Translation<'a> {
    /// Its transport.
    pub transport: Transport,
    /// Where it comes from.
    pub source: Endpoint,
    /// Where its sender sent it, such as a virtual server.
    pub destination: Endpoint,
    /// Addresses that may become its source, the preferred one first. None at all: the source address stays.
    pub new_sources: &'a [Address],
    /// Where it is sent on, such as a server; the same as `destination` if that stays.
    pub new_destination: Endpoint,
}

/// What happens when no port of a source address fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exhausted {
    /// The connection is reset.
    #[default]
    Reset,
    /// The next of the new source addresses is tried; the connection is reset after the last.
    NextAddress,
}

/// What to do with the source of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortChoice {
    /// The reply comes back with source address and port as they are.
    Leave,
    /// The reply comes back if this becomes the source.
    Become(Endpoint),
    /// No port fits: reset the connection to the client.
    Reset,
}

/// How often each outcome came about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets whose source was left as it is.
    pub left: u64,
    /// Packets that got a new source.
    pub changed: u64,
    /// Source addresses that had no port left, and another was tried.
    pub next_address: u64,
    /// Connections that were reset.
    pub reset: u64,
}

/// A manager's choice of source ports under one state of the distributor.
#[derive(Debug)]
pub struct SelfSource<'a> {
    state: &'a State,
    tables: &'a PortTables,
    manager: u8,
    exhausted: Exhausted,
    counts: Counts,
}

impl<'a> SelfSource<'a> {
    /// The choice of this manager. Tables that were built for another state than this are not used; ports are then searched one by one.
    pub fn new(state: &'a State, tables: &'a PortTables, manager: u8, exhausted: Exhausted) -> Self {
        Self { state, tables, manager, exhausted, counts: Counts::default() }
    }

    /// How often each outcome came about so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Decides about the source of a packet that opens a flow, such that the reply comes back to this manager.
    ///
    /// `is_free` says of a new source whether no live connection has it together with the new destination.
    pub fn process(&mut self, translation: &Translation<'_>, is_free: impl Fn(Endpoint) -> bool) -> PortChoice {
        let outcome = self.choose(translation, is_free);
        match outcome {
            PortChoice::Leave => self.counts.left += 1,
            PortChoice::Become(_) => self.counts.changed += 1,
            PortChoice::Reset => self.counts.reset += 1,
        }
        outcome
    }

    fn choose(&mut self, translation: &Translation<'_>, is_free: impl Fn(Endpoint) -> bool) -> PortChoice {
        let Translation { source, destination, new_sources, new_destination, .. } = *translation;
        // 902: the source address is translated, so its port must be chosen anew (912).
        if let [first, others @ ..] = new_sources {
            let others = if self.exhausted == Exhausted::NextAddress { others } else { &[] };
            return self.first_that_fits(translation, *first, others, is_free);
        }
        // 904: nothing is translated.
        if destination == new_destination {
            return PortChoice::Leave;
        }
        // 906 and 914, 908 and 910: the new ports compare like the old. That makes the client's endpoint decide the reply where it is
        // the greater, but another rule may match now; and where it is the smaller, another server's endpoint decides. So ask.
        let order = source.port.cmp(&destination.port);
        let stays = order.is_ne() && order == source.port.cmp(&new_destination.port);
        let comes_back = |source: Endpoint| decided_manager(self.state, &translation.reply(source)) == Some(self.manager);
        if stays && comes_back(source) && is_free(source) {
            return PortChoice::Leave;
        }
        // 916 to 920.
        self.first_that_fits(translation, source.address, &[], is_free)
    }

    /// The first free self-source port of an address, or else of the others in their order.
    fn first_that_fits(
        &mut self,
        translation: &Translation<'_>,
        first: Address,
        others: &[Address],
        is_free: impl Fn(Endpoint) -> bool,
    ) -> PortChoice {
        for (turn, &address) in [&first].into_iter().chain(others).enumerate() {
            self.counts.next_address += u64::from(turn > 0);
            if let Some(port) = self.port(translation, address, &is_free) {
                return PortChoice::Become(Endpoint { address, port });
            }
        }
        PortChoice::Reset
    }

    /// A free self-source port of an address that is greater than the new destination port: the old source port if it fits, else the next
    /// one above it that does, and after the last the search goes on from the bottom.
    fn port(&self, translation: &Translation<'_>, address: Address, is_free: impl Fn(Endpoint) -> bool) -> Option<u16> {
        let lowest = translation.new_destination.port.checked_add(1)?;
        let start = translation.source.port.max(lowest);
        let mut candidates = (start..=u16::MAX).chain(lowest..start);
        candidates.find(|&port| {
            let source = Endpoint { address, port };
            self.tables.manager_of(self.state, translation.reply(source)) == Some(self.manager) && is_free(source)
        })
    }
}

impl Translation<'_> {
    /// The answer to the translated packet, if this becomes its source.
    fn reply(&self, source: Endpoint) -> Subject {
        packet(self.transport, self.new_destination, source)
    }
}

/// What a packet from one endpoint to another is decided by.
fn packet(transport: Transport, from: Endpoint, to: Endpoint) -> Subject {
    let ports = Ports { source: from.port, destination: to.port };
    Subject { protocol: transport.protocol(), source: from.address, destination: to.address, ports: Some(ports), embedded: false }
}

/// The manager that a packet goes to, if one takes it.
fn decided_manager(state: &State, subject: &Subject) -> Option<u8> {
    decide_subject(state, subject).taken_by()
}

/// The inverse of the distributor's decision: every port x greater than `above` such that what comes to `address`, port x, from port
/// `above` of any server goes to the manager, in ascending order.
///
/// Ports at which the server's endpoint decides are left out, whichever way it decides: inside the range of a rule that keys on the peer.
pub fn ports(state: &State, tables: &PortTables, transport: Transport, address: Address, manager: u8, above: u16) -> Vec<u16> {
    let leading = leading(state, tables, transport, address, above);
    leading.filter(|(_, id)| *id == manager).map(|(port, _)| port).collect()
}

/// The same for all managers in one pass, by id. One to which no port leads has no list.
pub fn ports_of_all(state: &State, tables: &PortTables, transport: Transport, address: Address, above: u16) -> BTreeMap<u8, Vec<u16>> {
    let mut lists = BTreeMap::<u8, Vec<u16>>::new();
    for (port, manager) in leading(state, tables, transport, address, above) {
        lists.entry(manager).or_default().push(port);
    }
    lists
}

/// Every port greater than `above` that leads to a manager by the endpoint that it makes with the address, and that manager.
fn leading(state: &State, tables: &PortTables, transport: Transport, address: Address, above: u16) -> impl Iterator<Item = (u16, u8)> {
    answers(transport, address, above).filter_map(move |(port, reply)| {
        own_group(state, &reply)?;
        Some((port, tables.manager_of(state, reply)?))
    })
}

/// What comes from port `above` of any server to every greater port of an address.
fn answers(transport: Transport, address: Address, above: u16) -> impl Iterator<Item = (u16, Subject)> {
    let any_server = Endpoint { address: [0; 16], port: above };
    let lowest = above.checked_add(1).into_iter();
    lowest.flat_map(|lowest| lowest..=u16::MAX).map(move |port| (port, packet(transport, any_server, Endpoint { address, port })))
}

/// The groups that decide what comes from port `above` of a server to any greater port, by number: all that [`ports`] asks.
pub fn groups(rules: &Rules, transport: Transport, above: u16) -> BTreeSet<u8> {
    answers(transport, [0; 16], above).map(|(_, reply)| classify(rules, reply.protocol, reply.ports).1.group).collect()
}

/// The group of a packet that its destination's endpoint decides.
fn own_group(state: &State, subject: &Subject) -> Option<u8> {
    let choice = Choice::of(state, subject);
    choice.by_destination(subject).then_some(choice.group)
}

/// The manager, if it takes traffic.
fn live(state: &State, id: u8) -> Option<u8> {
    manager_table::live(id, state.manager(id)).map(|_| id)
}
