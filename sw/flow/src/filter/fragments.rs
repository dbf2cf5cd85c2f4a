//! Fragments: to where their datagram's first fragment goes, by the slow path's handler and within its bounds. Question 4. Echo requests to a
//! virtual address are put together, and answered: question 7.

use super::connect::has_other_source;
use super::forward::identify;
use super::translate::translate;
use super::{Call, Core, Offload};
use crate::frame::{Content, Headers, addresses, word};
use crate::reason::Reason;
use crate::table::Found;
use crate::tables::Hop;
use model::icmp::{ICMP, ICMPV6};
use model::network::Version;
use slowpath::fragment::Fragment;
use slowpath::fragments::{Context, Fragments};
use slowpath::walk::deep;
use slowpath::{Fate, Time};

/// Where the fragments of a datagram go.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// Along a connection, with this identification.
    Connection(Found, Option<u16>),
    /// Out by a route.
    Route(Hop),
    /// Nowhere.
    Drop(Reason),
}

/// The fragment handler's view of the filter.
struct ByConnections<'a, 'c, 'm> {
    core: &'a mut Core<'m>,
    call: &'a mut Call<'c>,
}

impl Core<'_> {
    pub(super) fn take_fragment(&mut self, fragments: &mut Fragments<Target>, call: &mut Call<'_>, frame: &[u8], headers: &Headers) {
        let Some(fragment) = Fragment::of(frame, &deep(frame)) else {
            debug_assert!(headers.version == Version::V6, "the walk has found a fragment");
            return self.counters.count(Reason::Malformed, 1);
        };
        let context = &mut ByConnections { core: self, call };
        fragments.expire(context);
        fragments.take(context, frame.to_vec(), &fragment);
    }

    pub(super) fn expire_fragments(&mut self, fragments: &mut Fragments<Target>, call: &mut Call<'_>) {
        fragments.expire(&mut ByConnections { core: self, call });
    }

    fn forward_fragment(&mut self, call: &mut Call<'_>, frame: &mut [u8], target: Target) -> Result<(), Reason> {
        let headers = Headers::of_walk(frame, &deep(frame)).ok_or(Reason::Malformed)?;
        let hop = match target {
            Target::Drop(reason) => return Err(reason),
            Target::Route(hop) => self.check(call, frame, &headers, Some(Ok(hop)))?,
            Target::Connection(found, identification) => {
                let connection = self.table.again(found).ok_or(Reason::NoConnection)?;
                let way = self.way(call.tables, &connection, found.direction);
                let hop = self.check(call, frame, &headers, way)?;
                let has_ports = is_first(frame, &headers);
                let transport =
                    if has_ports { Headers::of_walk(frame, &deep(&whole(frame, &headers))).ok_or(Reason::Malformed)? } else { headers };
                translate(frame, &transport, &connection, found.direction, has_ports.then(Offload::default));
                if let Some(identification) = identification {
                    put_identification(frame, &headers, identification);
                }
                hop
            }
        };
        if let Some(hop) = self.send(call, frame, &headers, hop, false) {
            call.out.put(hop.interface, &[frame]);
            self.counters.passed += 1;
        }
        Ok(())
    }
}

