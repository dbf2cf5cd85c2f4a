//! Rewriting: addresses, ports, and the checksums that follow. Source: WO 00/30322, FIG. 6, blocks 216 and 220; RFC 3022; RFC 1624.

use super::Offload;
use super::forward::apply;
use crate::frame::{Headers, word};
use crate::key::{Endpoint, Key};
use crate::table::{Connection, Deltas, Direction};
use model::network::{Address, Version};
use model::transport::TCP;
use packet::Delta;

/// What translation adds to the checksums of packets with key `old` that become those of key `new`: addresses; addresses and ports.
fn delta(old: &Key, new: &Key) -> (Delta, Delta) {
    let change = |delta: Delta, old: &Address, new: &Address| if old == new { delta } else { delta.bytes(old, new) };
    let port = |delta: Delta, old: u16, new: u16| if old == new { delta } else { delta.word(old, new) };
    let addresses =
        change(change(Delta::NONE, &old.source.address, &new.source.address), &old.destination.address, &new.destination.address);
    let ports = port(port(addresses, old.source.port, new.source.port), old.destination.port, new.destination.port);
    (addresses, ports)
}

/// What translation adds to checksums, both ways.
pub(super) fn deltas(client: &Key, server: Option<&Key>) -> Deltas {
    let Some(server) = server else { return Deltas::default() };
    Deltas { to_server: delta(client, &server.reversed()), to_client: delta(server, &client.reversed()) }
}

/// What a packet of a connection becomes: its endpoints, and what they add to checksums; `None` if it stays.
pub(super) fn target(connection: &Connection, direction: Direction) -> Option<(Key, (Delta, Delta))> {
    let server = connection.server?;
    Some(match direction {
        Direction::ToServer => (server.reversed(), connection.deltas.to_server),
        Direction::ToClient => (connection.client.reversed(), connection.deltas.to_client),
    })
}

/// Rewrites a packet of a connection; `ports` is `None` of a fragment after the first.
pub(super) fn translate(frame: &mut [u8], headers: &Headers, connection: &Connection, direction: Direction, ports: Option<Offload>) {
    let Some((new, (addresses, all))) = target(connection, direction) else { return };
    put_addresses(frame, headers, new.source.address, new.destination.address, addresses);
    let Some(offload) = ports else { return };
    put_ports(frame, headers.transport_at, new.source, new.destination);
    let at = checksum_at(headers.protocol, headers.transport_at);
    if offload.unfinished {
        // The field is the pseudo header's sum, which has no ports and is not complemented.
        let sum = !addresses.apply(!word(frame, at));
        frame[at..at + 2].copy_from_slice(&sum.to_be_bytes());
    } else {
        put_checksum(frame, headers.protocol, at, all);
    }
}

/// Byte at which the checksum of TCP or UDP lies.
pub(super) fn checksum_at(protocol: u8, transport_at: usize) -> usize {
    transport_at + if protocol == TCP { 16 } else { 6 }
}

/// Writes addresses, and the IPv4 checksum that follows.
pub(super) fn put_addresses(frame: &mut [u8], headers: &Headers, source: Address, destination: Address, delta: Delta) {
    let at = headers.at;
    match headers.version {
        Version::V4 => {
            frame[at + 12..at + 16].copy_from_slice(&source[12..]);
            frame[at + 16..at + 20].copy_from_slice(&destination[12..]);
            apply(frame, at + 10, delta);
        }
        Version::V6 => {
            frame[at + 8..at + 24].copy_from_slice(&source);
            frame[at + 24..at + 40].copy_from_slice(&destination);
        }
    }
}

/// Writes ports.
pub(super) fn put_ports(frame: &mut [u8], transport_at: usize, source: Endpoint, destination: Endpoint) {
    frame[transport_at..transport_at + 2].copy_from_slice(&source.port.to_be_bytes());
    frame[transport_at + 2..transport_at + 4].copy_from_slice(&destination.port.to_be_bytes());
}

/// Changes the checksum of TCP or UDP at byte `at`.
pub(super) fn put_checksum(frame: &mut [u8], protocol: u8, at: usize, delta: Delta) {
    let old = word(frame, at);
    let new = if protocol == TCP { delta.apply(old) } else { delta.apply_udp(old) };
    frame[at..at + 2].copy_from_slice(&new.to_be_bytes());
}
