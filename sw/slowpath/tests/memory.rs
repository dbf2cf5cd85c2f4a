//! What the fragment handler costs at its default bounds, all of them met by attackers. Alone in its process: it looks at the process's memory.

mod common;

use common::{Rig, fragment, packet};
use slowpath::{Bounds, Fate};

/// Bytes of memory that the process has in use.
fn resident() -> usize {
    let pages: usize = std::fs::read_to_string("/proc/self/statm").unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[test]
fn a_flood_of_the_smallest_and_of_the_longest_fragments_takes_at_most_200_mib() {
    let small = fragment(&packet(false, false, [40_000, 443], 100), 1, 8..16, true);
    let long = fragment(&packet(false, false, [40_000, 443], 4000), 1, 1480..2960, true);
    let mut rig = Rig::new();
    let before = resident();
    let mut most = 0;
    for (frame, count) in [(small, 720_000_u32), (long, 60_000)] {
        let mut frame = frame;
        for number in 0..count {
            // Ten fragments of each datagram, and each datagram of another source.
            frame[26..30].copy_from_slice(&(number / 10).wrapping_mul(0x9e37_79b9).to_be_bytes());
            let offset = u16::from_be_bytes([frame[20], frame[21]]) & 0xe000 | (1 + number as u16 % 10 * 200);
            frame[20..22].copy_from_slice(&offset.to_be_bytes());
            assert_eq!(rig.take(0, &frame), []);
        }
        most = most.max(resident().saturating_sub(before));
    }
    let counters = rig.slow.counters();
    assert!(counters.of(Fate::BytesBound) > 0 && counters.of(Fate::DatagramsBound) > 0, "{counters:?}");
    assert!(rig.slow.fragments().bytes() > Bounds::default().bytes * 9 / 10);
    println!("{} MiB", most >> 20);
    assert!(most < 200 << 20, "{} MiB", most >> 20);
}
