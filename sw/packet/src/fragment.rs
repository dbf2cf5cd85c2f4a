//! An IP packet cut into fragments. Source: RFC 791, section 3.2; options by RFC 1122, section 3.2.1.8; RFC 8200, section 4.5.

use crate::Sum;
use std::ops::Range;

/// Bit of byte 6: more fragments follow.
const MORE: u8 = 0x20;
/// Bit of byte 6: not to be fragmented.
const DONT: u8 = 0x40;
/// Bit of an option's first byte: every fragment has the option.
const COPIED: u8 = 0x80;
/// Where the longest header ends.
const LONGEST_HEADER: usize = 60;

/// Whether an IPv4 packet may be cut: its sender has not forbidden it.
pub fn may(packet: &[u8]) -> bool {
    packet.get(6).is_some_and(|flags| flags & DONT == 0)
}

/// Calls `out` with the header and the payload of every fragment of a whole IPv4 packet, in order, none longer than `mtu`. The packet may be a
/// fragment itself. Nothing comes out where a header and 8 bytes are longer than `mtu`.
///
/// # Panics
/// If the packet is shorter than its header.
pub fn cut(packet: &[u8], mtu: usize, mut out: impl FnMut(&[u8], &[u8])) {
    let length = usize::from(packet[0] & 0xf) * 4;
    let (header, payload) = packet.split_at(length);
    let word = u16::from_be_bytes([header[6], header[7]]);
    let (offset, more) = (usize::from(word & 0x1fff), header[6] & MORE != 0);
    let later = Header::later(header);
    let mut at = 0;
    while at < payload.len() {
        let mut header = if at == 0 { Header::whole(header) } else { later };
        let left = payload.len() - at;
        let room = mtu.saturating_sub(header.length);
        let take = if left <= room { left } else { room / 8 * 8 };
        if take == 0 {
            return;
        }
        header.finish(offset + at / 8, more || take < left, take);
        out(&header.bytes[..header.length], &payload[at..at + take]);
        at += take;
    }
}

/// Bytes of an IPv6 header, and of the fragment header that follows it.
const V6_HEADER: usize = 40;
const V6_FRAGMENT: usize = 8;
/// Next header: a fragment header.
const V6_IS_FRAGMENT: u8 = 44;

/// The same of a whole IPv6 packet, whose IPv6 header is the only one that every fragment has.
///
/// # Panics
/// If the packet is shorter than its header.
pub fn cut_v6(packet: &[u8], mtu: usize, identification: u32, mut out: impl FnMut(&[u8], &[u8])) {
    let (header, payload) = packet.split_at(V6_HEADER);
    let room = mtu.saturating_sub(V6_HEADER + V6_FRAGMENT);
    let mut at = 0;
    while at < payload.len() {
        let left = payload.len() - at;
        let take = if left <= room { left } else { room / 8 * 8 };
        if take == 0 {
            return;
        }
        let mut bytes = [0; V6_HEADER + V6_FRAGMENT];
        bytes[..V6_HEADER].copy_from_slice(header);
        bytes[4..6].copy_from_slice(&((V6_FRAGMENT + take) as u16).to_be_bytes());
        (bytes[6], bytes[V6_HEADER]) = (V6_IS_FRAGMENT, header[6]);
        let field = at as u16 | u16::from(take < left);
        bytes[V6_HEADER + 2..V6_HEADER + 4].copy_from_slice(&field.to_be_bytes());
        bytes[V6_HEADER + 4..].copy_from_slice(&identification.to_be_bytes());
        out(&bytes, &payload[at..at + take]);
        at += take;
    }
}

/// A header of at most 60 bytes.
#[derive(Clone, Copy)]
struct Header {
    bytes: [u8; LONGEST_HEADER],
    length: usize,
}

impl Header {
    fn whole(header: &[u8]) -> Self {
        let mut bytes = [0; LONGEST_HEADER];
        bytes[..header.len()].copy_from_slice(header);
        Self { bytes, length: header.len() }
    }

    /// The header of every fragment but the first: of the options, those that are copied.
    fn later(header: &[u8]) -> Self {
        let mut later = Self::whole(&header[..20]);
        let mut options = 20..header.len();
        while let Some(option) = option(header, &mut options) {
            if header[option.start] & COPIED != 0 {
                later.bytes[later.length..later.length + option.len()].copy_from_slice(&header[option.clone()]);
                later.length += option.len();
            }
        }
        later.length = later.length.next_multiple_of(4);
        later
    }

    fn finish(&mut self, offset: usize, more: bool, payload: usize) {
        let bytes = &mut self.bytes[..self.length];
        bytes[0] = 0x40 | (self.length / 4) as u8;
        bytes[2..4].copy_from_slice(&((self.length + payload) as u16).to_be_bytes());
        let reserved = bytes[6] & 0x80;
        bytes[6..8].copy_from_slice(&(offset as u16).to_be_bytes());
        bytes[6] |= reserved | if more { MORE } else { 0 };
        bytes[10..12].fill(0);
        let checksum = Sum::default().bytes(bytes).checksum();
        bytes[10..12].copy_from_slice(&checksum.to_be_bytes());
    }
}

/// The next option, without those that only fill; `None` after the last one, or at one that is not all there.
fn option(header: &[u8], rest: &mut Range<usize>) -> Option<Range<usize>> {
    loop {
        let start = rest.next()?;
        match header[start] {
            0 => return None,
            1 => {}
            _ => {
                let length = usize::from(*header.get(start + 1)?);
                let end = start + length;
                if length < 2 || end > header.len() {
                    return None;
                }
                rest.start = end;
                return Some(start..end);
            }
        }
    }
}
