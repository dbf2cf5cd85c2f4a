//! What one packet meets at every stage of the walk, as a document.

use crate::names::{self, Names};
use crate::output::{hex, mac};
use contract::code::{Reason, Verdict};
use model::network::{Address, Version};
use model::{Choice, Decision, Egress, State, Subject, Walk};
use serde::Serialize;
use std::net::Ipv6Addr;

/// A packet's walk. `null` where the walk did not come that far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Trace {
    pub(super) destination_mac: Option<String>,
    pub(super) vlan_tags: Option<usize>,
    pub(super) ether_type: Option<String>,
    pub(super) ip_version: Option<u8>,
    /// Addresses, protocol and ports that decide: those of the embedded packet for an ICMP error.
    pub(super) embedded: Option<bool>,
    pub(super) protocol: Option<String>,
    pub(super) source: Option<String>,
    pub(super) destination: Option<String>,
    pub(super) source_port: Option<u16>,
    pub(super) destination_port: Option<u16>,
    /// The rule's place in the list, from 0; `null` also where none matches.
    pub(super) rule: Option<usize>,
    pub(super) rule_says: Option<String>,
    pub(super) group: Option<u8>,
    pub(super) group_name: Option<String>,
    /// The number of the question of `docs/decision.md` that settles the packet: one of 1 to 5, or the one that chose the key.
    pub(super) question: Option<u8>,
    /// The reason of the question that chose the key.
    pub(super) key_reason: Option<&'static str>,
    /// 36 hexadecimal digits; `null` also where the group's designated manager takes the packet.
    pub(super) key: Option<String>,
    pub(super) key_of: Option<String>,
    pub(super) hash: Option<u32>,
    pub(super) bucket: Option<u16>,
    pub(super) manager: Option<u8>,
    pub(super) manager_name: Option<String>,
    pub(super) manager_mac: Option<String>,
    pub(super) manager_enabled: Option<bool>,
    pub(super) verdict: &'static str,
    pub(super) reason: &'static str,
    /// The packet port by which it leaves; `null` also to the host.
    pub(super) egress_port: Option<u8>,
    /// The question whose reason the verdict has.
    #[serde(skip)]
    pub(super) reason_question: Option<u8>,
}

impl Trace {
    /// Walks a frame that comes in by port `ingress` through a card's tables.
    pub(super) fn of(state: &State, names: Names<'_>, frame: &[u8], ingress: u8) -> Self {
        let walk = Walk::of(frame);
        let decision = model::decide(state, frame, ingress);
        let mut trace = Self::walked(&walk, &decision);
        let to_group = walk.ethernet.is_some_and(|header| model::ethernet::is_for_group(&state.group_macs, header.destination));
        trace.reason_question = settled_by(decision.reason, to_group);
        trace.question = trace.reason_question;
        if let (Some(group), Ok(subject)) = (decision.group, &walk.subject) {
            trace.decided(state, names, subject, group, &decision);
        }
        trace
    }

    fn walked(walk: &Walk, decision: &Decision) -> Self {
        let subject = walk.subject.ok();
        // A walk that ended early still shows the addresses that it saw.
        let [source, destination] = match (subject, walk.network) {
            (Some(subject), _) => [Some(subject.source), Some(subject.destination)],
            (None, Some(network)) => [Some(network.source), Some(network.destination)],
            (None, None) => [None; 2],
        };
        let protocol = subject.map(|subject| subject.protocol).or(walk.network.map(|network| network.protocol));
        let ports = subject.and_then(|subject| subject.ports);
        Self {
            destination_mac: walk.ethernet.map(|ethernet| mac(ethernet.destination)),
            vlan_tags: walk.ethernet.map(|ethernet| ethernet.tags),
            ether_type: walk.ethernet.map(|ethernet| format!("{:#06x}", ethernet.ether_type)),
            ip_version: walk.network.map(|network| if network.version == Version::V4 { 4 } else { 6 }),
            embedded: subject.map(|subject| subject.embedded),
            protocol: protocol.map(names::protocol),
            source: source.map(address),
            destination: destination.map(address),
            source_port: ports.map(|ports| ports.source),
            destination_port: ports.map(|ports| ports.destination),
            rule: None,
            rule_says: None,
            group: None,
            group_name: None,
            question: None,
            key_reason: None,
            key: None,
            key_of: None,
            hash: None,
            bucket: None,
            manager: None,
            manager_name: None,
            manager_mac: None,
            manager_enabled: None,
            verdict: decision.verdict.name(),
            reason: decision.reason.name(),
            egress_port: match decision.egress {
                Some(Egress::Port(port)) => Some(port),
                Some(Egress::Host) | None => None,
            },
            reason_question: None,
        }
    }

    /// What the tables say of a packet that a group took.
    fn decided(&mut self, state: &State, names: Names<'_>, subject: &Subject, group: u8, decision: &Decision) {
        let Choice { rule, question, key, .. } = Choice::of(state, subject);
        self.rule = rule.map(usize::from);
        self.rule_says = self.rule.map(|index| names.rule(&state.rules()[index]).to_string());
        self.group = Some(group);
        self.group_name = names.of_group(group).map(str::to_owned);
        self.question = settled_by(question, true);
        self.key_reason = Some(question.name());
        self.key = key.map(|key| hex(&key));
        self.key_of = key.map(|key| key_of(subject, question, &key));
        self.hash = decision.hash;
        self.bucket = decision.bucket;
        self.manager = decision.manager;
        let row = decision.manager.map(|id| state.manager(id));
        self.manager_name = decision.manager.and_then(|id| names.of_manager(id)).map(str::to_owned);
        self.manager_mac = row.map(|row| mac(row.mac));
        self.manager_enabled = row.map(|row| row.enabled);
    }

    /// The manager that gets the packet.
    pub(super) fn taken_by(&self) -> Option<u8> {
        self.manager.filter(|_| self.verdict == Verdict::ToManager.name())
    }
}

/// Whether a packet and its reply meet the same manager; `None` if neither meets one.
pub(super) fn same_manager(packet: &Trace, reply: &Trace) -> Option<bool> {
    match (packet.taken_by(), reply.taken_by()) {
        (None, None) => None,
        (one, other) => Some(one == other),
    }
}

/// What a key holds, in words.
fn key_of(subject: &Subject, question: Reason, key: &model::key::Key) -> String {
    let ports = subject.ports.unwrap_or_default();
    match question {
        Reason::OtherProtocol => format!("both addresses, protocol {}", names::protocol(subject.protocol)),
        Reason::EqualPorts => format!("both addresses, port {}", ports.source),
        _ if *key == model::key::endpoint(subject.source, ports.source) => endpoint(subject.source, ports.source),
        _ => endpoint(subject.destination, ports.destination),
    }
}

fn endpoint(address: Address, port: u16) -> String {
    endpoint_text(&self::address(address), Some(port))
}

/// An address, and its port if it has one, as they are written.
pub(super) fn endpoint_text(address: &str, port: Option<u16>) -> String {
    match port {
        None => address.to_owned(),
        Some(port) if address.contains(':') => format!("[{address}]:{port}"),
        Some(port) => format!("{address}:{port}"),
    }
}

fn address(address: Address) -> String {
    let address = Ipv6Addr::from(address);
    address.to_ipv4_mapped().map_or_else(|| address.to_string(), |v4| v4.to_string())
}

/// The question that settled a packet with this reason: of two, the later one where the frame is sent to a group MAC.
fn settled_by(reason: Reason, to_group: bool) -> Option<u8> {
    let questions = reason.questions();
    if to_group { questions.last() } else { questions.first() }.copied()
}
