//! ICMP errors about what a client has sent: read, and changed to quote it as the client sent it.

use crate::frame::{Frame, ICMP, ICMPV6, TCP, View};
use crate::translate::{End, delta, set_address};
use crate::{Address, tunnel};
use packet::Sum;
use packet::icmp_error::{IcmpError, finish};
use packet::ip::Addresses;

/// Bytes of an error in front of its quote.
const HEADER: usize = 8;
/// What every path of IPv6 takes, and nearly every one of IPv4.
pub const LEAST: usize = 1280;
/// What a tunnel adds to it: a path below has no room for mode C.
const NARROWEST: u32 = LEAST as u32 + 48;

/// What an error quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Source of the quoted packet, to which the error goes.
    pub client: Address,
    /// Destination of the quoted packet.
    pub destination: Address,
    /// Source and destination port of the quoted segment.
    pub ports: (u16, u16),
    /// If the quoted packet is a tunnelled one: the server inside.
    pub tunnelled: Option<Address>,
    /// Whether the packet was too big for a link.
    pub too_big: bool,
    /// Byte of the error's packet at which what the client has sent begins.
    at: usize,
}

/// Reads an error of ICMP or ICMPv6 about a segment of TCP, plain or in our tunnel; `None` for every other message.
pub fn quote(packet: &[u8], view: &View) -> Option<Quote> {
    if view.fragment.is_some() {
        return None;
    }
    let bytes = packet.get(view.transport..view.length)?;
    let (kind, code) = (*bytes.first()?, *bytes.get(1)?);
    let (error, too_big) = match view.protocol {
        ICMP => (matches!(kind, 3 | 11 | 12), kind == 3 && code == 4),
        ICMPV6 => (matches!(kind, 1..=4), kind == 2),
        _ => return None,
    };
    let quoted = bytes.get(HEADER..).filter(|_| error)?;
    let outer = View::quoted(quoted)?;
    let (mut inner, mut at) = (outer, 0);
    let mut tunnelled = None;
    if tunnel::is_tunnel(quoted, &outer) {
        at = outer.transport + if tunnel::is_ip_in_ip(&outer) { 0 } else { 8 };
        inner = View::quoted(quoted.get(at..)?)?;
        if inner.source != outer.source {
            return None;
        }
        tunnelled = Some(inner.destination);
    }
    let ports = quoted.get(at + inner.transport..at + inner.transport + 4)?;
    let first = inner.fragment.is_none_or(|fragment| fragment.first);
    (inner.protocol == TCP && first && view.destination == outer.source).then(|| Quote {
        client: outer.source,
        destination: outer.destination,
        ports: (u16::from_be_bytes([ports[0], ports[1]]), u16::from_be_bytes([ports[2], ports[3]])),
        tunnelled,
        too_big,
        at: view.transport + HEADER + at,
    })
}

/// An error that a client understands.
#[derive(Clone, Debug)]
pub struct Mended {
    /// The frame that it goes in.
    pub frame: Frame,
    /// Whether it tells of a path that is too narrow for a tunnel of IPv6.
    pub narrow: bool,
}

/// The error about what the client has sent to `server`, where it is about what went on to `winner`. Of a tunnel, the packet inside is quoted, and the
/// MTU is what the tunnel leaves. `None` if its checksum is wrong.
pub fn mend(frame: &Frame, view: &View, quote: &Quote, server: &Address, winner: &Address) -> Option<Mended> {
    let message = message(frame, view)?;
    let packet = frame.packet();
    // Of the winner itself the client must not hear.
    let source = if view.source == *winner { server } else { &view.source };
    let addresses = Addresses::new(source.ip(), view.destination.ip())?;
    let mut header: [u8; HEADER] = *message.first_chunk()?;
    header[2..4].fill(0);
    let mut quoted = packet[quote.at..view.length].to_vec();
    let mut narrow = false;
    if quote.tunnelled.is_none() {
        let inner = View::quoted(&quoted)?;
        set_address(&mut quoted, &inner, End::Destination, server, delta(winner, server));
    } else if quote.too_big {
        narrow = lower_mtu(&mut header, view.protocol == ICMP);
    }
    let mut packet = Vec::new();
    addresses.header(view.protocol, HEADER + quoted.len(), &mut packet);
    let start = packet.len();
    packet.extend(header);
    packet.extend(quoted);
    finish(&addresses, &mut packet, start);
    Some(Mended { frame: frame.with(&packet), narrow })
}

