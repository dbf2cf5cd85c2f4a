//! Segments of TCP that follow each other, joined into a long one: what [`segment::cut`] makes of the whole is what came, byte for byte.
//!
//! It is what a kernel calls GRO: the long segment takes one way through a network stack where its parts take one each.

use crate::Sum;
use crate::segment::{self, TCP, long, put, word};

/// Bytes of an IP packet at most.
const LONGEST: usize = 0xffff;
/// Where TCP's checksum lies in its header.
const CHECKSUM: usize = 16;
/// The only flags of a segment that is joined: ACK, and PSH, which ends the whole.
const ACK: u8 = 0x10;
const PSH: u8 = 0x08;

/// A frame with a segment of TCP, and those that have followed it.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    frame: Vec<u8>,
    first: Option<Parts>,
    segments: usize,
    /// Number of the byte that comes next.
    next: u32,
    /// Identification of the IPv4 packet that comes next.
    number: u16,
    is_over: bool,
}

/// Several segments in one frame. The checksum of TCP is not finished: in its place is the pseudo header's sum, not complemented.
#[derive(Debug, PartialEq, Eq)]
pub struct Whole<'f> {
    /// The frame.
    pub frame: &'f mut [u8],
    /// The byte at which TCP starts.
    pub transport: usize,
    /// The byte at which its content starts.
    pub content: usize,
    /// Bytes of content that each of its segments has, the last one perhaps less.
    pub size: usize,
}

/// Where the parts of a frame are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts {
    network: usize,
    transport: usize,
    content: usize,
    /// Bytes of its content.
    size: usize,
}

impl Joined {
    /// Takes a frame whose IP starts at byte `network`, if it follows what was taken, or can be followed and is the first. `unfinished`: its checksum
    /// of TCP holds the pseudo header's sum. A frame whose checksums are wrong is not taken, so that its receiver sees that they are.
    pub fn add(&mut self, frame: &[u8], network: usize, unfinished: bool) -> bool {
        let Some(parts) = Parts::of(frame, network) else { return false };
        let follows = match self.first {
            None => true,
            Some(first) => !self.is_over && self.is_followed_by(frame, first, parts),
        };
        if !follows || !is_right(frame, parts, unfinished) {
            return false;
        }
        match self.first {
            None => {
                self.first = Some(parts);
                self.frame.extend_from_slice(frame);
            }
            Some(_) => self.frame.extend_from_slice(&frame[parts.content..]),
        }
        self.segments += 1;
        self.next = long(frame, parts.transport + 4).wrapping_add(parts.size as u32);
        self.number = word(frame, network + 4).wrapping_add(1);
        let flags = frame[parts.transport + 13];
        self.frame[parts.transport + 13] = flags;
        self.is_over = flags & PSH != 0 || self.first.is_some_and(|first| parts.size < first.size);
        true
    }

    fn is_followed_by(&self, frame: &[u8], first: Parts, parts: Parts) -> bool {
        let Parts { network, transport, content, .. } = first;
        let same = |range: std::ops::Range<usize>| self.frame[range.clone()] == frame[range];
        let ip = if self.frame[network] >> 4 == 4 {
            // All but the length, the identification and the checksum.
            same(network..network + 2)
                && same(network + 6..network + 10)
                && same(network + 12..transport)
                && word(frame, network + 4) == self.number
        } else {
            same(network..network + 4) && same(network + 6..transport)
        };
        let tcp = || {
            // Ports; acknowledgement and length of the header; window; urgent pointer and options.
            same(transport..transport + 4)
                && same(transport + 8..transport + 13)
                && same(transport + 14..transport + 16)
                && same(transport + 18..content)
                && long(frame, transport + 4) == self.next
        };
        (parts.network, parts.transport, parts.content) == (network, transport, content)
            && parts.size <= first.size
            && self.frame.len() - network + parts.size <= LONGEST
            && same(0..network)
            && ip
            && tcp()
    }

    /// How many frames were taken.
    pub fn segments(&self) -> usize {
        self.segments
    }

    /// Whether nothing can follow any more.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// The only frame that was taken, as it was.
    pub fn single(&mut self) -> Option<&mut [u8]> {
        (self.segments == 1).then_some(&mut self.frame[..])
    }

    /// All that were taken, if they are several.
    pub fn whole(&mut self) -> Option<Whole<'_>> {
        let Parts { network, transport, content, size } = self.first.filter(|_| self.segments > 1)?;
        let frame = &mut self.frame[..];
        let length = frame.len() - network;
        if frame[network] >> 4 == 4 {
            put(frame, network + 2, length as u16);
            put(frame, network + 10, 0);
            let checksum = Sum::default().bytes(&frame[network..transport]).checksum();
            put(frame, network + 10, checksum);
        } else {
            put(frame, network + 4, (length - 40) as u16);
        }
        let sum = pseudo_header(frame, network, transport, frame.len() - transport).folded();
        put(frame, transport + CHECKSUM, sum);
        Some(Whole { frame, transport, content, size })
    }

    /// Forgets what was taken.
    pub fn clear(&mut self) {
        self.frame.clear();
        (self.first, self.segments, self.is_over) = (None, 0, false);
    }
}

impl Parts {
    /// Those of a frame that others can follow or that can follow another: content of TCP, behind a plain header of IP, and nothing else.
    fn of(frame: &[u8], network: usize) -> Option<Self> {
        let packet = frame.get(network..)?;
        let (header, length) = match packet.first()? {
            0x45 if packet.len() >= 20 && packet[9] == TCP && word(packet, 6) & 0x3fff == 0 => (20, usize::from(word(packet, 2))),
            0x60..=0x6f if packet.len() >= 40 && packet[6] == TCP => (40, 40 + usize::from(word(packet, 4))),
            _ => return None,
        };
        let transport = network + header;
        let tcp = frame.get(transport..transport + 20)?;
        let content = transport + usize::from(tcp[12] >> 4) * 4;
        let is_plain =
            tcp[12] & 0xf == 0 && tcp[13] & !PSH == ACK && length == packet.len() && content >= transport + 20 && content < frame.len();
        is_plain.then(|| Self { network, transport, content, size: frame.len() - content })
    }
}

/// Whether the checksums are right, or what is to stand in their place.
fn is_right(frame: &[u8], parts: Parts, unfinished: bool) -> bool {
    let Parts { network, transport, .. } = parts;
    if frame[network] >> 4 == 4 && Sum::default().bytes(&frame[network..transport]).folded() != 0xffff {
        return false;
    }
    let sum = pseudo_header(frame, network, transport, frame.len() - transport);
    if unfinished {
        return sum.folded() == word(frame, transport + CHECKSUM);
    }
    sum.bytes(&frame[transport..]).folded() == 0xffff
}

fn pseudo_header(frame: &[u8], network: usize, transport: usize, length: usize) -> Sum {
    let addresses = segment::addresses(frame, network);
    debug_assert!(addresses.end <= transport);
    Sum::default().bytes(&frame[addresses]).word(TCP.into()).word(length as u16)
}
