//! Stage `key`: what a packet is known by. Questions 7 and 9 to 12; section 3 of `docs/decision.md`.
//!
//! Whichever direction a packet of a flow travels in, its key is the same. That is what lets the distributor keep no flow state.
//! Source: US 7,395,349, FIG. 6 and blocks 808, 814 to 818, 826, 832, 834.

use crate::classifier;
use crate::network::Address;
use crate::transport::Ports;
use crate::tuple_select::Subject;
use contract::code::Reason;
use contract::row::RuleRow;

/// The 18 bytes that are hashed.
pub type Key = [u8; 18];

/// Endpoint key. Shape: address, then port, big-endian.
#[inline]
pub fn endpoint(address: Address, port: u16) -> Key {
    with_tail(address, port)
}

/// Pair key: the same whichever address comes first. Shape: `lo XOR swap(hi)`, then `tail`, big-endian.
///
/// Exchanging the halves of `hi` keeps both interface identifiers visible, so pairs inside one subnet do not fold onto each other.
/// The tail is the protocol, or the port of a packet whose two ports are equal.
#[inline]
pub fn pair(one: Address, other: Address, tail: u16) -> Key {
    let (one, other) = (u128::from_be_bytes(one), u128::from_be_bytes(other));
    let folded = one.min(other) ^ one.max(other).rotate_left(64);
    with_tail(folded.to_be_bytes(), tail)
}

fn with_tail(address: [u8; 16], tail: u16) -> Key {
    let mut key = [0; 18];
    key[..16].copy_from_slice(&address);
    key[16..].copy_from_slice(&tail.to_be_bytes());
    key
}

/// The key of a packet and the question that selected it; no key means the group's designated manager.
#[inline]
pub fn choose(subject: &Subject, rule: &RuleRow, equal_ports_hash: bool) -> (Reason, Option<Key>) {
    let Subject { source, destination, protocol, .. } = *subject;
    let Some(ports) = subject.ports else {
        return (Reason::OtherProtocol, Some(pair(source, destination, protocol.into())));
    };
    if ports.source == ports.destination {
        let key = equal_ports_hash.then(|| pair(source, destination, ports.source));
        return (Reason::EqualPorts, key);
    }
    let from_source = endpoint(source, ports.source);
    let from_destination = endpoint(destination, ports.destination);
    match peer(rule, ports) {
        Some(Side::Source) => (Reason::PeerSide, Some(from_source)),
        Some(Side::Destination) => (Reason::PeerSide, Some(from_destination)),
        None if ports.source > ports.destination => (Reason::SourceSide, Some(from_source)),
        None => (Reason::DestinationSide, Some(from_destination)),
    }
}

enum Side {
    Source,
    Destination,
}

/// The one side whose port lies outside the range of a rule that keys on the peer.
fn peer(rule: &RuleRow, ports: Ports) -> Option<Side> {
    match (rule.key_on_peer, classifier::covers(rule, ports.source), classifier::covers(rule, ports.destination)) {
        (true, false, true) => Some(Side::Source),
        (true, true, false) => Some(Side::Destination),
        _ => None,
    }
}
