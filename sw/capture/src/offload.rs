//! What segmentation offload leaves in a capture that was taken on one of the hosts: packets before the adapter split them, or after it
//! joined them.

/// How to record without it.
pub(crate) const REMEDY: &str = "record with segmentation offload off: `ethtool -K IFACE tso off gso off gro off` at the capturing machine";

/// Whether a frame carries an IPv4 packet whose total length was left to the adapter: it is 0.
///
/// Every frame of a capture is asked. Traffic is a mixture of IPv4 and IPv6, which are told apart by arithmetic: a branch would be guessed wrong too
/// often.
#[inline]
pub(crate) fn is_unfinished(frame: &[u8]) -> bool {
    let word = |at: usize| frame.get(at..at + 2).map_or(0, |word| u16::from_be_bytes([word[0], word[1]]));
    let mut at = 12;
    while matches!(word(at), 0x8100 | 0x88a8) {
        at += 4;
    }
    let Some(head) = frame.get(at..at + 6) else { return false };
    (head[0] == 0x08) & (head[1] == 0x00) & (head[2] & 0xf0 == 0x40) & (head[4] | head[5] == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_packet_without_total_length_is_told_behind_any_tags(
            tags in prop::collection::vec(prop::sample::select(vec![0x8100u16, 0x88a8, 0x9100]), 0..5),
            ether_type in prop::sample::select(vec![0x0800u16, 0x86dd, 0x0806]),
            rest in prop::collection::vec(prop::sample::select(vec![0u8, 0x45, 0x4f, 0x60, 0xff]), 0..20),
            length in 0..60usize,
        ) {
            let tagged = tags.iter().flat_map(|tag| [tag.to_be_bytes(), [0, 7]]).chain([ether_type.to_be_bytes()]).flatten();
            let frame: Vec<u8> = [0xee; 12].into_iter().chain(tagged).chain(rest.clone()).take(length).collect();
            let v4 = !tags.contains(&0x9100) && ether_type == 0x0800;
            let is_whole = rest.len() >= 4 && length >= 12 + 4 * tags.len() + 6;
            prop_assert_eq!(is_unfinished(&frame), v4 && is_whole && rest[0] >> 4 == 4 && rest[2..4] == [0, 0], "{:02x?}", frame);
        }
    }
}
