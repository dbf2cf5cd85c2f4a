//! The distributor in a shell's ports: the same scoreboard, and beside every beat what the shell wants to hear.

use crate::box322::{dropped, random_clocks};
use crate::faults::{Fault, ROUNDS, bench_of, patched};
use crate::{SEED, agreed};
use contract::limits::{PORTS, REGISTER_WINDOW};
use contract::register::DECISION_SIDES;
use driver::{Dropped, script};
use rand::RngExt;
use sim::{AccessError, Batch, Clock, Design, Frames, Pace, RegisterAccess, Sim, Source, When};
use testbench::generate::{TrafficGenerator, random_pace, random_tables, rng};
use testbench::measure::{straight_through, udp};
use testbench::scoreboard::{Bench, Stage};
use testbench::soak::Soak;

/// OpenNIC's boxes with the distributor in them.
const BOXES: [Design; 2] = [Design::Box250, Design::Box322];

/// A box with one port: the same text, with another number of them.
fn one_port(design: Design) -> Bench {
    let verilog = patched(design.verilog(), design.name(), "parameter int PORTS = 2", "parameter int PORTS = 1");
    Bench { ports: 1, ..bench_of(design, &verilog) }
}

/// The box at 250 MHz with one decision side for both ports: the same wrapper, around the other distributor.
fn one_side() -> Bench {
    let wrapper = Design::Box250.verilog().strip_prefix(Design::Distributor512.verilog()).expect("the distributor's text comes first");
    let mut bench = bench_of(Design::Box250, &[Design::Shared512.verilog(), wrapper].concat());
    bench.card = bench.card.with_sides(Design::Shared512.sides());
    bench
}

#[test]
fn the_box_at_250_mhz_decides_by_one_side_as_by_two() {
    let mut bench = one_side();
    assert_eq!(agreed(bench.read(DECISION_SIDES.at(0))), 1);
    let round = agreed(Soak { seed: SEED, frames: 8000 }.play(30, bench));
    assert_eq!(round.frames, 4000, "the host sends the other half");
}

#[test]
fn random_traffic_and_the_hosts_own_frames_leave_a_box_as_its_shell_wants_them() {
    let soak = Soak { seed: SEED, frames: 8000 };
    for (number, design) in (0..6).map(|number| (number, BOXES[number as usize % 2])) {
        let round = soak.play(number, Bench::new(design)).unwrap_or_else(|mismatch| panic!("round {number}: {mismatch}"));
        assert_eq!(round.frames, soak.frames / 2, "the host sends the other half");
    }
}

#[test]
fn a_box_with_one_port_serves_that_and_throws_away_what_is_sent_to_the_other() {
    let soak = Soak { seed: SEED, frames: 4000 };
    for (number, design) in (20..24).map(|number| (number, BOXES[number as usize % 2])) {
        let round = soak.play(number, one_port(design)).unwrap_or_else(|mismatch| panic!("{design:?}, round {number}: {mismatch}"));
        assert_eq!(round.frames, soak.frames / 4, "half of what two ports would bring, and the host sends as much");
    }
    assert_eq!(dropped(&mut one_port(Design::Box322).sim), [Dropped::default()], "its page is one of one port");
}

#[test]
fn the_hosts_frames_and_the_networks_share_a_port_fairly() {
    const FRAMES: usize = 3000;
    let mut bench = Bench::new(Design::Box250);
    agreed(bench.apply(&script::upload(&straight_through(Design::Box250))));
    // Source 0's group leads to port 1: there its frames meet those of the host's second function.
    let network: Frames = (0..FRAMES).map(|number| udp(60, number, 0)).collect();
    let host: Frames = (0..FRAMES).map(|number| udp(60 + number % 200, number, 1)).collect();
    let mut sources = vec![Source::default(); Design::Box250.sources()];
    sources[0].frames = network;
    sources[PORTS + 1].frames = host;
    let checked = agreed(bench.run(&Batch { sources, ..Batch::default() }));
    let left = &checked.left[1];
    assert_eq!(left.len(), 2 * FRAMES);
    let busy = &left[..FRAMES];
    let longest = busy.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len).skip(1).max();
    assert!(longest <= Some(2), "while both have frames they take turns, and {longest:?} of one came in a row");
    agreed(bench.compare_counters());
}

