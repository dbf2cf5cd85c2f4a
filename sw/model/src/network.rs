//! Stage `network`: the IP header, up to the transport header. Questions 4 (malformed, too deep) and 5 (fragment).

use crate::extension::{Extension, FRAGMENT};
use crate::header_window::HeaderWindow;
use contract::code::Reason;
use contract::limits::EXTENSION_HEADERS;

/// An address as keys carry it: IPv6 as it is, IPv4 a.b.c.d as `::ffff:a.b.c.d`.
pub type Address = [u8; 16];

/// Bytes of an IPv4 header without options.
pub const V4_LENGTH: usize = 20;
/// Bytes of an IPv6 header without extension headers.
pub const V6_LENGTH: usize = 40;

/// Which Internet Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Where a packet was found; it decides which fragments have what a decision needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The frame's own packet: no fragment is admitted.
    Outer,
    /// Inside an ICMP error: a first fragment has the ports, and nothing more is asked of it.
    Embedded,
}

impl Position {
    fn admit(self, part: Part) -> Result<(), Reason> {
        let fragment = part.offset != 0 || (part.more && self == Self::Outer);
        if fragment { Err(Reason::Fragment) } else { Ok(()) }
    }
}

/// Which part of its datagram a packet is; the default is the whole of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Fragment offset, in units of 8 bytes.
    pub offset: u16,
    /// Whether more fragments follow.
    pub more: bool,
}

/// An IP header, and how far the walk got after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Which IP.
    pub version: Version,
    /// Byte of the frame at which the header starts.
    pub at: usize,
    /// Byte at which the packet ends by its own account, inside the frame or not.
    pub end: usize,
    /// Source address.
    pub source: Address,
    /// Destination address.
    pub destination: Address,
    /// IPv4: which part of its datagram the packet is. IPv6 has this in an extension header.
    pub part: Part,
    /// The first IPv6 extension headers that were walked, in their order: as many as a card walks.
    pub extensions: [Option<Extension>; EXTENSION_HEADERS],
    /// Protocol of the header at `transport_at`.
    pub protocol: u8,
    /// Byte of the frame at which the header after the last one walked starts. An extension header that ended the walk counts as not walked.
    pub transport_at: usize,
}

impl Network {
    /// Reads the header that starts at byte `at`, IPv4 options included; extension headers are not walked yet.
    ///
    /// # Errors
    /// `Malformed` if it is not all there or contradicts itself; `TooDeep` if it leaves the window.
    #[inline]
    pub fn read(window: HeaderWindow<'_>, at: usize, version: Version) -> Result<Self, Reason> {
        match version {
            Version::V4 => Self::read_v4(window, at),
            Version::V6 => Self::read_v6(window, at),
        }
    }

    #[inline]
    fn read_v4(window: HeaderWindow<'_>, at: usize) -> Result<Self, Reason> {
        let header = window.header(at, V4_LENGTH)?;
        let length = usize::from(header[0] & 0x0f) * 4;
        let total = usize::from(word(header, 2));
        if header[0] >> 4 != 4 || length < V4_LENGTH || total < length {
            return Err(Reason::Malformed);
        }
        window.header(at, length)?;
        Ok(Self {
            version: Version::V4,
            at,
            end: at + total,
            source: mapped([header[12], header[13], header[14], header[15]]),
            destination: mapped([header[16], header[17], header[18], header[19]]),
            part: Part { offset: word(header, 6) & 0x1fff, more: header[6] & 0x20 != 0 },
            extensions: [None; EXTENSION_HEADERS],
            protocol: header[9],
            transport_at: at + length,
        })
    }

    #[inline]
    fn read_v6(window: HeaderWindow<'_>, at: usize) -> Result<Self, Reason> {
        let header = window.header(at, V6_LENGTH)?;
        if header[0] >> 4 != 6 {
            return Err(Reason::Malformed);
        }
        Ok(Self {
            version: Version::V6,
            at,
            end: at + V6_LENGTH + usize::from(word(header, 4)),
            source: std::array::from_fn(|i| header[8 + i]),
            destination: std::array::from_fn(|i| header[24 + i]),
            part: Part::default(),
            extensions: [None; EXTENSION_HEADERS],
            protocol: header[6],
            transport_at: at + V6_LENGTH,
        })
    }

    /// Goes on to the transport header: past the extension headers of IPv6, unless the packet is a fragment.
    ///
    /// # Errors
    /// `Fragment` if its position does not admit it; `TooDeep` at one extension header more than the window allows, before it is looked at,
    /// and at one that leaves the window; `Malformed` at one that is not all there.
    #[inline]
    pub fn walk_to_transport(&mut self, window: HeaderWindow<'_>, position: Position) -> Result<(), Reason> {
        position.admit(self.part)?;
        if self.version == Version::V4 {
            return Ok(());
        }
        let mut walked = 0;
        while Extension::is(self.protocol) {
            if walked == window.extensions() {
                return Err(Reason::TooDeep);
            }
            let (extension, header) = Extension::read(window, self.protocol, self.transport_at)?;
            if let Some(slot) = self.extensions.get_mut(walked) {
                *slot = Some(extension);
            }
            if extension.kind == FRAGMENT {
                position.admit(Part { offset: word(header, 2) >> 3, more: header[3] & 1 == 1 })?;
            }
            walked += 1;
            self.protocol = header[0];
            self.transport_at += extension.length;
        }
        Ok(())
    }
}

fn word(header: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([header[at], header[at + 1]])
}

fn mapped([a, b, c, d]: [u8; 4]) -> Address {
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d]
}
