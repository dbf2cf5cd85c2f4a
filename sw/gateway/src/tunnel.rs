//! GUE, variant 1: an IP packet right behind UDP. Source: draft-ietf-intarea-gue; the checksum of UDP over IPv6 by local checksum offload. Or IP in IP,
//! without UDP. Source: RFC 2003; RFC 2473.

use crate::Address;
use crate::frame::{Frame, TCP, UDP, View};
use foldhash::fast::FixedState;
use packet::Sum;
use packet::checksum::udp;
use smoltcp::wire::{IpProtocol, Ipv4Packet, Ipv6Packet, UdpPacket};
use std::hash::{BuildHasher, Hash};

/// UDP port of GUE.
pub const PORT: u16 = 6080;
/// Bytes of UDP's header.
const UDP_HEADER: usize = 8;
const HOP_LIMIT: u8 = 64;

/// IP in IP, as protocol or next header: a packet of IPv4, or of IPv6.
const IP_IN_IP: [u8; 2] = [4, 41];

/// Bytes that GUE adds to a packet of IPv4 or IPv6. IP in IP adds 8 less, but what fits is told by this.
pub fn overhead(v4: bool) -> u16 {
    if v4 { 28 } else { 48 }
}

/// The outer header of a copy, a SYN-ACK or a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outer {
    /// Its source.
    pub source: Address,
    /// Its destination, of the same family.
    pub destination: Address,
    /// UDP source port; `None`: IP in IP.
    pub port: Option<u16>,
}

/// The source port of a connection's tunnel: one of 16,384, by the connection's ends, so that networks spread connections and not their packets.
pub fn source_port(ends: &impl Hash) -> u16 {
    0xc000 | FixedState::default().hash_one(ends) as u16 & 0x3fff
}

/// Wraps a frame's packet, whose view is `inner`; what the link has put after it is cut off. `false` if the packet is too long for it, or of another
/// family; the frame is then unchanged.
pub fn wrap(frame: &mut Frame, inner: &View, outer: &Outer) -> bool {
    let v4 = outer.source.is_v4();
    let udp_header = if outer.port.is_some() { UDP_HEADER } else { 0 };
    let header = usize::from(overhead(v4)) - UDP_HEADER + udp_header;
    let content = inner.length + udp_header;
    if inner.source.is_v4() != v4 || outer.destination.is_v4() != v4 || header + inner.length > usize::from(u16::MAX) {
        return false;
    }
    let traffic_class = if v4 { frame.packet()[1] } else { frame.packet()[0] << 4 | frame.packet()[1] >> 4 };
    frame.trim(inner.length);
    let payload = if v4 || outer.port.is_none() { Sum::default() } else { sum_of(frame.packet(), inner) };
    frame.splice(0, 0, &[0; 48][..header]);
    let packet = &mut frame.packet_mut()[..header];
    let at = header - udp_header;
    let protocol = if outer.port.is_some() { UDP } else { IP_IN_IP[usize::from(!v4)] };
    // RFC 6040, compatibility mode: the outer header offers no ECN, so that no mark is lost with it.
    let dscp = traffic_class >> 2;
    if v4 {
        let mut ip = Ipv4Packet::new_unchecked(&mut *packet);
        ip.set_version(4);
        ip.set_header_len(20);
        ip.set_dscp(dscp);
        ip.set_total_len((header + inner.length) as u16);
        ip.set_dont_frag(true);
        ip.set_hop_limit(HOP_LIMIT);
        ip.set_next_header(IpProtocol::from(protocol));
    } else {
        let mut ip = Ipv6Packet::new_unchecked(&mut *packet);
        ip.set_version(6);
        ip.set_traffic_class(dscp << 2);
        ip.set_payload_len(content as u16);
        ip.set_hop_limit(HOP_LIMIT);
        ip.set_next_header(IpProtocol::from(protocol));
    }
    let (source, destination) = (outer.source.wire(), outer.destination.wire());
    packet[at - 2 * source.len()..at - source.len()].copy_from_slice(source);
    packet[at - destination.len()..at].copy_from_slice(destination);
    if v4 {
        let checksum = Sum::default().bytes(&packet[..at]).checksum();
        packet[10..12].copy_from_slice(&checksum.to_be_bytes());
    }
    let Some(port) = outer.port else { return true };
    let mut header = UdpPacket::new_unchecked(&mut packet[at..]);
    header.set_src_port(port);
    header.set_dst_port(PORT);
    header.set_len(content as u16);
    if !v4 {
        let sum = payload.pseudo_header(source, destination, UDP, content).bytes(&packet[at..]);
        packet[at + 6..at + 8].copy_from_slice(&udp(sum.checksum()).to_be_bytes());
    }
    true
}

/// The sum over a packet. A whole segment of TCP with a right checksum and its pseudo header have the sum 0xffff, so only headers are read.
fn sum_of(packet: &[u8], view: &View) -> Sum {
    if view.protocol != TCP || view.fragment.is_some() {
        return Sum::default().bytes(&packet[..view.length]);
    }
    let pseudo = Sum::default().pseudo_header(view.source.wire(), view.destination.wire(), TCP, view.length - view.transport);
    Sum::default().bytes(&packet[..view.transport]).word(!pseudo.folded())
}

/// A tunnelled packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tunnelled {
    /// Its outer header.
    pub outer: Outer,
    /// The packet inside.
    pub inner: View,
    /// Byte of the outer packet at which it starts.
    pub at: usize,
}

/// Whether a packet is one of GUE's.
#[inline]
pub fn is_gue(packet: &[u8], view: &View) -> bool {
    view.protocol == UDP && packet.get(view.transport + 2..view.transport + 4) == Some(&PORT.to_be_bytes())
}

/// Whether a packet is IP in IP, ours or somebody else's.
#[inline]
pub fn is_ip_in_ip(view: &View) -> bool {
    view.protocol == IP_IN_IP[usize::from(!view.source.is_v4())]
}

/// Whether a packet may have another inside: GUE, or IP in IP.
#[inline]
pub fn is_tunnel(packet: &[u8], view: &View) -> bool {
    is_gue(packet, view) || is_ip_in_ip(view)
}

/// Reads a packet of GUE, or IP in IP; `None` if what is inside is no whole, sound packet. A checksum of UDP is not verified: that inside is, by its
/// receiver.
pub fn read(packet: &[u8], view: &View) -> Option<Tunnelled> {
    if view.fragment.is_some() {
        return None;
    }
    let (port, at, end) = if is_ip_in_ip(view) {
        (None, view.transport, view.length)
    } else {
        let datagram = UdpPacket::new_checked(&packet[view.transport..view.length]).ok()?;
        (Some(datagram.src_port()), view.transport + UDP_HEADER, view.transport + usize::from(datagram.len()))
    };
    let inner = View::of(&packet[at..end])?;
    let outer = Outer { source: view.source, destination: view.destination, port };
    (inner.source.is_v4() == view.source.is_v4()).then_some(Tunnelled { outer, inner, at })
}

/// Cracks a frame: the packet inside takes the link header of the outer one.
pub fn crack(frame: &mut Frame, tunnelled: &Tunnelled) {
    frame.splice(0, tunnelled.at, &[]);
    frame.trim(tunnelled.inner.length);
}
