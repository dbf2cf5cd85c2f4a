//! The shapes that most frames have, read at fixed bytes instead of walked.

use crate::ethernet::{LENGTH, TAG_LENGTH};
use crate::network::{V4_LENGTH, V6_LENGTH, Version};
use crate::transport::{Ports, TCP, UDP};

/// Bytes of the two ports.
const PORTS_LENGTH: usize = 4;
/// The shortest frame of a common shape.
const SHORTEST: usize = LENGTH + V4_LENGTH + PORTS_LENGTH;

/// A frame of a common shape: TCP or UDP right after an IPv4 header without options or an IPv6 header, whole and unfragmented, after at most
/// two VLAN tags. All of this lies in the header window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Common {
    /// Which IP.
    pub version: Version,
    /// Byte of the frame at which the IP header starts.
    pub at: usize,
    /// TCP or UDP.
    pub protocol: u8,
    /// Its ports.
    pub ports: Ports,
}

impl Common {
    /// What [`Walk::of`](crate::Walk::of) finds in a frame of a common shape; `None` says nothing about a frame.
    ///
    /// Traffic is a mixture of IPv4 and IPv6, so they are told apart by arithmetic: a branch would be guessed wrong too often. Tags are few.
    #[inline(always)]
    pub fn of(frame: &[u8]) -> Option<Self> {
        if frame.len() < SHORTEST {
            return None;
        }
        let tag = |ether_type| matches!(ether_type, 0x8100 | 0x88a8);
        let (mut at, mut ether_type) = (LENGTH, word(frame, LENGTH - 2));
        if tag(ether_type) {
            (at, ether_type) = (LENGTH + TAG_LENGTH, word(frame, LENGTH + 2));
            if tag(ether_type) {
                (at, ether_type) = (LENGTH + 2 * TAG_LENGTH, word(frame, LENGTH + 6));
            }
        }
        let v6 = ether_type == 0x86dd;
        let header_length = if v6 { V6_LENGTH } else { V4_LENGTH };
        let header = frame.get(at..at + header_length + PORTS_LENGTH)?;
        let (mask, start) = if v6 { (0xf0, 0x60) } else { (0xff, 0x45) };
        let (length_at, least) = if v6 { (4, PORTS_LENGTH) } else { (2, V4_LENGTH + PORTS_LENGTH) };
        let fragment = if v6 { 0 } else { 0x3fff };
        let protocol = header[if v6 { 6 } else { 9 }];
        if !(v6 | (ether_type == 0x0800)) | (header[0] & mask != start) | (word(header, 6) & fragment != 0) {
            return None;
        }
        if (usize::from(word(header, length_at)) < least) | !((protocol == TCP) | (protocol == UDP)) {
            return None;
        }
        let ports = Ports { source: word(header, header_length), destination: word(header, header_length + 2) };
        Some(Self { version: if v6 { Version::V6 } else { Version::V4 }, at, protocol, ports })
    }
}

#[inline(always)]
fn word(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}
