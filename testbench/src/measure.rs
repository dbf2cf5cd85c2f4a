//! How many clocks frames take: by size, against the beats that they must take at least.

use crate::scoreboard::{Bench, Mismatch};
use contract::limits::{BUCKETS, GROUP_MACS, MANAGERS, PORTS, RULES};
use contract::row::{GroupMac, GroupRow, Neighbours, RuleRow};
use control::Tables;
use driver::script;
use model::entry_table::Group;
use model::manager_table::Manager;
use sim::{Batch, Design, Frames, Source};

/// The address that measured frames are sent to.
const GROUP_MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];
/// UDP ports of frames that go to group 1; all others go to group 0.
const OTHER_GROUP: u16 = 2000;

/// Clocks of a run of equal frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Bytes of each frame.
    pub size: usize,
    /// Frames.
    pub frames: usize,
    /// Beats that they take: the least clocks.
    pub beats: u64,
    /// Clocks in which they were accepted, all sources alike or the slowest.
    pub accepted: u64,
    /// Clocks in which they left, first beat to last.
    pub left: u64,
}

/// Tables by which every source's frames are sent to managers at a port of their own, so that nothing but the card limits them.
pub fn straight_through(design: Design) -> Tables {
    let mut managers = [Manager::default(); MANAGERS + 1];
    managers[1] = Manager { mac: [2, 0, 0, 0, 1, 1], egress: 1, enabled: true };
    managers[2] = Manager { mac: [2, 0, 0, 0, 1, 2], egress: 0, enabled: true };
    let mut groups = vec![Group::default(); design.groups()];
    for (group, manager) in groups.iter_mut().zip([1, 2]) {
        *group = Group { row: GroupRow { key: *b"measures", designated: manager, equal_ports_hash: false }, entries: [manager; BUCKETS] };
    }
    let mut rules = [RuleRow::default(); RULES];
    rules[0] = RuleRow { lowest: OTHER_GROUP, highest: OTHER_GROUP, protocol: None, group: 1, key_on_peer: false, in_use: true };
    let mut group_macs = [GroupMac::default(); GROUP_MACS];
    group_macs[0] = GroupMac { mac: GROUP_MAC, enabled: true };
    Tables { enabled: true, group_macs, neighbours: Neighbours::Bridge, port_pairs: [1, 0], managers, groups, rules }
}

/// A UDP packet of `size` bytes, its payload told by `number`, for group 0 or 1.
///
/// # Panics
/// If it is too short for Ethernet, IPv4 and UDP headers: 42 bytes.
pub fn udp(size: usize, number: usize, group: usize) -> Vec<u8> {
    assert!(size >= 42, "no UDP packet is so short");
    let mut frame = [&GROUP_MAC[..], &[2, 0, 0, 0, 0, 9, 8, 0, 0x45, 0]].concat();
    frame.extend((size as u16 - 14).to_be_bytes());
    frame.extend([0, 0, 0x40, 0, 64, 17, 0, 0, 10, 0, (number >> 8) as u8, number as u8, 10, 1, 0, 1]);
    frame.extend([1000, [80, OTHER_GROUP][group]].map(u16::to_be_bytes).concat());
    frame.extend([(size as u16 - 34).to_be_bytes(), [0, 0]].concat());
    frame.extend((42..size).map(|at| (at + number) as u8));
    frame
}

/// An ARP frame of 60 bytes, told by `number`: the host's.
pub fn arp(number: usize) -> Vec<u8> {
    let mut frame = udp(60, number, 0);
    frame[12..14].copy_from_slice(&[8, 6]);
    frame
}

/// Sends `frames` frames of each size without a pause, one size after the other in one run, and returns how long each size took.
///
/// # Errors
/// If hardware and model differ.
pub fn passes(bench: &mut Bench, sizes: &[usize], frames: usize) -> Result<Vec<Pass>, Mismatch> {
    let design = bench.sim.design();
    bench.apply(&script::upload(&straight_through(design)))?;
    let source = |group| {
        let every = sizes.iter().flat_map(|size| (0..frames).map(move |number| udp(*size, number, group)));
        Source { frames: every.collect::<Frames>(), ..Source::default() }
    };
    let sources = (0..design.sources()).map(source).collect();
    let budget = 100_000 + sizes.iter().map(|size| (size / design.data_bytes() + 2) * frames * 4).sum::<usize>() as u64;
    let run_log = bench.run(&Batch { sources, budget, ..Batch::default() })?.run_log;
    let passes = sizes.iter().enumerate().map(|(place, size)| {
        let (first, last) = (place * frames, place * frames + frames - 1);
        let each = (0..design.sources()).map(|source| {
            let (input, output) = (&run_log.sources[source], &run_log.sinks[sink_of(design, source)]);
            Pass {
                size: *size,
                frames,
                beats: (size.div_ceil(design.data_bytes()) * frames) as u64,
                accepted: input.last[last] - input.first[first] + 1,
                left: output.get(last).last - output.get(first).first + 1,
            }
        });
        let slower = |one: Pass, other: Pass| Pass { accepted: one.accepted.max(other.accepted), left: one.left.max(other.left), ..one };
        each.reduce(slower)
    });
    Ok(passes.flatten().collect())
}

/// Sends one frame of each size, each when the card is empty, and returns how many clocks lie between its first beat in and its first beat out.
///
/// # Errors
/// If hardware and model differ.
pub fn latencies(bench: &mut Bench, sizes: &[usize]) -> Result<Vec<u64>, Mismatch> {
    let design = bench.sim.design();
    bench.apply(&script::upload(&straight_through(design)))?;
    let latency = |size: &usize| {
        let frames = Frames::from_iter([udp(*size, 0, 0)]);
        let run_log = bench.run(&Batch { sources: vec![Source { frames, ..Source::default() }], ..Batch::default() })?.run_log;
        Ok(run_log.sinks[sink_of(design, 0)].get(0).first - run_log.sources[0].first[0])
    };
    sizes.iter().map(latency).collect()
}

/// Where the measured frames of a source leave: a core has one sink, and a distributor's sources leave by each other's port.
fn sink_of(design: Design, source: usize) -> usize {
    if design.is_core() { 0 } else { (source + 1) % PORTS }
}

const _: () = assert!(PORTS == 2, "`straight_through` has one group and one manager for each port");
