//! Frames: a buffer with room in front, so that headers come and go while the payload stays where it is.

use crate::address::Address;
use smoltcp::wire::{Ipv4Packet, Ipv6Packet};

/// Bytes kept free in front of a frame: an outer header of IPv6, or a tag.
const ROOM: usize = 64;
/// Where the EtherType of an untagged frame is.
const ETHER_TYPE: usize = 12;
/// Extension headers of IPv6 that are walked.
const EXTENSION_HEADERS: usize = 8;

/// TCP as protocol or next header.
pub const TCP: u8 = 6;
/// UDP as protocol or next header.
pub const UDP: u8 = 17;
/// ICMP.
pub const ICMP: u8 = 1;
/// ICMPv6.
pub const ICMPV6: u8 = 58;
const FRAGMENT: u8 = 44;

/// A frame of Ethernet, or an IP packet alone, as a TUN has it.
#[derive(Clone)]
pub struct Frame {
    bytes: Vec<u8>,
    start: usize,
    /// Bytes of the link's header.
    link: usize,
    uncut: Option<Uncut>,
}

/// What a kernel has left to its network card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Uncut {
    /// Byte of the frame at which its transport header starts. The checksum there is that of the pseudo-header alone, and not complemented.
    transport: usize,
    /// Bytes of content that each segment is to have.
    size: u16,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({:02x?})", self.bytes())
    }
}

/// Frames are equal if their bytes are: how much room is in front of them says nothing.
impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Frame {}

impl Frame {
    /// A frame of Ethernet, with at most two VLAN tags in front of IP. Of anything else no packet is found.
    pub fn ethernet(bytes: &[u8]) -> Self {
        let tagged = |at: usize| matches!(bytes.get(at..at + 2), Some([0x81, 0] | [0x88, 0xa8]));
        let tags = (0..2).take_while(|tag| tagged(ETHER_TYPE + 4 * tag)).count();
        let ether_type = ETHER_TYPE + 4 * tags;
        let ip = matches!(bytes.get(ether_type..ether_type + 2), Some([8, 0] | [0x86, 0xdd]));
        Self::new(bytes, if ip { ether_type + 2 } else { bytes.len() })
    }

    /// A frame of Ethernet that is several of them, as a kernel leaves them to its network card: to be cut into segments with so many bytes of content,
    /// with a checksum from byte `transport` on that is not finished.
    pub fn uncut(bytes: &[u8], transport: usize, size: u16) -> Self {
        Self { uncut: Some(Uncut { transport, size }), ..Self::ethernet(bytes) }
    }

    /// Whether it still is several. Nothing in front of its content has moved then.
    #[inline]
    pub fn is_uncut(&self) -> bool {
        self.uncut.is_some()
    }

    /// The frames that it is; `None` if it cannot be cut.
    pub(crate) fn cut(&self) -> Option<Vec<Self>> {
        let Uncut { transport, size } = self.uncut?;
        let mut frames = Vec::new();
        let cut = packet::segment::cut(self.bytes(), self.link, transport, size.into(), |frame| frames.push(Self::ethernet(frame)));
        cut.then_some(frames)
    }

    /// An IP packet without a link header.
    pub fn ip(bytes: &[u8]) -> Self {
        Self::new(bytes, 0)
    }

    fn new(bytes: &[u8], link: usize) -> Self {
        let mut buffer = Vec::with_capacity(ROOM + bytes.len());
        buffer.resize(ROOM, 0);
        buffer.extend_from_slice(bytes);
        Self { bytes: buffer, start: ROOM, link, uncut: None }
    }

    /// The whole frame.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// The same, for who sends it.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..]
    }

    /// The IP packet, with what the link has put after it.
    pub fn packet(&self) -> &[u8] {
        &self.bytes[self.start + self.link..]
    }

    pub(crate) fn packet_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start + self.link..]
    }

    /// Where the packet's parts are; `None` if it is no sound packet of IP.
    pub fn view(&self) -> Option<View> {
        View::of(self.packet())
    }

    /// Puts `insert` in the place of `remove` bytes at byte `at` of the packet. What is in front of them moves, what is behind them stays.
    pub(crate) fn splice(&mut self, at: usize, remove: usize, insert: &[u8]) {
        if remove + self.start < insert.len() {
            let more = insert.len() + ROOM;
            self.bytes.splice(..0, std::iter::repeat_n(0, more));
            self.start += more;
        }
        let front = self.start..self.start + self.link + at;
        let start = self.start + remove - insert.len();
        let gap = start + front.len();
        self.bytes.copy_within(front, start);
        self.bytes[gap..gap + insert.len()].copy_from_slice(insert);
        self.start = start;
    }

    /// The link's header of an answer, with an IP packet behind it.
    pub(crate) fn answer(&self, packet: &[u8]) -> Self {
        let mut answer = self.with(packet);
        if self.link >= ETHER_TYPE {
            let header = &mut answer.bytes[answer.start..];
            let (destination, source) = header[..ETHER_TYPE].split_at_mut(6);
            destination.swap_with_slice(source);
        }
        answer
    }

    /// The same link header, with another IP packet behind it.
    pub(crate) fn with(&self, packet: &[u8]) -> Self {
        let link = &self.bytes()[..self.link];
        let mut frame = Self::new(link, self.link);
        frame.bytes.extend_from_slice(packet);
        frame
    }

    /// Cuts off what the link has put after the packet.
    pub(crate) fn trim(&mut self, packet: usize) {
        self.bytes.truncate(self.start + self.link + packet);
    }
}

