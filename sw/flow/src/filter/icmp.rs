//! ICMP: errors about connections, and echo. Questions 6 and 7. Source: RFC 5508; RFC 792; RFC 4443.

use super::forward::{apply, identify};
use super::translate::{checksum_at, put_addresses, put_checksum, put_ports, target};
use super::{Call, Core};
use crate::frame::{Headers, addresses};
use crate::key::Vlans;
use crate::nat::NAT;
use crate::reason::Reason;
use crate::table::{Connection, Direction, Found};
use crate::tables::Hop;
use model::icmp::Embedded;
use model::network::Version;
use packet::{Delta, Sum, fragment};

/// Whether this is the type of an ICMP error.
pub(super) fn is_error(version: Version, kind: u8) -> bool {
    match version {
        Version::V4 => matches!(kind, 3 | 4 | 5 | 11 | 12),
        Version::V6 => kind < 128,
    }
}

/// Whether a message is an echo request, with identifier and sequence number.
fn is_echo_request(version: Version, message: &[u8]) -> bool {
    let kind = if version == Version::V4 { 8 } else { 128 };
    message.len() >= 8 && message[..2] == [kind, 0]
}

impl Core<'_> {
    /// Translates an error about a packet of a connection, and what it quotes, so that the end that it is for knows its own packet.
    pub(super) fn take_icmp_error(&mut self, call: &mut Call<'_>, frame: &mut [u8], headers: &Headers) -> (Reason, Option<Hop>) {
        let Some(embedded) = slowpath::walk::deep(frame).embedded else { return (Reason::IcmpUnknown, None) };
        if !is_right(frame, headers) {
            return (Reason::Malformed, None);
        }
        let Some((found, connection)) = self.connection_of(&embedded, headers.vlans) else { return (Reason::IcmpUnknown, None) };
        let way = self.way(call.tables, &connection, found.direction);
        match self.check(call, frame, headers, way) {
            Ok(hop) => {
                translate_error(frame, headers, &embedded, &connection, found.direction);
                (Reason::IcmpError, self.send(call, frame, headers, hop, false))
            }
            Err(reason) => (reason, None),
        }
    }

    /// The connection of a quoted packet, and which way the error about it goes: against the packet.
    fn connection_of(&self, embedded: &Embedded, vlans: Vlans) -> Option<(Found, Connection)> {
        let quoted = Headers::of_network(&embedded.network, vlans).key(embedded.ports);
        if let Some(found) = self.table.find(&quoted.reversed()) {
            return Some(found);
        }
        // Where the server answers directly, its packets have no key, and an error about the client's bears the client's own.
        let (found, connection) = self.table.find(&quoted)?;
        connection.server.is_none().then_some((found.to_client(), connection))
    }

    /// Answers an echo request to a virtual address: behind a distributor the server's answer would meet another manager.
    fn answer_echo(&mut self, call: &mut Call<'_>, frame: &[u8], headers: &Headers) -> Reason {
        let message = headers.transport_at..headers.end;
        let old = frame[message.start];
        let new = if headers.version == Version::V4 { 0 } else { 129 };
        let addresses = headers.back(headers.destination);
        let by = call.back(frame, &headers.source).interface;
        let mtu = call.tables.interface(by).map_or(0, |interface| interface.mtu.into());
        let frames = frames(headers.version, message.len(), mtu);
        if let Some(out) = self.answer(call, frame, headers, frames) {
            addresses.header(headers.protocol, message.len(), out);
            let start = out.len();
            out.extend_from_slice(&frame[message]);
            out[start] = new;
            // What was damaged on its way here stays damaged.
            apply(out, start + 2, Delta::NONE.word(u16::from(old) << 8, u16::from(new) << 8));
            if frames > 1 {
                self.cut_answer(call, headers, by, mtu);
            }
        }
        Reason::Echo
    }

    /// Cuts the frame that was added last, an answer to a packet with these headers, into fragments.
    fn cut_answer(&mut self, call: &mut Call<'_>, headers: &Headers, by: u16, mtu: usize) {
        let mut whole = call.out.take_back();
        let identification = self.table.next_identification();
        let mut count = 0;
        let mut add = |link: &[u8], header: &[u8], payload: &[u8]| {
            call.out.put(by, &[link, header, payload]);
            count += 1;
        };
        if headers.version == Version::V4 {
            identify(&mut whole, headers, identification);
        }
        let (link, packet) = whole.split_at(headers.at);
        match headers.version {
            Version::V4 => fragment::cut(packet, mtu, |header, payload| add(link, header, payload)),
            Version::V6 => fragment::cut_v6(packet, mtu, identification.into(), |header, payload| add(link, header, payload)),
        }
        self.counters.originated = self.counters.originated + count - 1;
    }

    /// What is neither TCP nor UDP, whole, and for a virtual address. Question 7.
    pub(super) fn take_virtual(&mut self, call: &mut Call<'_>, frame: &[u8], headers: &Headers) -> Reason {
        if headers.is_icmp() && is_echo_request(headers.version, &frame[headers.transport_at..headers.end]) {
            return self.answer_echo(call, frame, headers);
        }
        Reason::Protocol
    }
}