impl Context for ByConnections<'_, '_, '_> {
    type Target = Target;

    fn now(&self) -> Time {
        self.call.now
    }

    fn alone(&mut self, frame: &[u8], _fragment: &Fragment) -> Target {
        let Some(headers) = Headers::of_walk(frame, &deep(frame)) else { return Target::Drop(Reason::Malformed) };
        if self.call.tables.is_virtual(&headers.destination) {
            return Target::Drop(Reason::Protocol);
        }
        self.core.as_it_is(self.call, &headers).map_or_else(Target::Drop, Target::Route)
    }

    fn first(&mut self, frame: &[u8], fragment: &Fragment) -> Result<Target, Fate> {
        fragment.unfragmented(frame).map_err(Fate::of_first)?;
        let Some(headers) = Headers::of_walk(frame, &deep(frame)) else { return Ok(Target::Drop(Reason::Malformed)) };
        let whole = whole(frame, &headers);
        let walk = deep(&whole);
        let (Some(headers), Some(ports)) = (Headers::of_walk(&whole, &walk), walk.ports) else {
            // After its extension headers comes neither TCP nor UDP.
            return Ok(self.alone(frame, fragment));
        };
        if !headers.has_transport_header(&whole) {
            return Err(Fate::FirstWithoutPorts);
        }
        Ok(match self.core.connection(self.call, &whole, &headers, ports, true) {
            Ok((found, connection, _)) => {
                let identification = has_other_source(&connection).then(|| self.core.table.next_identification());
                Target::Connection(found, identification)
            }
            Err(Reason::Outbound) => self.core.as_it_is(self.call, &headers).map_or_else(Target::Drop, Target::Route),
            Err(reason) => Target::Drop(reason),
        })
    }

    fn forward(&mut self, target: Target, mut frame: Vec<u8>) {
        let reason = self.core.forward_fragment(self.call, &mut frame, target).err().unwrap_or(Reason::Fragment);
        self.core.counters.count(reason, 1);
    }

    fn drop(&mut self, _fate: Fate, frames: usize) {
        self.core.counters.count(Reason::FragmentDropped, frames);
    }

    fn gathers(&self, fragment: &Fragment) -> bool {
        let icmp = if fragment.key.v6 { ICMPV6 } else { ICMP };
        fragment.key.protocol == icmp && self.call.tables.is_virtual(&fragment.key.destination)
    }

    fn gathered(&mut self, frames: Vec<Box<[u8]>>) {
        let whole = put_together(&frames).unwrap_or_default();
        let reason = match Content::of(&whole) {
            Content::Other(headers) => self.core.take_virtual(self.call, &whole, &headers),
            _ => Reason::Malformed,
        };
        self.core.counters.count(reason, frames.len());
    }
}

/// The datagram of these fragments, without options and extension headers, in a frame like the last one's: its answer goes back from there.
fn put_together(frames: &[Box<[u8]>]) -> Option<Vec<u8>> {
    let part = |frame| {
        let walk = deep(frame);
        let (headers, fragment) = (Headers::of_walk(frame, &walk)?, Fragment::of(frame, &walk)?);
        let payload = frame.get(headers.end.checked_sub(fragment.bytes.len())?..headers.end)?;
        Some((fragment.bytes.start, payload))
    };
    let mut parts: Vec<(usize, &[u8])> = frames.iter().map(|frame| part(frame)).collect::<Option<_>>()?;
    parts.sort_unstable_by_key(|(start, _)| *start);
    let message: Vec<u8> = parts.into_iter().flat_map(|(_, payload)| payload).copied().collect();
    let last = frames.last()?;
    let headers = Headers::of_walk(last, &deep(last))?;
    let protocol = if headers.version == Version::V4 { ICMP } else { ICMPV6 };
    let mut whole = last[..headers.at].to_vec();
    addresses(headers.version, headers.source, headers.destination).header(protocol, message.len(), &mut whole);
    whole.extend(message);
    Some(whole)
}

/// Byte of the field with offset and flags, and its mask of the offset: in an IPv4 header, or an IPv6 fragment header.
fn field(headers: &Headers) -> (usize, u16) {
    match headers.version {
        Version::V4 => (headers.at + 6, 0x1fff),
        Version::V6 => (headers.transport_at + 2, 0xfff8),
    }
}

fn is_first(frame: &[u8], headers: &Headers) -> bool {
    let (at, offset) = field(headers);
    word(frame, at) & offset == 0
}

/// A first fragment as if no other followed, so that the walk goes on to its ports.
fn whole(frame: &[u8], headers: &Headers) -> Vec<u8> {
    let mut whole = frame.to_vec();
    match headers.version {
        Version::V4 => whole[headers.at + 6] &= !0x20,
        Version::V6 => whole[headers.transport_at + 3] &= !1,
    }
    whole
}

fn put_identification(frame: &mut [u8], headers: &Headers, identification: u16) {
    match headers.version {
        Version::V4 => identify(frame, headers, identification),
        Version::V6 => {
            let at = headers.transport_at + 4;
            frame[at..at + 4].copy_from_slice(&u32::from(identification).to_be_bytes());
        }
    }
}
