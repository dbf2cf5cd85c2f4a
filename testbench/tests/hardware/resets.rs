//! A second reset: a card that was used is then as new as one that was only built.

use crate::faults::{bench_of, patched};
use crate::registers::read_all;
use crate::{SEED, agreed};
use contract::limits::{GROUP_MACS, MANAGERS, PORTS};
use contract::register::{AccessMode, COMMIT, GROUP_MAC_HI, MANAGER_DATA, MANAGER_INDEX, MANAGER_WORDS, MAP, VIEW, VIEW_IDLE_BANK};
use driver::script;
use sim::{Batch, Design, Frames, Pace, RegisterAccess, Source, When};
use testbench::generate::{TrafficGenerator, random_tables, rng};
use testbench::scoreboard::{Bench, Mismatch, Stage};

const FRAMES: u64 = 1000;
/// Clocks in which a host that makes one access after the other makes one, at most.
const ACCESS: u64 = 24;

/// So many of these random frames for every source.
fn sources(design: Design, traffic: &TrafficGenerator, frames: u64) -> Vec<Source> {
    let frames: Frames = (0..frames).map(|number| traffic.frame(number).bytes).collect();
    vec![Source { frames, ..Source::default() }; design.sources()]
}

/// Random frames to every source, which the card decides as its model does; `sinks` as in a batch.
fn pass_frames(bench: &mut Bench, seed: u64, frames: u64, sinks: Vec<Pace>) -> Result<(), Mismatch> {
    let design = bench.sim.design();
    let traffic = TrafficGenerator::new(seed, &random_tables(&mut rng(SEED, seed), design.groups())).up_to(300);
    bench.run(&Batch { sources: sources(design, &traffic, frames), sinks, ..Batch::default() }).map(drop)
}

/// Fills every table with random rows, by which a card that is on decides.
fn fill_tables(bench: &mut Bench, seed: u64) -> Result<(), Mismatch> {
    let mut tables = random_tables(&mut rng(SEED, seed), bench.sim.design().groups());
    tables.managers[1..].iter_mut().for_each(|row| row.enabled = true);
    tables.enabled = true;
    bench.apply(&script::upload(&tables))
}

/// Fills every table for both banks, counts frames, and leaves no register at the value it has after reset: the commits are odd in number, so that bank 1
/// is active.
fn use_everything(bench: &mut Bench) -> Result<(), Mismatch> {
    for seed in [10, 11, 15] {
        fill_tables(bench, seed)?;
        // A host that takes no frame until all have come: it loses all but a queue of them, and these are counted.
        let late = Pace::Pause { from: 0, until: 50 * FRAMES };
        let sinks = (0..bench.sim.design().sinks()).map(|sink| if sink < PORTS { Pace::Always } else { late });
        pass_frames(bench, seed, FRAMES, if bench.sim.design().is_core() { Vec::new() } else { sinks.collect() })?;
    }
    // Numbers of which each register takes one or more; what a commit would do has been done.
    for register in MAP.iter().filter(|register| register.access != AccessMode::Ro && register.name != COMMIT.name) {
        for index in 0..register.count as usize {
            for value in [u32::MAX, 0x8000_0155, 0x155, 5, 1] {
                bench.write(register.at(index), value)?;
            }
        }
    }
    Ok(())
}

/// Whether a card agrees with a model that was only reset, in all that reset promises, and in what it does from then on.
fn compare_with_new(bench: &mut Bench) -> Result<(), Mismatch> {
    read_all(bench)?;
    bench.write(MANAGER_INDEX.at(0), 0)?;
    for view in [0, VIEW_IDLE_BANK] {
        bench.write(VIEW.at(0), view)?;
        (0..(MANAGERS as u32 + 1) * MANAGER_WORDS).try_for_each(|_| bench.read(MANAGER_DATA.at(0)).map(drop))?;
    }
    bench.write(VIEW.at(0), 0)?;
    bench.compare_counters()?;
    pass_frames(bench, 12, FRAMES, Vec::new())?;
    fill_tables(bench, 16)?;
    pass_frames(bench, 16, FRAMES, Vec::new())?;
    bench.compare_counters()
}

/// Uses a card, resets it for so many clocks, and compares it with a new one.
pub(crate) fn reset_again(bench: &mut Bench, clocks: u8) -> Result<(), Mismatch> {
    use_everything(bench)?;
    bench.reset_for(clocks);
    compare_with_new(bench)
}

/// Resets a card for one clock while frames and writes are on their way, in each clock of an access.
pub(crate) fn reset_under_way(bench: &mut Bench) -> Result<(), Mismatch> {
    let design = bench.sim.design();
    let tables = random_tables(&mut rng(SEED, 13), design.groups());
    let traffic = TrafficGenerator::new(SEED, &tables);
    for clocks in 200..200 + ACCESS {
        bench.apply(&script::upload(&tables))?;
        let script = vec![RegisterAccess::write(When::Now, GROUP_MAC_HI.at(1), u32::MAX); 100];
        let cut = bench.sim.run(&Batch { sources: sources(design, &traffic, clocks), script, budget: clocks, ..Batch::default() });
        assert!(cut.stalled.is_some(), "the reset was to come while frames and writes are on their way");
        bench.reset_for(1);
        (0..GROUP_MACS).try_for_each(|place| bench.read(GROUP_MAC_HI.at(place)).map(drop))?;
        pass_frames(bench, 14, 100, Vec::new())?;
    }
    compare_with_new(bench)
}

#[test]
fn a_card_is_as_new_after_a_reset_of_one_clock_while_frames_and_writes_are_on_their_way() {
    for design in Design::ALL {
        agreed(reset_under_way(&mut Bench::new(design)));
    }
}

#[test]
fn a_card_that_was_used_is_as_new_after_a_reset_of_one_clock_or_four() {
    for design in Design::ALL {
        for clocks in [1, 4] {
            agreed(reset_again(&mut Bench::new(design), clocks));
        }
    }
}

#[test]
fn a_register_that_is_left_out_of_the_reset_is_found() {
    let verilog = patched(Design::Core256.verilog(), "counter_access", ".rst(rst)", ".rst(1'h0)");
    let mismatch = reset_again(&mut bench_of(Design::Core256, &verilog), 4).expect_err("the counters' index is not reset");
    assert!(mismatch.to_string().contains("COUNTER_INDEX"), "{mismatch}");
}

#[test]
fn a_rule_that_is_left_at_bank_1_by_a_reset_is_found() {
    let verilog = patched(Design::Core256.verilog(), "rule_row", "if (rst) active_q", "if (1'h0) active_q");
    let mismatch = reset_again(&mut bench_of(Design::Core256, &verilog), 4).expect_err("the rules' bank is not reset");
    assert!(mismatch.stages.contains(&Stage::Classifier), "{mismatch}");
}

#[test]
fn a_bank_of_the_managers_rows_that_is_not_cleared_is_found() {
    let verilog = patched(Design::Core256.verilog(), "table_clear_tables", "clean_q | &row_q", "clean_q | &row_q[7:0]");
    let mismatch = reset_again(&mut bench_of(Design::Core256, &verilog), 4).expect_err("half of the rows are cleared");
    assert!(mismatch.to_string().contains("MANAGER_DATA"), "{mismatch}");
}
