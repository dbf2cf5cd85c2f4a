//! Sinks that are not ready: nothing is lost, and the sources feel it only when the stated buffering is full.

use crate::rate::shares_decisions;
use crate::{SEED, agreed};
use contract::limits::PORTS;
use driver::script;
use sim::{Batch, Design, Frames, Pace, Source};
use testbench::generate::{TrafficGenerator, random_tables, rng};
use testbench::measure::{arp, straight_through, udp};
use testbench::scoreboard::Bench;

/// Beats that a core holds at least; those whose header is still being read and decided are among them.
const HELD_BEATS: u64 = 504;
/// Beats whose decision is still under way when a source sends without a pause.
const UNDER_WAY: u64 = 54;

fn shortest(frames: usize, group: usize) -> Frames {
    (0..frames).map(|number| udp(60, number, group)).collect()
}

/// Clocks from the first beat that a source got rid of to the last, and the beats: equal if it never had to wait.
fn clocks_and_beats(log: &sim::SourceLog) -> (u64, u64) {
    (log.last.last().unwrap() - log.first.first().unwrap() + 1, log.beats)
}

#[test]
fn drops_nothing_when_every_sink_stalls_for_long() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        let tables = random_tables(&mut rng(SEED, 1), design.groups());
        agreed(bench.apply(&script::upload(&tables)));
        let source = |number| {
            let traffic = TrafficGenerator::new(number, &tables);
            Source { frames: (0..2000).map(|number| traffic.frame(number).bytes).collect(), ..Source::default() }
        };
        // The packet ports only: a host that stalls may lose frames, which is another test's matter.
        let mut sinks = vec![Pace::Pause { from: 100, until: 20_000 }; design.sinks()];
        sinks.get_mut(PORTS).into_iter().for_each(|host| *host = Pace::Always);
        let batch = Batch { sources: (0..design.sources() as u64).map(source).collect(), sinks, ..Batch::default() };
        let checked = agreed(bench.run(&batch));
        let held_up = checked.run_log.sources.iter().all(|log| log.last.last().unwrap() - checked.run_log.began > 20_000);
        assert!(held_up, "{design:?}: the stall was to last longer than any buffer");
        assert_eq!(checked.lost, 0);
        agreed(bench.compare_counters());
    }
}

#[test]
fn backpressure_reaches_the_source_only_when_the_buffer_is_full() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        agreed(bench.apply(&script::upload(&straight_through(design))));
        // Two ports that share a decision side wait for each other, too: one alone is held up by its sink only.
        let senders = if shares_decisions(design) { 1 } else { design.sources() };
        let run = |bench: &mut Bench, stall: u64| {
            let sources = (0..senders).map(|group| Source { frames: shortest(4000, group), ..Source::default() }).collect();
            let sinks = vec![Pace::Pause { from: 200, until: 200 + stall }; design.sinks()];
            agreed(bench.run(&Batch { sources, sinks, ..Batch::default() })).run_log
        };
        for log in &run(&mut bench, HELD_BEATS - UNDER_WAY).sources[..senders] {
            let (clocks, beats) = clocks_and_beats(log);
            assert_eq!(clocks, beats, "{design:?} waits although its buffer has room");
        }
        for log in &run(&mut bench, 10 * HELD_BEATS).sources[..senders] {
            let (clocks, beats) = clocks_and_beats(log);
            assert!(clocks > beats + 8 * HELD_BEATS, "{design:?} swallows what it cannot hold");
        }
    }
}

#[test]
fn a_host_that_is_never_ready_blocks_no_traffic_to_managers() {
    for design in [Design::Distributor512, Design::Distributor256] {
        let mut bench = Bench::new(design);
        agreed(bench.apply(&script::upload(&straight_through(design))));
        let frames = 20_000;
        let source = |group: usize| {
            let mixed = (0..frames).map(|number| if number % 2 == 0 { udp(60, number, group) } else { arp(number) });
            Source { frames: mixed.collect(), ..Source::default() }
        };
        let beats = (frames * 60usize.div_ceil(design.data_bytes())) as u64;
        let sinks = vec![Pace::Always, Pace::Always, Pace::Pause { from: 0, until: 2 * beats }];
        let checked = agreed(bench.run(&Batch { sources: (0..PORTS).map(source).collect(), sinks, ..Batch::default() }));
        for log in &checked.run_log.sources {
            assert_eq!(clocks_and_beats(log), (beats, beats), "{design:?}: a source had to wait for the host");
        }
        let managers: usize = checked.run_log.sinks[..PORTS].iter().map(|sink| sink.len()).sum();
        assert_eq!(managers, PORTS * frames / 2, "{design:?}: managers get all that is theirs");
        let host = checked.run_log.sinks[PORTS].len();
        assert!(host > 0 && checked.lost > 0, "{design:?}: the host's queue was to fill, and to keep what it has room for");
        assert_eq!(host + checked.lost, PORTS * frames / 2);
        agreed(bench.compare_counters());
    }
}

#[test]
fn a_host_that_is_ready_loses_nothing_at_half_the_rate() {
    for design in [Design::Distributor512, Design::Shared512, Design::Distributor256] {
        let mut bench = Bench::new(design);
        agreed(bench.apply(&script::upload(&straight_through(design))));
        // Two ports share one way to the host: each may send at half of its rate.
        let pace = Pace::Pattern { bits: 0b01, length: 2 };
        let source = Source { frames: (0..5000).map(arp).collect(), pace, ..Source::default() };
        let checked = agreed(bench.run(&Batch { sources: vec![source.clone(), source], ..Batch::default() }));
        assert_eq!((checked.lost, checked.run_log.sinks[PORTS].len()), (0, 10_000), "{design:?}");
    }
}
