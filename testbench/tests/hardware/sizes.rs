//! Every size, with any content, comes out as it went in.

use crate::{SEED, agreed};
use contract::limits::FRAME_MAX;
use driver::script;
use rand::{Rng, RngExt};
use sim::{Batch, Design, Frames, Source};
use testbench::generate::{TrafficGenerator, random_pace, random_tables, rng};
use testbench::scoreboard::Bench;

/// Every size of ordinary Ethernet and below, and steps up to the greatest.
fn sizes() -> Vec<usize> {
    (1..=1518).chain((1519..FRAME_MAX).step_by(211)).chain([FRAME_MAX - 1, FRAME_MAX]).collect()
}

#[test]
fn every_size_goes_through_with_random_content_whatever_the_pace() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        let rng = &mut rng(SEED, design.data_bytes() as u64);
        let mut tables = random_tables(rng, design.groups());
        tables.enabled = true;
        agreed(bench.apply(&script::upload(&tables)));
        for paced in [false, true] {
            let traffic = TrafficGenerator::new(rng.random(), &tables);
            let mut frame = |(number, size): (usize, usize)| {
                let mut bytes = traffic.frame(number as u64).bytes;
                let headers = bytes.len().min(size);
                bytes.resize(size, 0);
                rng.fill_bytes(&mut bytes[headers..]);
                bytes
            };
            let frames: Vec<Frames> = (0..design.sources()).map(|_| sizes().into_iter().enumerate().map(&mut frame).collect()).collect();
            let mut pace = || if paced { random_pace(rng) } else { sim::Pace::Always };
            let sources = frames.into_iter().map(|frames| Source { frames, pace: pace(), ..Source::default() }).collect();
            let sinks = (0..design.sinks()).map(|_| pace()).collect();
            let checked = agreed(bench.run(&Batch { sources, sinks, budget: 10_000_000, ..Batch::default() }));
            assert!(checked.run_log.sinks.iter().map(|sink| sink.len()).sum::<usize>() > 500, "most frames have somewhere to go");
        }
        agreed(bench.compare_counters());
    }
}
