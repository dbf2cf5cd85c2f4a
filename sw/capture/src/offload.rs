//! What segmentation offload leaves in a capture that was taken on one of the hosts: packets before the adapter split them, or after it
//! joined them.

/// How to record without it.
pub(crate) const REMEDY: &str = "record with segmentation offload off: `ethtool -K IFACE tso off gso off gro off` at the capturing machine";

/// Whether a frame carries an IPv4 packet whose total length was left to the adapter: it is 0.
#[inline]
pub(crate) fn is_unfinished(frame: &[u8]) -> bool {
    let mut at = 12;
    while let Some(&[0x81, 0x00] | &[0x88, 0xa8]) = frame.get(at..at + 2) {
        at += 4;
    }
    matches!(frame.get(at..at + 6), Some([0x08, 0x00, 0x40..=0x4f, _, 0, 0]))
}
