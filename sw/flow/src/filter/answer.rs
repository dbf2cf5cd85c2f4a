//! What the manager itself sends: RSTs and ICMP errors, limited for each source and for all together.

use super::{Call, Core};
use crate::frame::{Headers, version_of, word};
use crate::tcp::{self, Segment};
use model::network::{Address, Version};
use model::transport::{Ports, TCP};
use packet::Sum;
use packet::icmp_error::IcmpError;
use packet::ip::Addresses;
use slowpath::Rate;
use slowpath::responder::bucket::Buckets;
use std::time::Duration;

/// How much the manager sends by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OriginationRate {
    /// To a source: the /24 of an IPv4 address, the /64 of an IPv6 address.
    pub source: Rate,
    /// In all.
    pub all: Rate,
}

impl Default for OriginationRate {
    fn default() -> Self {
        Self { source: Rate { per_second: 100.0, burst: 200.0 }, all: Rate { per_second: 10_000.0, burst: 20_000.0 } }
    }
}

/// The token buckets of it.
#[derive(Debug)]
pub(super) struct Limits {
    source: Buckets,
    all: Buckets,
}

impl Limits {
    pub(super) fn new(rate: OriginationRate) -> Self {
        Self { source: Buckets::new(rate.source), all: Buckets::new(rate.all) }
    }

    /// Takes a token for each frame to this address.
    pub(super) fn admit(&mut self, now: Duration, to: &Address, frames: usize) -> bool {
        let prefix = match version_of(to) {
            Version::V4 => &to[..15],
            Version::V6 => &to[..8],
        };
        (0..frames).all(|_| self.source.take(now, prefix) && self.all.take(now, ()))
    }

    /// Takes a token for a frame to a server, which is no stranger: there is one bucket for all of these, and none for each.
    pub(super) fn admit_inside(&mut self, now: Duration) -> bool {
        self.all.take(now, ())
    }
}

impl Core<'_> {
    /// A frame that goes back where this one came from, up to its IP header; `None` if nothing may be sent back. It will leave as so many frames.
    pub(super) fn answer<'o>(&mut self, call: &'o mut Call<'_>, frame: &[u8], headers: &Headers, frames: usize) -> Option<&'o mut Vec<u8>> {
        let hop = call.back(frame, &headers.source);
        let interface = call.tables.interface(hop.interface)?;
        if headers.is_mute() || frame[0] & 1 == 1 || frame[6] & 1 == 1 {
            return None;
        }
        if !self.limits.admit(call.now, &headers.source, frames) {
            self.counters.suppressed += 1;
            return None;
        }
        self.counters.originated += 1;
        let out = call.out.add(hop.interface);
        out.extend_from_slice(&hop.mac);
        out.extend_from_slice(&interface.mac);
        out.extend_from_slice(&frame[12..headers.at]);
        Some(out)
    }

    /// Tells the sender of a packet what happened to it. Never about an ICMP error, nor about a fragment after the first.
    pub(super) fn send_icmp_error(&mut self, call: &mut Call<'_>, frame: &[u8], headers: &Headers, error: IcmpError) {
        let is_about_error = headers.is_icmp() && super::icmp::is_error(headers.version, frame[headers.transport_at]);
        let v6 = headers.version == Version::V6;
        let from = call.tables.interface(call.interface).and_then(|interface| interface.addresses[usize::from(v6)]);
        if is_about_error || is_later_fragment(frame, headers) {
            return;
        }
        let Some(from) = from else { return };
        let addresses = headers.back(crate::frame::address(from));
        if let Some(out) = self.answer(call, frame, headers, 1) {
            error.write(&addresses, &frame[headers.at..headers.end], out);
        }
    }

    /// Answers a segment of no connection. Never a RST. Source: RFC 9293, 3.10.7.1.
    pub(super) fn send_reset(&mut self, call: &mut Call<'_>, frame: &[u8], headers: &Headers, segment: &Segment) {
        if segment.rst {
            return;
        }
        let addresses = headers.back(headers.destination);
        let ports = Ports { source: word(frame, headers.transport_at + 2), destination: word(frame, headers.transport_at) };
        if let Some(out) = self.answer(call, frame, headers, 1) {
            Reset::answering(segment).write(&addresses, ports, out);
        }
    }
}

/// The numbers of a RST.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reset {
    pub(super) sequence: u32,
    /// What it acknowledges, if it does.
    pub(super) acknowledged: Option<u32>,
}

impl Reset {
    /// Those that the sender of a segment takes. Source: RFC 9293, 3.10.7.1.
    fn answering(segment: &Segment) -> Self {
        match segment.acknowledged {
            Some(next) => Self { sequence: next, acknowledged: None },
            None => Self { sequence: 0, acknowledged: Some(segment.next()) },
        }
    }

    /// The same for the sender of this segment, which tells better than what is known of it.
    pub(super) fn of_sender(self, segment: &Segment) -> Self {
        Self { sequence: segment.acknowledged.unwrap_or(self.sequence), acknowledged: Some(segment.next()) }
    }

    /// The same for who is to get this segment: it has what came before, or will acknowledge less, and be told again.
    pub(super) fn before(self, segment: &Segment) -> Self {
        Self { sequence: tcp::later(self.sequence, segment.sequence), ..self }
    }

    /// Appends the packet.
    pub(super) fn write(self, addresses: &Addresses, ports: Ports, out: &mut Vec<u8>) {
        const LENGTH: usize = 20;
        const RST: u8 = 4;
        const ACK: u8 = 0x10;
        let flags = if self.acknowledged.is_some() { RST | ACK } else { RST };
        addresses.header(TCP, LENGTH, out);
        let start = out.len();
        out.extend(ports.source.to_be_bytes());
        out.extend(ports.destination.to_be_bytes());
        out.extend(self.sequence.to_be_bytes());
        out.extend(self.acknowledged.unwrap_or(0).to_be_bytes());
        out.extend([(LENGTH as u8 / 4) << 4, flags, 0, 0, 0, 0, 0, 0]);
        let sum: Sum = addresses.pseudo_header(TCP, LENGTH).bytes(&out[start..]);
        out[start + 16..start + 18].copy_from_slice(&sum.checksum().to_be_bytes());
    }
}

fn is_later_fragment(frame: &[u8], headers: &Headers) -> bool {
    match headers.version {
        Version::V4 => word(frame, headers.at + 6) & 0x1fff != 0,
        // The walk stops in front of a fragment header.
        Version::V6 => {
            headers.protocol == model::extension::FRAGMENT
                && frame.get(headers.transport_at + 2..headers.transport_at + 4).is_some_and(|field| word(field, 0) >> 3 != 0)
        }
    }
}