/// A fragment of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// The datagram's identification.
    pub id: u32,
    /// Whether the fragment is the first, which has the ports.
    pub first: bool,
}

/// Where the parts of an IP packet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Where it comes from.
    pub source: Address,
    /// Where it goes.
    pub destination: Address,
    /// Protocol, or the next header after all extension headers.
    pub protocol: u8,
    /// Byte at which its header starts.
    pub transport: usize,
    /// Bytes of the packet, without what the link has put after it.
    pub length: usize,
    /// If it is one.
    pub fragment: Option<Fragment>,
}

impl View {
    /// Reads a packet's headers; `None` if they are cut or contradict each other.
    #[inline]
    pub fn of(packet: &[u8]) -> Option<Self> {
        match packet.first()? >> 4 {
            4 => Self::v4(Ipv4Packet::new_checked(packet).ok()?),
            6 => Self::v6(Ipv6Packet::new_checked(packet).ok()?),
            _ => None,
        }
    }

    /// The same of a packet whose end is missing, as an ICMP error quotes it. Its length is that of what is there.
    pub fn quoted(packet: &[u8]) -> Option<Self> {
        match packet.first()? >> 4 {
            4 if packet.len() >= 20 && packet.len() >= usize::from(packet[0] & 15) * 4 => Self::v4(Ipv4Packet::new_unchecked(packet)),
            6 if packet.len() >= 40 => Self::v6(Ipv6Packet::new_unchecked(packet)),
            _ => None,
        }
    }

    #[inline]
    fn v4(packet: Ipv4Packet<&[u8]>) -> Option<Self> {
        let (offset, more, id) = (packet.frag_offset(), packet.more_frags(), packet.ident());
        let header = usize::from(packet.header_len());
        (header >= 20).then_some(Self {
            source: packet.src_addr().into(),
            destination: packet.dst_addr().into(),
            protocol: packet.next_header().into(),
            transport: header,
            length: usize::from(packet.total_len()).min(packet.into_inner().len()),
            fragment: (offset != 0 || more).then(|| Fragment { id: id.into(), first: offset == 0 }),
        })
    }

    #[inline]
    fn v6(packet: Ipv6Packet<&[u8]>) -> Option<Self> {
        let (source, destination) = (Address::from(packet.src_addr()), Address::from(packet.dst_addr()));
        let (first, bytes) = (packet.next_header().into(), packet.into_inner());
        let length = (40 + usize::from(u16::from_be_bytes([bytes[4], bytes[5]]))).min(bytes.len());
        // An address of IPv4 in IPv6 is on no wire; here it would be the same as that of IPv4.
        if source.is_v4() || destination.is_v4() {
            return None;
        }
        let (mut protocol, mut transport, mut fragment) = (first, 40, None);
        for _ in 0..EXTENSION_HEADERS {
            // Hop-by-hop options, routing, destination options.
            let skip = match protocol {
                0 | 43 | 60 => (usize::from(*bytes[..length].get(transport + 1)?) + 1) * 8,
                FRAGMENT => {
                    let header: [u8; 8] = bytes[..length].get(transport..transport + 8)?.try_into().ok()?;
                    let [_, _, high, low, id @ ..] = header;
                    let (offset, more) = (u16::from_be_bytes([high, low]) >> 3, low & 1 == 1);
                    // Alone it is no fragment (RFC 6946), but its header stays.
                    fragment = (offset != 0 || more).then(|| Fragment { id: u32::from_be_bytes(id), first: offset == 0 });
                    8
                }
                _ => break,
            };
            protocol = *bytes[..length].get(transport)?;
            transport += skip;
            if fragment.is_some_and(|fragment| !fragment.first) {
                break;
            }
        }
        (transport <= length).then_some(Self { source, destination, protocol, transport, length, fragment })
    }
}
