//! What a kernel leaves to its network card: checksums, VLAN tags, the cutting of segments.
//!
//! Source: `struct virtio_net_hdr` (Virtual I/O Device 1.2, section 5.1.6), which a packet socket puts before each frame, and packet(7).

use crate::Received;

/// Bytes of `struct virtio_net_hdr`.
pub(crate) const HEADER: usize = 10;
/// The checksum from `csum_start` on is not finished.
const NEEDS_CHECKSUM: u8 = 1;
/// Kinds of what is to be cut, and the flag beside them that tells of ECN.
const TCP_V4: u8 = 1;
const TCP_V6: u8 = 4;
const ECN: u8 = 0x80;
/// Where TCP's checksum lies in its header.
const TCP_CHECKSUM: usize = 16;
/// In `struct tpacket_auxdata`: the tag was taken off, and which kind it was is told.
const VLAN_VALID: u32 = 1 << 4;
const VLAN_TPID_VALID: u32 = 1 << 6;
const VLAN: u16 = 0x8100;

/// What stands before a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// It is to be cut into segments.
    pub(crate) is_uncut: bool,
    /// Into segments of TCP with so many bytes of content; `None`: into something else.
    pub(crate) segments: Option<usize>,
    /// Where its unfinished checksum's bytes begin, and where in them the checksum lies.
    pub(crate) checksum: Option<(usize, usize)>,
}

impl Header {
    /// What came with it, in so many bytes.
    pub(crate) fn received(self, length: usize) -> Received {
        if self.is_uncut { Received::Uncut(length) } else { Received::Frame(length) }
    }

    pub(crate) fn read(bytes: &[u8; HEADER]) -> Self {
        let number = |at: usize| usize::from(u16::from_ne_bytes([bytes[at], bytes[at + 1]]));
        let is_tcp = matches!(bytes[1] & !ECN, TCP_V4 | TCP_V6);
        Self {
            is_uncut: bytes[1] != 0,
            segments: is_tcp.then(|| number(4)),
            checksum: (bytes[0] & NEEDS_CHECKSUM != 0).then(|| (number(6), number(8))),
        }
    }
}

