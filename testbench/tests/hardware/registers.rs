//! The register port: every access is answered as the map says, with or without traffic.

use crate::faults::{bench_of, patched};
use crate::{SEED, agreed};
use contract::code::{Reason, Verdict};
use contract::field::Reset;
use contract::limits::{MANAGERS, PORTS, REGISTER_WINDOW};
use contract::register::{
    self, COMMIT, COUNTER_DATA, COUNTER_HOST_LOST, COUNTER_INDEX, COUNTER_REASON, COUNTER_WORDS, COUNTERS, ENTRY_DATA, ENTRY_INDEX,
    ENTRY_WORDS, IDENTITY, MANAGER_DATA, MANAGER_INDEX, MANAGER_WORDS, MAP, Register, STATUS,
};
use driver::script;
use rand::{Rng as _, RngExt};
use sim::{Action, Batch, Design, Pace, RegisterAccess, Sim, Source, When};
use testbench::generate::{Rng, random_tables, rng};
use testbench::measure::{arp, latencies, straight_through, udp};
use testbench::scoreboard::{Bench, Mismatch, Stage};

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

/// Reads past the last word of every table that an index names: the first word follows.
pub(crate) fn read_past_the_last_words(bench: &mut Bench) -> Result<(), Mismatch> {
    let entries = bench.sim.design().groups() as u32 * ENTRY_WORDS;
    let managers = (MANAGERS as u32 + 1) * MANAGER_WORDS;
    for (index, data, words) in [
        (ENTRY_INDEX, ENTRY_DATA, entries),
        (MANAGER_INDEX, MANAGER_DATA, managers),
        (COUNTER_INDEX, COUNTER_DATA, COUNTERS * COUNTER_WORDS),
    ] {
        bench.write(index.at(0), words - 1)?;
        for following in 0..2 {
            bench.read(data.at(0))?;
            let read = bench.read(index.at(0))?;
            assert_eq!(read, following, "{} after the word {} before it", index.name, words - 1);
        }
    }
    Ok(())
}

/// Asks after a commit whether it is complete, of each further commit one clock later: none may be while a frame that saw the old bank can be on
/// its way.
pub(crate) fn commit_outlasts_the_frames_that_it_met(bench: &mut Bench) -> Result<(), Mismatch> {
    let under_way = latencies(bench, &[1518])?[0];
    let mut busy_for = 0;
    for later in 0..2 * under_way {
        let mut run = |access, quiet| bench.sim.run(&Batch { script: vec![access], quiet, ..Batch::default() }).accesses[0];
        let commit = run(RegisterAccess::write(When::Now, COMMIT.at(0), 1), later);
        let status = run(RegisterAccess::read(When::Now, STATUS.at(0)), 2 * under_way);
        assert_eq!(commit.response, Ok(0));
        if status.response == Ok(1) {
            busy_for = status.finished - commit.finished;
        }
    }
    if busy_for < under_way {
        let seen = format!("STATUS shows no commit {busy_for} clocks after it");
        return Err(Mismatch::at(Stage::Register, format!("a commit lasts as long as a frame, {under_way} clocks"), seen));
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

#[test]
fn an_index_begins_again_after_the_last_word() {
    for design in Design::ALL {
        agreed(read_past_the_last_words(&mut Bench::new(design)));
    }
}

#[test]
fn a_commit_is_busy_until_the_frames_that_it_met_have_left() {
    for design in Design::ALL {
        agreed(commit_outlasts_the_frames_that_it_met(&mut Bench::new(design)));
    }
}

/// The frames and bytes of a counter, as the hardware has them.
fn counted(sim: &mut Sim, counter: u32) -> (u64, u64) {
    sim.write(COUNTER_INDEX.at(0), counter * COUNTER_WORDS).unwrap();
    let [frames, frames_high, bytes, bytes_high] = std::array::from_fn(|_| sim.read(COUNTER_DATA.at(0)).unwrap());
    (wide(frames, frames_high), wide(bytes, bytes_high))
}

/// No simulated traffic brings an honest counter to bit 32 soon. So every frame is made to count as 65,535 frames of a byte, in the hardware's text:
/// then a few hundred thousand do, four times.
pub(crate) fn carry_into_upper_words(design: Design, verilog: &str) {
    const FRAMES: usize = 270_000;
    let verilog = patched(verilog, "egress", "count_bytes = length_d1_q;", "count_bytes = 16'hffff;");
    let verilog = patched(&verilog, "counters", "losses_bytes = drop_d1_q_bytes;", "losses_bytes = 16'hffff;");
    let verilog = verilog.replace("localparam [32:0] one = 33'h1;", "localparam [32:0] one = 33'hffff;");
    let mut bench = bench_of(design, &verilog);
    agreed(bench.apply(&script::upload(&straight_through(design))));
    let mut run = |frame: fn(usize) -> Vec<u8>| {
        let source = Source { frames: (0..FRAMES).map(frame).collect(), ..Source::default() };
        // The host is never ready: of the frames that are for it, all but a queue are lost.
        let sinks = (0..design.sinks()).map(|sink| if sink < PORTS { Pace::Always } else { Pace::NEVER });
        let run_log =
            bench.sim.run(&Batch { sources: vec![source], sinks: sinks.collect(), budget: 4 * FRAMES as u64, ..Batch::default() });
        run_log.lost[0].len()
    };
    let mut expected = vec![];
    run(|number| udp(60, number, 0));
    // Every frame is counted for its manager and under its reason.
    expected.extend([1, COUNTER_REASON + u32::from(Reason::SourceSide.code())].map(|counter| (counter, FRAMES)));
    if design.sinks() > PORTS {
        let lost = run(arp);
        expected.push((COUNTER_HOST_LOST + u32::from(Verdict::Control.code()), lost));
    }
    for (counter, frames) in expected {
        let many = frames as u64 * 0xffff;
        assert!(many >> 32 >= 4, "the lower half was to carry four times");
        assert_eq!(counted(&mut bench.sim, counter), (many, many), "counter {counter}");
    }
}

#[test]
fn counters_carry_into_their_upper_words() {
    carry_into_upper_words(Design::Distributor256, Design::Distributor256.verilog());
}