#[test]
fn a_reset_at_any_moment_leaves_a_card_like_new() {
    let rng = &mut rng(SEED, 40);
    for (round, design) in (0..14).map(|round| (round, BOXES[round % 2])) {
        let mut bench = if round < 12 { Bench::new(design) } else { one_port(design) };
        if design == Design::Box322 {
            bench.sim.set_clocks(&random_clocks(rng));
            bench.reset();
        }
        let tables = random_tables(rng, design.groups());
        agreed(bench.apply(&script::upload(&tables)));
        let mut sources = Vec::new();
        for number in 0..design.sources() {
            if !bench.serves(number) {
                sources.push(Source::default());
                continue;
            }
            let traffic = TrafficGenerator::new(rng.random(), &tables);
            sources.push(Source {
                frames: (0..400).map(|number| traffic.frame(number).bytes).collect(),
                pace: random_pace(rng),
                ..Source::default()
            });
        }
        let sinks = (0..design.sinks()).map(|_| random_pace(rng)).collect();
        let batch = Batch { sources, sinks, budget: rng.random_range(1..1500), ..Batch::default() };
        let cut = bench.sim.run(&batch);
        assert!(cut.stalled.is_some() && cut.faults.is_empty(), "round {round}: the reset is to come while frames move: {:?}", cut.faults);
        bench.reset();
        // What was on its way is gone, and the same frames again meet the fates of a new card.
        agreed(bench.run(&Batch { budget: 1_000_000, ..batch }));
        agreed(bench.compare_counters());
    }
}

#[test]
fn a_netfpgas_lookup_decides_as_its_core_does_and_lets_the_hosts_frames_pass() {
    let soak = Soak { seed: SEED, frames: 8000 };
    for (number, design) in [(10, Design::Lookup512), (11, Design::Lookup256), (12, Design::Lookup512), (13, Design::Lookup256)] {
        soak.play(number, Bench::new(design)).unwrap_or_else(|mismatch| panic!("{design:?}, round {number}: {mismatch}"));
    }
}

#[test]
fn registers_are_reached_whatever_the_phase_of_their_clock() {
    for (period, phase) in [(8000, 4000), (8000, 1), (7993, 500), (13_000, 3000), (3100, 0)] {
        let mut sim = Sim::new(Design::Box250);
        sim.set_clocks(&[Clock { period: 4000, phase: 0 }, Clock { period, phase }]);
        sim.reset();
        let mut bench = Bench::with_sim(sim);
        let tables = random_tables(&mut rng(SEED, period), Design::Box250.groups());
        agreed(bench.apply(&script::upload(&tables)));
        let traffic = TrafficGenerator::new(period, &tables);
        let frames = (0..500).map(|number| traffic.frame(number).bytes).collect();
        let batch = Batch { sources: vec![Source { frames, ..Source::default() }], sinks: vec![Pace::Always; 4], ..Batch::default() };
        agreed(bench.run(&batch));
    }
}

