//! The register port: every access is answered as the map says, with or without traffic.

use crate::faults::{bench_of, patched};
use crate::{SEED, agreed};
use contract::code::Reason;
use contract::field::Reset;
use contract::limits::REGISTER_WINDOW;
use contract::register::{self, COMMIT, COUNTER_DATA, COUNTER_INDEX, COUNTER_REASON, COUNTER_WORDS, IDENTITY, MAP, Register};
use driver::script;
use rand::{Rng as _, RngExt};
use sim::{Action, Batch, Design, RegisterAccess, Source, When};
use testbench::generate::{Rng, random_tables, rng};
use testbench::measure::{straight_through, udp};
use testbench::scoreboard::{Bench, Mismatch};

/// Reads that give a commit on an idle card time to complete.
const COMMIT_READS: usize = 30;

/// Makes so many accesses at random, with and without pauses between the channels.
pub(crate) fn make_random_accesses(bench: &mut Bench, rng: &mut Rng, count: usize) -> Result<(), Mismatch> {
    // What reset keeps is known once it is written: twice, for two banks.
    for _ in 0..2 {
        bench.apply(&script::upload(&random_tables(rng, bench.sim.design().groups())))?;
    }
    for scramble in [None, Some(rng.next_u64())] {
        let script: Vec<RegisterAccess> = (0..count).flat_map(|_| random_access(rng)).collect();
        let accesses = script.len();
        let checked = bench.run(&Batch { script, scramble, budget: 4_000_000, ..Batch::default() })?;
        let refused = checked.run_log.accesses.iter().filter(|access| access.response.is_err()).count();
        assert!(accesses / 10 < refused && refused < accesses * 9 / 10, "both kinds of answer were to occur: {refused} of {accesses}");
    }
    bench.compare_counters()
}

/// Reads every register whose value after reset the map tells, and finds every reserved address refused.
pub(crate) fn read_all(bench: &mut Bench) -> Result<(), Mismatch> {
    let kept = |register: &&Register| register.fields.iter().any(|field| field.reset == Reset::Kept);
    for register in MAP.iter().filter(|register| !kept(register)) {
        (0..register.count as usize).try_for_each(|index| bench.read(register.at(index)).map(drop))?;
    }
    for reserved in (0..REGISTER_WINDOW).step_by(4).filter(|address| register::decode(*address).is_none()) {
        bench.read(reserved)?;
        bench.write(reserved, 0xffff_ffff)?;
    }
    Ok(())
}

fn random_access(rng: &mut Rng) -> Vec<RegisterAccess> {
    let register = MAP[rng.random_range(0..MAP.len())];
    let named = register.at(rng.random_range(0..register.count as usize));
    let address = if rng.random_bool(0.85) { named } else { rng.random_range(0..REGISTER_WINDOW) };
    // Small numbers name things that exist, large ones mostly what does not.
    let data = if rng.random() {
        rng.random_range(0..600)
    } else {
        rng.random::<u32>() & [0x8000_ffff, u32::MAX][usize::from(rng.random::<bool>())]
    };
    let strobe = if rng.random_bool(0.9) { 0xf } else { rng.random_range(0..16) };
    let action = if rng.random() { Action::Read { address } } else { Action::Write { address, data, strobe } };
    let mut accesses = vec![RegisterAccess { when: When::Now, action }];
    if address == COMMIT.at(0) {
        accesses.extend([RegisterAccess::read(When::Now, IDENTITY.at(0)); COMMIT_READS]);
    }
    accesses
}

#[test]
fn any_sequence_of_accesses_is_answered_as_the_map_says() {
    for design in Design::ALL {
        agreed(make_random_accesses(&mut Bench::new(design), &mut rng(SEED, 2), 4000));
    }
}

#[test]
fn every_register_reads_after_reset_as_the_map_says() {
    for design in Design::ALL {
        agreed(read_all(&mut Bench::new(design)));
    }
}

#[test]
fn counters_are_read_of_one_instant_while_traffic_flows() {
    const SIZE: usize = 300;
    const MANAGER: u32 = 1;
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        agreed(bench.apply(&script::upload(&straight_through(design))));
        let frames = (0..6000).map(|number| udp(SIZE, number, 0)).collect();
        let read = |_| {
            let index = RegisterAccess::write(When::Now, COUNTER_INDEX.at(0), MANAGER * COUNTER_WORDS);
            [index].into_iter().chain([RegisterAccess::read(When::Now, COUNTER_DATA.at(0)); COUNTER_WORDS as usize])
        };
        let script: Vec<RegisterAccess> = (0..400).flat_map(read).collect();
        let batch = Batch { sources: vec![Source { frames, ..Source::default() }], script, ..Batch::default() };
        let checked = agreed(bench.run(&batch));
        let words: Vec<u32> = checked.run_log.accesses.iter().map(|access| access.response.unwrap()).collect();
        let counts: Vec<(u64, u64)> = words.chunks_exact(5).map(|read| (wide(read[1], read[2]), wide(read[3], read[4]))).collect();
        assert!(
            counts.iter().all(|(frames, bytes)| *bytes == frames * SIZE as u64),
            "{design:?}: frames and bytes of two instants: {counts:?}"
        );
        assert!(
            counts.is_sorted() && counts.iter().filter(|(frames, _)| (1..6000).contains(frames)).count() > 100,
            "{design:?}: reads were to meet traffic"
        );
    }
}

fn wide(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// No simulated traffic brings an honest counter to bit 32 soon. So every frame is made to count as 65,535 bytes, in the hardware's text: then
/// a few hundred thousand do, four times.
#[test]
fn byte_counters_carry_into_their_upper_word() {
    const FRAMES: u64 = 270_000;
    let verilog = patched(Design::Core512, "egress", "count_bytes = length_d1_q;", "count_bytes = 16'hffff;");
    let mut bench = bench_of(Design::Core512, &verilog);
    // Every frame is counted for its manager and under its reason.
    agreed(bench.apply(&script::upload(&straight_through(Design::Core512))));
    let frames = (0..FRAMES as usize).map(|number| udp(60, number, 0)).collect();
    bench.sim.run(&Batch { sources: vec![Source { frames, ..Source::default() }], ..Batch::default() });
    for counter in [1, COUNTER_REASON + u32::from(Reason::SourceSide.code())] {
        bench.sim.write(COUNTER_INDEX.at(0), counter * COUNTER_WORDS).unwrap();
        let [frames, frames_high, bytes, bytes_high] = std::array::from_fn(|_| bench.sim.read(COUNTER_DATA.at(0)).unwrap());
        assert_eq!((wide(frames, frames_high), wide(bytes, bytes_high)), (FRAMES, FRAMES * 0xffff), "counter {counter}");
        assert!(bytes_high >= 4, "the lower half was to carry four times");
    }
}
