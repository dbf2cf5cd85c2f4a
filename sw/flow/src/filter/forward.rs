//! What every forwarded packet goes through: TTL, route and MTU, MACs. Question 5.

use super::{Call, Core, Offload};
use crate::frame::{Headers, word};
use crate::reason::Reason;
use crate::tables::{Hop, Station};
use model::network::Version;
use model::transport::TCP;
use packet::icmp_error::IcmpError;
use packet::{Delta, fragment};

/// Bytes of the header of UDP.
const UDP_HEADER: usize = 8;

impl Core<'_> {
    /// Whether a packet may leave this way. Its sender is told if it must not.
    ///
    /// # Errors
    /// Why it may not.
    pub(super) fn check(
        &mut self,
        call: &mut Call<'_>,
        frame: &[u8],
        headers: &Headers,
        way: Option<Result<Hop, Station>>,
    ) -> Result<Hop, Reason> {
        if frame[headers.ttl_at()] <= 1 {
            self.send_icmp_error(call, frame, headers, IcmpError::TimeExceeded);
            return Err(Reason::Ttl);
        }
        let hop = call.resolved(way, Reason::NoRoute)?;
        let mtu = call.tables.interface(hop.interface).ok_or(Reason::NoRoute)?.mtu;
        let packet = &frame[headers.at..headers.end];
        // What a card cuts into segments is never cut into fragments: its checksums are not there yet.
        let may_be_cut = call.offload.segment.is_none() && headers.version == Version::V4 && fragment::may(packet);
        if call.offload.longest(frame, headers) > usize::from(mtu) && !may_be_cut {
            self.send_icmp_error(call, frame, headers, IcmpError::TooBig(mtu));
            return Err(Reason::TooBig);
        }
        Ok(hop)
    }

    /// Writes MACs and TTL of a packet that may leave. If it has to be cut, its fragments are in the outbox, and `None` is the answer;
    /// `renumber` gives them another identification.
    pub(super) fn send(&mut self, call: &mut Call<'_>, frame: &mut [u8], headers: &Headers, hop: Hop, renumber: bool) -> Option<Hop> {
        let interface = call.tables.interface(hop.interface)?;
        frame[..6].copy_from_slice(&hop.mac);
        frame[6..12].copy_from_slice(&interface.mac);
        let ttl = headers.ttl_at();
        let old = word(frame, ttl);
        frame[ttl] -= 1;
        if headers.version == Version::V4 {
            apply(frame, headers.at + 10, Delta::NONE.word(old, old - 0x100));
        }
        if call.offload.longest(frame, headers) <= usize::from(interface.mtu) {
            return Some(hop);
        }
        if renumber {
            identify(frame, headers, self.table.next_identification());
        }
        let (link, packet) = (&frame[..headers.at], &frame[headers.at..headers.end]);
        fragment::cut(packet, interface.mtu.into(), |header, payload| {
            call.out.put(hop.interface, &[link, header, payload]);
        });
        self.counters.cut += 1;
        self.counters.passed += 1;
        None
    }
}

impl Offload {
    /// Bytes of the longest IP packet that comes of this one.
    fn longest(self, frame: &[u8], headers: &Headers) -> usize {
        let whole = headers.end - headers.at;
        let Some(segment) = self.segment else { return whole };
        let header = match frame.get(headers.transport_at + 12) {
            Some(offset) if headers.protocol == TCP => usize::from(offset >> 4) * 4,
            _ => UDP_HEADER,
        };
        whole.min(headers.transport_at - headers.at + header + usize::from(segment))
    }
}

/// Gives an IPv4 packet another identification.
pub(super) fn identify(frame: &mut [u8], headers: &Headers, identification: u16) {
    let at = headers.at + 4;
    let delta = Delta::NONE.word(word(frame, at), identification);
    frame[at..at + 2].copy_from_slice(&identification.to_be_bytes());
    apply(frame, headers.at + 10, delta);
}

/// Changes the checksum at byte `at`.
pub(super) fn apply(frame: &mut [u8], at: usize, delta: Delta) {
    let checksum = delta.apply(word(frame, at));
    frame[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
}
