//! A TCP segment that is longer than a link takes, cut into those that are sent: as a network card does for a kernel.

use crate::Sum;

/// Flags that only the last segment has: FIN and PSH.
const LAST: u8 = 0x09;
/// The flag that only the first segment has: CWR. Source: RFC 3168, section 6.1.2.
const FIRST: u8 = 0x80;
pub(crate) const TCP: u8 = 6;

/// Cuts a frame's segment of TCP into segments with at most `size` bytes of content, and gives each to `each`, with its lengths, numbers and
/// checksums right. `network` is the byte at which IP starts, `transport` that of TCP. Returns whether there was one to cut.
pub fn cut(frame: &[u8], network: usize, transport: usize, size: usize, mut each: impl FnMut(&[u8])) -> bool {
    let Some((header, content)) = parts(frame, network, transport).filter(|_| size > 0) else { return false };
    let v4 = frame[network] >> 4 == 4;
    let addresses = addresses(frame, network);
    let (number, sequence) = (word(frame, network + 4), long(frame, transport + 4));
    let count = content.len().div_ceil(size);
    let mut segment = Vec::with_capacity(header.len() + size);
    for (place, chunk) in content.chunks(size).enumerate() {
        segment.clear();
        segment.extend_from_slice(header);
        segment.extend_from_slice(chunk);
        let length = segment.len() - network;
        if v4 {
            put(&mut segment, network + 2, length as u16);
            put(&mut segment, network + 4, number.wrapping_add(place as u16));
            put(&mut segment, network + 10, 0);
            let checksum = Sum::default().bytes(&segment[network..transport]).checksum();
            put(&mut segment, network + 10, checksum);
        } else {
            put(&mut segment, network + 4, (length - 40) as u16);
        }
        let at = sequence.wrapping_add((place * size) as u32);
        segment[transport + 4..transport + 8].copy_from_slice(&at.to_be_bytes());
        let flags = &mut segment[transport + 13];
        *flags &= if place + 1 < count { !LAST } else { 0xff } & if place > 0 { !FIRST } else { 0xff };
        put(&mut segment, transport + 16, 0);
        let pseudo = Sum::default().bytes(&segment[addresses.clone()]).word(TCP.into()).word((segment.len() - transport) as u16);
        let checksum = pseudo.bytes(&segment[transport..]).checksum();
        put(&mut segment, transport + 16, checksum);
        each(&segment);
    }
    true
}

/// Headers and content of a frame with a segment of TCP.
fn parts(frame: &[u8], network: usize, transport: usize) -> Option<(&[u8], &[u8])> {
    let headers = match frame.get(network)? >> 4 {
        4 => 20,
        6 => 40,
        _ => return None,
    };
    let data = usize::from(*frame.get(transport + 12)? >> 4) * 4;
    (transport >= network + headers && data >= 20).then_some(())?;
    frame.split_at_checked(transport + data)
}

/// Where both addresses of the packet are whose header starts at byte `network`.
pub(crate) fn addresses(frame: &[u8], network: usize) -> std::ops::Range<usize> {
    if frame[network] >> 4 == 4 { network + 12..network + 20 } else { network + 8..network + 40 }
}

pub(crate) fn word(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

pub(crate) fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

pub(crate) fn put(bytes: &mut [u8], at: usize, word: u16) {
    bytes[at..at + 2].copy_from_slice(&word.to_be_bytes());
}