/// The error of a client's own network about what it got as `server`'s, where it is about what `winner` has sent: it goes to who holds the quoted
/// address. `quoted` is that address, the winner's in mode A. `None` if its checksum is wrong.
pub(crate) fn turn(frame: &Frame, view: &View, quote: &Quote, to: &Address, quoted: &Address) -> Option<Frame> {
    let header: &[u8; HEADER] = message(frame, view)?.first_chunk()?;
    let addresses = Addresses::new(view.source.ip(), to.ip())?;
    let mut about = frame.packet()[quote.at..view.length].to_vec();
    let inner = View::quoted(&about)?;
    set_address(&mut about, &inner, End::Source, quoted, delta(&quote.client, quoted));
    let mut packet = Vec::new();
    addresses.header(view.protocol, HEADER + about.len(), &mut packet);
    let start = packet.len();
    packet.extend(header);
    packet[start + 2..start + 4].fill(0);
    packet.extend(about);
    finish(&addresses, &mut packet, start);
    Some(frame.with(&packet))
}

/// An error with so short a quote that it has at most this many bytes; `None` if its checksum is wrong.
pub(crate) fn shortened(frame: &Frame, view: &View, most: usize) -> Option<Frame> {
    let message = message(frame, view)?;
    let addresses = Addresses::new(view.source.ip(), view.destination.ip())?;
    let length = message.len().min(most - addresses.header_length());
    let mut packet = Vec::new();
    addresses.header(view.protocol, length, &mut packet);
    let start = packet.len();
    packet.extend(&message[..length]);
    packet[start + 2..start + 4].fill(0);
    finish(&addresses, &mut packet, start);
    Some(frame.with(&packet))
}

/// An error's message; `None` if its checksum is wrong.
fn message<'f>(frame: &'f Frame, view: &View) -> Option<&'f [u8]> {
    let message = &frame.packet()[view.transport..view.length];
    let sum = if view.protocol == ICMP { Sum::default() } else { pseudo(view, message.len()) };
    (sum.bytes(message).folded() == 0xffff).then_some(message)
}

/// Lowers the MTU of a "too big" by what a tunnel adds; says whether it was too narrow for one of IPv6.
fn lower_mtu(header: &mut [u8; HEADER], v4: bool) -> bool {
    let mtu = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
    // IPv4 has 16 bits for it; 0 is that of a router from before RFC 1191, and stays.
    let mtu = if v4 { mtu & 0xffff } else { mtu };
    let left = mtu.saturating_sub(tunnel::overhead(v4).into());
    header[4..].copy_from_slice(&left.to_be_bytes());
    !v4 && mtu < NARROWEST
}

fn pseudo(view: &View, length: usize) -> Sum {
    Sum::default().pseudo_header(view.source.wire(), view.destination.wire(), ICMPV6, length)
}

/// A "too big" to who has sent this frame, from where it went; `None` if it may be cut, and so is none of ours to refuse.
pub(crate) fn too_big(frame: &Frame, view: &View, mtu: u16) -> Option<Frame> {
    too_big_packet(&frame.packet()[..view.length], mtu).map(|packet| frame.answer(&packet))
}

/// The same for an IP packet alone, as the agent writes it into its TUN: its source is where the packet went.
pub fn too_big_packet(packet: &[u8], mtu: u16) -> Option<Vec<u8>> {
    let view = View::of(packet)?;
    let addresses = Addresses::new(view.destination.ip(), view.source.ip())?;
    let mut error = Vec::new();
    IcmpError::TooBig(mtu).write(&addresses, &packet[..view.length], &mut error);
    Some(error)
}