#[test]
fn the_box_at_250_mhz_refuses_what_lies_behind_the_map_and_changes_nothing_by_it() {
    let mut bench = Bench::new(Design::Box250);
    // Every word of the window, as far away as one can ask, also between accesses to the window itself.
    let behind = |word: u32| (1..16).map(move |page| page << 12 | word);
    for word in (0..REGISTER_WINDOW).step_by(4) {
        let address = behind(word).nth(word as usize / 4 % 15).expect("there are 15 pages");
        assert_eq!(bench.sim.read(address), Err(AccessError::Slverr { address }));
        assert_eq!(bench.sim.write(address, 1), Err(AccessError::Slverr { address }));
        agreed(bench.read(word));
    }
    // And while frames pass.
    let rng = &mut rng(SEED, 41);
    let tables = random_tables(rng, Design::Box250.groups());
    agreed(bench.apply(&script::upload(&tables)));
    let traffic = TrafficGenerator::new(rng.random(), &tables);
    let script = (0..400).map(|at| {
        let (when, word) = (When::Cycle(at * 5), rng.random_range(0..0x40) * 4);
        let address = if rng.random_bool(0.7) { behind(word).nth(rng.random_range(0..15)).expect("there are 15 pages") } else { word };
        // What is in the window is read only: no frame is to meet another card.
        if address >= REGISTER_WINDOW && rng.random() {
            RegisterAccess::write(when, address, rng.random())
        } else {
            RegisterAccess::read(when, address)
        }
    });
    let script = script.collect();
    let frames = (0..500).map(|number| traffic.frame(number).bytes).collect();
    let batch = Batch { sources: vec![Source { frames, ..Source::default() }], script, ..Batch::default() };
    agreed(bench.run(&batch));
    agreed(bench.compare_counters());
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "size of another port's frame",
        design: Design::Box250,
        module: "tandem_250mhz",
        right: ".s_axis_0_tuser({out_user[i][47:32],",
        wrong: ".s_axis_0_tuser({out_user[0][47:32],",
        stages: &[Stage::Egress, Stage::Stream],
    },
    Fault {
        name: "a destination for which the shell drops the frame",
        design: Design::Box250,
        module: "tandem_250mhz",
        right: "assign m_axis_adap_tx_250mhz_tuser_dst[16*i +: 16] = port_bit(i);",
        wrong: "assign m_axis_adap_tx_250mhz_tuser_dst[16*i +: 16] = port_bit(0);",
        stages: &[Stage::Egress, Stage::Payload],
    },
    Fault {
        name: "two streams merged within a frame",
        design: Design::Box250,
        module: "tandem_host_arb_mux",
        right: "wire select_1 = in_frame ? turn :",
        wrong: "wire select_1 = 1'b0 ? turn :",
        stages: &[Stage::Stream, Stage::Order, Stage::Payload],
    },
    Fault {
        name: "a frame sent to the MAC before it is whole",
        design: Design::Box322,
        module: "tandem_frame_fifo",
        right: "read_limit <= commit_ptr;",
        wrong: "read_limit <= write_ptr;",
        stages: &[Stage::Stream],
    },
    Fault {
        name: "a lookup that diverts to the queue of another port",
        design: Design::Lookup256,
        module: "tandem_lookup",
        right: "core_to_host ? core_source << 1 :",
        wrong: "core_to_host ? core_source << 3 :",
        stages: &[Stage::Egress, Stage::Stream],
    },
    Fault {
        name: "a lookup that sends the host's frames through the core",
        design: Design::Lookup256,
        module: "tandem_lookup",
        right: "in_frame ? bypass_held : (source & SERVED) == 8'd0",
        wrong: "in_frame ? bypass_held : (source & (SERVED | 8'h02)) == 8'd0",
        stages: &[Stage::Stream, Stage::Egress, Stage::Order, Stage::Payload],
    },
];

#[test]
fn every_deliberate_fault_in_a_wrapper_is_found() {
    let soak = Soak { seed: SEED, frames: 6000 };
    for Fault { name, design, module, right, wrong, stages } in FAULTS {
        let verilog = patched(design.verilog(), module, right, wrong);
        let bench = || Bench::with_sim(Sim::of_verilog(*design, &verilog).unwrap_or_else(|error| panic!("{name}: {error}")));
        let found = (0..ROUNDS).find_map(|number| soak.play(number, bench()).err());
        let mismatch = found.unwrap_or_else(|| panic!("{name}: not found"));
        assert!(mismatch.stages.iter().all(|stage| stages.contains(stage)), "{name}: found at {:?}: {mismatch}", mismatch.stages);
    }
}
