//! Stage `icmp`: an ICMP error is decided by the packet that it reports. Question 6; section 4 of `docs/decision.md`. And the one kind of ICMP
//! that question 7 hands to the host.
//!
//! The embedded packet travelled in the other direction, and both directions have one key: so the error reaches the manager that
//! holds the flow, and path-MTU discovery works.

use crate::header_window::HeaderWindow;
use crate::network::{Network, Position, Version};
use crate::transport::Ports;
use contract::code::Reason;
use std::ops::RangeInclusive;

/// Protocol number of ICMP for IPv4.
pub const ICMP: u8 = 1;
/// Next header of ICMP for IPv6.
pub const ICMPV6: u8 = 58;
/// ICMPv6 types of neighbour discovery, from router solicitation to redirect (RFC 4861, section 4).
pub const NEIGHBOUR_DISCOVERY: RangeInclusive<u8> = 133..=137;
/// Bytes of an ICMP error in front of the embedded packet.
pub const LENGTH: usize = 8;

/// The part that matters of a packet inside an ICMP error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Its IP header.
    pub network: Network,
    /// Its ports.
    pub ports: Ports,
}

/// Question 7: lets all packets pass but those of neighbour discovery, which is to IPv6 what ARP is to IPv4. Such a packet has the four bytes of
/// type, code and checksum inside the frame, the outer length and the window.
///
/// # Errors
/// `Neighbour`.
#[inline]
pub fn refuse_neighbour_discovery(window: HeaderWindow<'_>, outer: &Network) -> Result<(), Reason> {
    let is_icmpv6 = (outer.version, outer.protocol) == (Version::V6, ICMPV6);
    match window.header(outer.transport_at, 4) {
        Ok(header) if is_icmpv6 && NEIGHBOUR_DISCOVERY.contains(&header[0]) => Err(Reason::Neighbour),
        _ => Ok(()),
    }
}

/// The TCP or UDP packet inside an ICMP error, if this is one and enough of it is there.
///
/// Its headers obey the rules of any packet's, but its length fields describe the original: only the frame, the outer
/// packet's end and the window bound it.
#[inline]
pub fn embedded(window: HeaderWindow<'_>, outer: &Network) -> Option<Embedded> {
    let at = outer.transport_at;
    let kind = window.header(at, 1).ok()?[0];
    let is_error = match (outer.version, outer.protocol) {
        (Version::V4, ICMP) => matches!(kind, 3 | 4 | 5 | 11 | 12),
        (Version::V6, ICMPV6) => matches!(kind, 1..=4),
        _ => false,
    };
    if !is_error {
        return None;
    }
    let mut network = Network::read(window, at + LENGTH, outer.version).ok()?;
    network.walk_to_transport(window, Position::Embedded).ok()?;
    let ports = Ports::read(window, &network).ok()??;
    Some(Embedded { network, ports })
}
