//! A third witness beside model and RTL: the hash's authors.

use crate::{SEED, agreed};
use contract::row::GroupMac;
use driver::script;
use sim::{Batch, Design, Source};
use testbench::generate::{random_tables, rng};
use testbench::scoreboard::Bench;

/// Row 18 of the published HalfSipHash-2-4 vectors: key 00 01 .. 07, message 00 01 .. 11, output bytes 46 5b 8d 9b.
const PUBLISHED: u32 = u32::from_le_bytes([0x46, 0x5b, 0x8d, 0x9b]);

/// A UDP packet over IPv6 whose source endpoint, 18 bytes, is the vector's message: address 0001:0203:..:0e0f, port 0x1011.
fn frame(destination: [u8; 6]) -> Vec<u8> {
    let mut frame = [&destination[..], &[2, 0, 0, 0, 0, 1, 0x86, 0xdd]].concat();
    frame.extend([0x60, 0, 0, 0, 0, 8, 17, 64]);
    frame.extend(0..16);
    frame.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    frame.extend([0x10, 0x11, 0, 53, 0, 8, 0, 0]);
    frame
}

#[test]
fn the_hardware_hashes_as_the_authors_published() {
    for design in [Design::Core512, Design::Core256] {
        let mut tables = random_tables(&mut rng(SEED, 8), design.groups());
        let mac = [2, 0, 0, 0, 0, 0xfe];
        tables.enabled = true;
        tables.group_macs[0] = GroupMac { mac, enabled: true };
        tables.rules = Default::default();
        tables.groups[0].row.key = [0, 1, 2, 3, 4, 5, 6, 7];
        let mut bench = Bench::new(design);
        agreed(bench.apply(&script::upload(&tables)));
        let sources = vec![Source { frames: [frame(mac)].into_iter().collect(), ..Source::default() }];
        let run_log = agreed(bench.run(&Batch { sources, ..Batch::default() })).run_log;
        let decision = &run_log.decisions[0][0];
        assert_eq!(decision.key, std::array::from_fn(|byte| byte as u8), "{design:?}");
        assert_eq!(decision.hash, PUBLISHED, "{design:?}");
    }
}
