//! What segmentation offload leaves in a capture that was taken on one of the hosts: packets before the adapter split them, or after it
//! joined them.

/// How to record without it.
pub(crate) const REMEDY: &str = "record with segmentation offload off: `ethtool -K IFACE tso off gso off gro off` at the capturing machine";

/// Bytes in which an IPv4 packet's total length lies behind at most two VLAN tags.
const HEAD: usize = 26;

/// Whether a frame carries an IPv4 packet whose total length was left to the adapter: it is 0.
///
/// Every frame of a capture is asked. Traffic is a mixture, so the usual shapes are told by arithmetic: a branch would be guessed wrong too often.
#[inline]
pub(crate) fn is_unfinished(frame: &[u8]) -> bool {
    let Some(head) = frame.first_chunk::<HEAD>() else { return behind_tags(frame) };
    let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
    let tag = |at: usize| 4 * usize::from((word(at) == 0x8100) | (word(at) == 0x88a8));
    let one = 12 + tag(12);
    let at = one + tag(one);
    if tag(at) > 0 {
        return behind_tags(frame);
    }
    (word(at) == 0x0800) & (head[at + 2] & 0xf0 == 0x40) & (word(at + 4) == 0)
}

/// The same for a frame of any length with any number of tags.
#[cold]
fn behind_tags(frame: &[u8]) -> bool {
    let mut at = 12;
    while let Some(&[0x81, 0x00] | &[0x88, 0xa8]) = frame.get(at..at + 2) {
        at += 4;
    }
    matches!(frame.get(at..at + 6), Some([0x08, 0x00, 0x40..=0x4f, _, 0, 0]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_usual_shapes_are_told_as_all_others_are(
            tags in prop::collection::vec(prop::sample::select(vec![0x8100u16, 0x88a8, 0x9100]), 0..5),
            ether_type in prop::sample::select(vec![0x0800u16, 0x86dd, 0x0806]),
            rest in prop::collection::vec(prop::sample::select(vec![0u8, 0x45, 0x4f, 0x60, 0xff]), 0..20),
            length in 0..60usize,
        ) {
            let tagged = tags.iter().flat_map(|tag| [tag.to_be_bytes(), [0, 7]]).chain([ether_type.to_be_bytes()]).flatten();
            let frame: Vec<u8> = [0xee; 12].into_iter().chain(tagged).chain(rest).take(length).collect();
            prop_assert_eq!(is_unfinished(&frame), behind_tags(&frame), "{:02x?}", frame);
        }
    }
}
