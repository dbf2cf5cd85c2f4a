//! TCP segments: the fields that the gateway looks at, and a header exchanged for another.

use crate::frame::{Frame, TCP, View};
use packet::Delta;
use smoltcp::wire::TcpPacket;

/// Where the checksum of TCP is in its header.
pub(crate) const CHECKSUM: usize = 16;
/// Bytes of options that a header takes.
pub const OPTIONS: usize = 40;
const HEADER: usize = 20;

/// Flag FIN.
pub const FIN: u8 = 1;
/// Flag SYN.
pub const SYN: u8 = 2;
/// Flag RST.
pub const RST: u8 = 4;
/// Flag ACK.
pub const ACK: u8 = 16;

/// A segment's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Source port.
    pub source_port: u16,
    /// Destination port.
    pub destination_port: u16,
    /// Sequence number.
    pub seq: u32,
    /// Acknowledgement number, whatever the flags say.
    pub ack: u32,
    /// Flags.
    pub flags: u8,
    /// The window as it is written.
    pub window: u16,
    /// Bytes of the header.
    pub header: usize,
    /// Bytes behind the header.
    pub payload: usize,
}

impl Segment {
    /// Reads the segment of a packet that is no later fragment; `None` if it has no whole header of TCP.
    #[inline]
    pub fn of(packet: &[u8], view: &View) -> Option<Self> {
        if view.protocol != TCP || view.fragment.is_some_and(|fragment| !fragment.first) {
            return None;
        }
        let bytes = &packet[view.transport..view.length];
        let tcp = TcpPacket::new_checked(bytes).ok()?;
        let header = usize::from(tcp.header_len());
        Some(Self {
            source_port: tcp.src_port(),
            destination_port: tcp.dst_port(),
            seq: tcp.seq_number().0 as u32,
            ack: tcp.ack_number().0 as u32,
            flags: bytes[13],
            window: tcp.window_len(),
            header,
            payload: bytes.len() - header,
        })
    }

    /// Whether all of these flags are set.
    #[inline]
    pub fn has(&self, flags: u8) -> bool {
        self.flags & flags == flags
    }

    /// A SYN that opens a connection.
    #[inline]
    pub fn is_syn(&self) -> bool {
        self.flags & (SYN | ACK | RST) == SYN
    }

    /// The answer to one.
    #[inline]
    pub fn is_syn_ack(&self) -> bool {
        self.flags & (SYN | ACK | RST) == SYN | ACK
    }

    /// The options.
    pub fn options<'p>(&self, packet: &'p [u8], view: &View) -> &'p [u8] {
        &packet[view.transport + HEADER..view.transport + self.header]
    }
}

/// Puts other options, of a multiple of four bytes, into a segment, and mends lengths and checksums for them.
///
/// # Panics
/// If they are longer than 40 bytes.
pub(crate) fn set_options(frame: &mut Frame, view: &View, segment: &Segment, options: &[u8]) {
    assert!(options.len() <= OPTIONS && options.len().is_multiple_of(4));
    let (old_length, new_length) = (segment.header, HEADER + options.len());
    let padded = |bytes: &[u8], rest: &[u8]| {
        let mut header = [0; HEADER + OPTIONS];
        header[..bytes.len()].copy_from_slice(bytes);
        header[bytes.len()..bytes.len() + rest.len()].copy_from_slice(rest);
        header
    };
    let header = &frame.packet()[view.transport..view.transport + old_length];
    let (old, mut new) = (padded(header, &[]), padded(&header[..HEADER], options));
    new[12] = (new_length as u8 / 4) << 4 | new[12] & 0xf;
    let segment_length = |header: usize| (header + segment.payload) as u16;
    let checksum = u16::from_be_bytes([new[CHECKSUM], new[CHECKSUM + 1]]);
    let delta = Delta::NONE.bytes(&old, &new).word(segment_length(old_length), segment_length(new_length));
    new[CHECKSUM..CHECKSUM + 2].copy_from_slice(&delta.apply(checksum).to_be_bytes());
    frame.splice(view.transport, old_length, &new[..new_length]);
    let packet = frame.packet_mut();
    let total = view.length + new_length - old_length;
    if view.source.is_v4() {
        replace_word(packet, 2, total as u16, 10);
    } else {
        packet[4..6].copy_from_slice(&((total - 40) as u16).to_be_bytes());
    }
}

/// Puts a word at byte `at`, which the checksum at byte `checksum` covers.
pub(crate) fn replace_word(packet: &mut [u8], at: usize, new: u16, checksum: usize) {
    let old = u16::from_be_bytes([packet[at], packet[at + 1]]);
    packet[at..at + 2].copy_from_slice(&new.to_be_bytes());
    mend(packet, checksum, Delta::NONE.word(old, new));
}

/// Changes the checksum at byte `at` by what has changed under it.
#[inline]
pub(crate) fn mend(packet: &mut [u8], at: usize, delta: Delta) {
    let old = u16::from_be_bytes([packet[at], packet[at + 1]]);
    packet[at..at + 2].copy_from_slice(&delta.apply(old).to_be_bytes());
}