/// As how many frames an answer leaves, at most: 1 if it need not be cut.
fn frames(version: Version, message: usize, mtu: usize) -> usize {
    let (whole, cut) = if version == Version::V4 { (20, 20) } else { (40, 48) };
    if whole + message <= mtu { 1 } else { message.div_ceil((mtu.saturating_sub(cut) / 8 * 8).max(8)) }
}

/// Whether an ICMP message has its checksum. RFC 5508, REQ-3.
fn is_right(frame: &[u8], headers: &Headers) -> bool {
    let message = &frame[headers.transport_at..headers.end];
    let sum = match headers.version {
        Version::V4 => Sum::default(),
        Version::V6 => addresses(headers.version, headers.source, headers.destination).pseudo_header(headers.protocol, message.len()),
    };
    sum.bytes(message).folded() == 0xffff
}

fn translate_error(frame: &mut [u8], headers: &Headers, embedded: &Embedded, connection: &Connection, direction: Direction) {
    let against = if direction == Direction::ToServer { Direction::ToClient } else { Direction::ToServer };
    let (Some((outer, _)), Some((inner, deltas))) = (target(connection, direction), target(connection, against)) else { return };
    // What it quotes was translated on its way; that is taken back.
    let message = headers.transport_at..headers.end;
    let before = Sum::default().bytes(&frame[message.clone()]).folded();
    let quoted = Headers::of_network(&embedded.network, headers.vlans);
    let original = if direction == Direction::ToClient { connection.client } else { inner_original(connection) };
    debug_assert_ne!(original, inner);
    put_addresses(frame, &quoted, original.source.address, original.destination.address, deltas.0.inverse());
    put_ports(frame, quoted.transport_at, original.source, original.destination);
    let at = checksum_at(quoted.protocol, quoted.transport_at);
    if at + 2 <= headers.end {
        put_checksum(frame, quoted.protocol, at, deltas.1.inverse());
    }
    let after = Sum::default().bytes(&frame[message]).folded();
    // To the client it comes from the virtual address, whichever router of the servers' network has sent it: RFC 5508, REQ-5. The world outside hides
    // nobody: REQ-4.
    let source = match direction {
        Direction::ToClient if connection.service == NAT => headers.source,
        Direction::ToClient => outer.source.address,
        Direction::ToServer if outer.source.address != connection.client.source.address => outer.source.address,
        Direction::ToServer => headers.source,
    };
    let destination = outer.destination.address;
    let delta = Delta::NONE.bytes(&headers.source, &source).bytes(&headers.destination, &destination);
    put_addresses(frame, headers, source, destination, delta);
    let of_message = Delta::NONE.word(before, after);
    let of_all = if headers.version == Version::V6 { of_message.and(delta) } else { of_message };
    apply(frame, headers.transport_at + 2, of_all);
}

/// The server's packets, as it has sent them.
fn inner_original(connection: &Connection) -> crate::key::Key {
    connection.server.unwrap_or(connection.client.reversed())
}
