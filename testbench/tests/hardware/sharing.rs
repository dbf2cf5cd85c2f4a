//! Two ports that share a decision side: a decision a clock, of both together, and no slot is lost that a port could use.

use crate::{SEED, agreed};
use driver::script;
use rand::RngExt;
use sim::{Batch, Design, Frames, RunLog, Source};
use testbench::generate::rng;
use testbench::measure::{straight_through, udp};
use testbench::scoreboard::Bench;

/// Windows that wait for their turn, at most, and one beat that waits to be taken.
const WAITING: u64 = 27;

/// Frames of these sizes by port, without a pause, through the distributor whose ports share a decision side; each to a port of its own.
fn run(sizes: [&[usize]; 2]) -> RunLog {
    let mut bench = Bench::new(Design::Shared512);
    agreed(bench.apply(&script::upload(&straight_through(Design::Shared512))));
    let source = |port: usize| {
        let frames: Frames = sizes[port].iter().enumerate().map(|(number, size)| udp(*size, number, port)).collect();
        Source { frames, ..Source::default() }
    };
    agreed(bench.run(&Batch { sources: vec![source(0), source(1)], budget: 1_000_000, ..Batch::default() })).run_log
}

/// Clocks from the first decision on frames of a port to the last.
fn deciding(log: &RunLog, port: usize) -> u64 {
    let clocks = || log.decisions[port].iter().map(|decision| decision.cycle);
    clocks().max().expect("it has frames") - clocks().min().expect("it has frames") + 1
}

/// Clocks from the first beat that was taken of a port to the last, and its beats.
fn taking(log: &RunLog, port: usize) -> (u64, u64) {
    let log = &log.sources[port];
    (log.last.last().expect("it has frames") - log.first[0] + 1, log.beats)
}

#[test]
fn two_saturated_ports_get_every_second_decision() {
    const FRAMES: usize = 10_000;
    let log = run([&[60; FRAMES], &[60; FRAMES]]);
    for port in [0, 1] {
        assert_eq!(deciding(&log, port), 2 * FRAMES as u64 - 1, "port {port}");
        assert!(log.decisions[port].windows(2).all(|pair| pair[1].cycle - pair[0].cycle == 2), "port {port} is passed over twice");
        // A port's frames are taken as they are decided, but those that wait.
        let (clocks, beats) = taking(&log, port);
        assert!((2 * (beats - WAITING)..2 * beats).contains(&clocks), "port {port}: {beats} beats in {clocks} clocks");
    }
}

#[test]
fn a_saturated_port_alone_gets_every_decision() {
    const FRAMES: usize = 10_000;
    for port in [0, 1] {
        let mut sizes: [&[usize]; 2] = [&[], &[]];
        sizes[port] = &[60; FRAMES];
        let log = run(sizes);
        assert_eq!(taking(&log, port), (FRAMES as u64, FRAMES as u64), "port {port}");
        assert_eq!(deciding(&log, port), FRAMES as u64, "port {port}");
    }
}

/// A port whose frames have two beats or more wants no more than its half. The other takes what is left, to the last slot.
#[test]
fn frames_of_two_beats_never_wait_and_the_other_port_gets_what_they_leave() {
    const FRAMES: usize = 3000;
    let rng = &mut rng(SEED, 60);
    for longest in [65, 128, 192, 1518] {
        let long: Vec<usize> = (0..FRAMES).map(|_| rng.random_range(65..=longest)).collect();
        for port in [0, 1] {
            let short = vec![60; 3 * FRAMES];
            let log = run(if port == 0 { [&long, &short] } else { [&short, &long] });
            let (clocks, beats) = taking(&log, port);
            assert_eq!(clocks, beats, "port {port}: frames of 65 to {longest} bytes wait");
            // While both send, a decision is made every clock.
            let (of, other) = (&log.decisions[port], &log.decisions[1 - port]);
            let both = of[0].cycle.max(other[0].cycle)..of[of.len() - 1].cycle.min(other[other.len() - 1].cycle);
            let decided = of.iter().chain(other).filter(|decision| both.contains(&decision.cycle)).count() as u64;
            assert_eq!(decided, both.end - both.start, "port {port}: frames of 65 to {longest} bytes leave slots unused");
        }
    }
}

#[test]
fn no_mix_of_sizes_starves_a_port() {
    const FRAMES: usize = 5000;
    let rng = &mut rng(SEED, 61);
    for longest in [64, 65, 70, 130] {
        let sizes: [Vec<usize>; 2] = std::array::from_fn(|_| (0..FRAMES).map(|_| rng.random_range(60..=longest)).collect());
        let log = run([&sizes[0], &sizes[1]]);
        for port in [0, 1] {
            // Never more than twice as long as alone: a port has every second decision.
            let (clocks, beats) = taking(&log, port);
            let alone: u64 = sizes[port].iter().map(|size| if *size <= 64 { 2 } else { size.div_ceil(64) as u64 }).sum();
            assert!(clocks <= alone.max(beats) + 2 * WAITING, "port {port}: {clocks} clocks for {beats} beats");
        }
    }
}