/// Finishes a checksum: its place holds the pseudo-header's sum, and the bytes from `start` on are still to be added.
pub(crate) fn finish(frame: &mut [u8], start: usize, offset: usize) {
    let at = start + offset;
    if at + 2 > frame.len() {
        return;
    }
    // In TCP both forms of 0 are the same number.
    let checksum = packet::checksum::udp(packet::Sum::default().bytes(&frame[start..]).checksum());
    frame[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
}

/// What a frame's sender has left to its network card, as the header that stands before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfinished([u8; HEADER]);

impl Unfinished {
    pub(crate) fn of(bytes: [u8; HEADER]) -> Self {
        Self(bytes)
    }

    /// What a frame is that has lost what stood before it: its checksum of TCP or UDP is not finished if it is the pseudo header's sum. That is
    /// the case by chance in one of 65,536, too; then it is finished once more, which changes nothing of a right one.
    pub(crate) fn suspected(frame: &[u8]) -> Self {
        unfinished(frame).map_or(Self::default(), |(start, offset)| Self::checksum_at(start, offset))
    }

    /// What a frame is that is to be cut: its TCP starts at byte `transport`, the content at byte `content`, and each segment gets `size` bytes of it.
    pub(crate) fn segments(frame: &[u8], transport: usize, content: usize, size: u16) -> Self {
        let mut unfinished = Self::checksum_at(transport, TCP_CHECKSUM);
        unfinished.0[1] = if frame[network_at(frame)] >> 4 == 4 { TCP_V4 } else { TCP_V6 };
        unfinished.0[2..4].copy_from_slice(&(content as u16).to_ne_bytes());
        unfinished.0[4..6].copy_from_slice(&size.to_ne_bytes());
        unfinished
    }

    fn checksum_at(start: usize, offset: usize) -> Self {
        let mut bytes = [0; HEADER];
        bytes[0] = NEEDS_CHECKSUM;
        bytes[6..8].copy_from_slice(&(start as u16).to_ne_bytes());
        bytes[8..10].copy_from_slice(&(offset as u16).to_ne_bytes());
        Self(bytes)
    }

    /// What the header tells.
    pub(crate) fn read(self) -> Header {
        Header::read(&self.0)
    }

    /// The header for a frame that leaves. What else the receiving kernel knew of the frame is of no use to the sending one.
    pub(crate) fn header(self) -> [u8; HEADER] {
        let mut header = self.0;
        header[0] &= NEEDS_CHECKSUM;
        header
    }

    /// Where its unfinished checksum's bytes begin, and where in them the checksum lies; `None` if it is finished.
    pub fn checksum(self) -> Option<(usize, usize)> {
        self.read().checksum
    }

    /// Bytes of payload to which each segment is to be cut; `None` if the frame is whole.
    pub fn segment(self) -> Option<u16> {
        self.read().is_uncut.then(|| u16::from_ne_bytes([self.0[4], self.0[5]]))
    }

    /// The same of a frame whose first bytes have become so many more.
    pub(crate) fn moved(mut self, bytes: usize) -> Self {
        if let Some((start, _)) = self.checksum() {
            self.0[6..8].copy_from_slice(&((start + bytes) as u16).to_ne_bytes());
        }
        self
    }
}

/// Cuts a frame into those that were to leave, and gives each to `each`; returns whether it can be cut.
pub(crate) fn cut(frame: &[u8], header: &Header, each: impl FnMut(&[u8])) -> bool {
    let (Some(size), Some((transport, _))) = (header.segments, header.checksum) else { return false };
    packet::segment::cut(frame, network_at(frame), transport, size, each)
}

/// Where a frame's header of the network begins.
pub(crate) fn network_at(frame: &[u8]) -> usize {
    let is_tag = |at: usize| matches!(frame.get(at..at + 2), Some([0x81, 0] | [0x88, 0xa8]));
    14 + 4 * (0..).take_while(|tag| is_tag(12 + 4 * tag)).count()
}

/// Where the unfinished checksum's bytes begin, and where in them it lies, of a frame without options or extension headers.
fn unfinished(frame: &[u8]) -> Option<(usize, usize)> {
    let at = network_at(frame);
    let packet = frame.get(at..)?;
    let number = |at: usize| Some(usize::from(u16::from_be_bytes(packet.get(at..at + 2)?.try_into().ok()?)));
    let (protocol, header, length, addresses) = match packet.first()? {
        0x45 if number(6)? & 0x3fff == 0 => (*packet.get(9)?, 20, number(2)?.checked_sub(20)?, 12..20),
        0x60..=0x6f => (*packet.get(6)?, 40, number(4)?, 8..40),
        _ => return None,
    };
    let offset = match protocol {
        6 => TCP_CHECKSUM,
        17 => 6,
        _ => return None,
    };
    let sum = packet::Sum::default().pseudo_header(packet.get(addresses)?, &[], protocol, length).folded();
    (number(header + offset)? == usize::from(sum) && length >= offset + 2 && packet.len() >= header + length)
        .then_some((at + header, offset))
}

/// The tag that was taken off a frame, by its `struct tpacket_auxdata`: type and tag.
pub(crate) fn tag(auxiliary: &[u8]) -> Option<[u8; 4]> {
    let status = u32::from_ne_bytes(auxiliary.get(..4)?.try_into().ok()?);
    let number = |at: usize| Some(u16::from_ne_bytes(auxiliary.get(at..at + 2)?.try_into().ok()?));
    let (tag, kind) = (number(16)?, number(18)?);
    let kind = if status & VLAN_TPID_VALID != 0 { kind } else { VLAN };
    let [a, b] = kind.to_be_bytes();
    let [c, d] = tag.to_be_bytes();
    (status & VLAN_VALID != 0).then_some([a, b, c, d])
}

/// Puts a tag back behind both MACs of the frame of `length` bytes at the front of `room`. Returns its length then.
pub(crate) fn put_back(room: &mut [u8], length: usize, tag: [u8; 4]) -> usize {
    if length < 12 || length + 4 > room.len() {
        return length;
    }
    room.copy_within(12..length, 16);
    room[12..16].copy_from_slice(&tag);
    length + 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::{PacketBuilder, SlicedPacket, TransportSlice};

    /// A datagram whose checksum holds what Linux leaves there, the sum of the pseudo-header, and its finished checksum by etherparse.
    fn unfinished(payload: &[u8]) -> (Vec<u8>, u16) {
        let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64).udp(7, 9);
        let mut frame = vec![];
        builder.write(&mut frame, payload).unwrap();
        let finished = u16::from_be_bytes([frame[40], frame[41]]);
        let words = [0x0a00, 0x0001, 0x0a00, 0x0002, 17, 8 + payload.len() as u32];
        let sum: u32 = words.iter().sum();
        frame[40..42].copy_from_slice(&(((sum & 0xffff) + (sum >> 16)) as u16).to_be_bytes());
        (frame, finished)
    }

    #[test]
    fn a_checksum_is_finished_as_another_implementation_does() {
        for length in [0, 1, 2, 7, 100, 1401] {
            let payload: Vec<u8> = (0..length).map(|i| (i * 37 + 5) as u8).collect();
            let (mut frame, finished) = unfinished(&payload);
            finish(&mut frame, 34, 6);
            assert_eq!(u16::from_be_bytes([frame[40], frame[41]]), finished, "{length} bytes");
            let sliced = SlicedPacket::from_ethernet(&frame).unwrap();
            assert!(matches!(sliced.transport, Some(TransportSlice::Udp(udp)) if udp.checksum() == finished));
        }
    }

    #[test]
    fn a_checksum_outside_of_the_frame_changes_nothing() {
        let mut frame = [7; 20];
        finish(&mut frame, 30, 6);
        finish(&mut frame, 14, 5);
        assert_eq!(frame, [7; 20]);
    }

    #[test]
    fn a_header_tells_of_checksum_and_segments() {
        let mut bytes = [0; HEADER];
        assert_eq!(Header::read(&bytes), Header { is_uncut: false, segments: None, checksum: None });
        (bytes[0], bytes[1]) = (1, 0x84);
        bytes[4..6].copy_from_slice(&1448u16.to_ne_bytes());
        bytes[6..8].copy_from_slice(&34u16.to_ne_bytes());
        bytes[8..10].copy_from_slice(&16u16.to_ne_bytes());
        assert_eq!(Header::read(&bytes), Header { is_uncut: true, segments: Some(1448), checksum: Some((34, 16)) });
        let unfinished = Unfinished::of(bytes);
        assert_eq!((unfinished.checksum(), unfinished.segment()), (Some((34, 16)), Some(1448)));
        assert_eq!(unfinished.moved(4).checksum(), Some((38, 16)));
        bytes[..2].copy_from_slice(&[3, 3]);
        assert_eq!(Header::read(&bytes).segments, None, "a datagram");
        assert_eq!(Unfinished::of(bytes).header()[..2], [1, 3]);
    }

    #[test]
    fn a_tag_that_was_taken_off_is_put_back() {
        let mut auxiliary = [0; 20];
        assert_eq!(tag(&auxiliary), None);
        auxiliary[..4].copy_from_slice(&(VLAN_VALID | VLAN_TPID_VALID).to_ne_bytes());
        auxiliary[16..18].copy_from_slice(&0x2007u16.to_ne_bytes());
        auxiliary[18..20].copy_from_slice(&0x88a8u16.to_ne_bytes());
        assert_eq!(tag(&auxiliary), Some([0x88, 0xa8, 0x20, 0x07]));
        let mut room: Vec<u8> = (0..20).collect();
        assert_eq!(put_back(&mut room, 15, [1, 2, 3, 4]), 19);
        assert_eq!(room[10..19], [10, 11, 1, 2, 3, 4, 12, 13, 14]);
    }
}
