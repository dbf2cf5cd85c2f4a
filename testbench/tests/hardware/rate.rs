//! One packet per clock: no bubble between frames of any size, and the documented latency.

use crate::{SEED, agreed};
use contract::limits::FRAME_MIN;
use driver::script;
use sim::{Batch, Design, Source};
use testbench::generate::{TrafficGenerator, random_tables, rng};
use testbench::measure::{latencies, passes};
use testbench::scoreboard::Bench;

/// Frames of each size, directly behind one another, one size directly behind the other.
const FRAMES: usize = 10;

/// Whether two ports that send frames of a beat each clock want more decisions than there are.
pub(crate) fn shares_decisions(design: Design) -> bool {
    design.sides() < design.cores() && FRAME_MIN <= design.data_bytes()
}

#[test]
fn frames_of_60_bytes_are_accepted_on_consecutive_clocks() {
    for design in Design::ALL.into_iter().filter(|design| !shares_decisions(*design)) {
        // Ten times what any buffer of the card holds.
        let frames = 10_000;
        let pass = agreed(passes(&mut Bench::new(design), &[FRAME_MIN], frames))[0];
        let least = (frames * FRAME_MIN.div_ceil(design.data_bytes())) as u64;
        assert_eq!((pass.accepted, pass.left), (least, least), "{design:?}");
    }
}

#[test]
fn every_size_takes_as_many_clocks_as_beats() {
    for design in Design::ALL {
        // Where two ports share a decision side, from two beats on: see `sharing`.
        let shortest = if shares_decisions(design) { design.data_bytes() + 1 } else { FRAME_MIN };
        let sizes: Vec<usize> = (shortest..=1518).collect();
        let passes = agreed(passes(&mut Bench::new(design), &sizes, FRAMES));
        let slow: Vec<_> = passes.iter().filter(|pass| pass.accepted.max(pass.left) != pass.beats).collect();
        assert!(slow.is_empty(), "{design:?} pauses at {} sizes, first {:?}", slow.len(), slow[0]);
    }
}

#[test]
fn random_traffic_of_any_kind_never_makes_its_source_wait() {
    for design in [Design::Core512, Design::Core256] {
        let mut bench = Bench::new(design);
        let tables = random_tables(&mut rng(SEED, 7), design.groups());
        agreed(bench.apply(&script::upload(&tables)));
        let traffic = TrafficGenerator::new(SEED, &tables);
        let frames = (0..20_000).map(|number| traffic.frame(number).bytes).collect();
        let log =
            &agreed(bench.run(&Batch { sources: vec![Source { frames, ..Source::default() }], ..Batch::default() })).run_log.sources[0];
        assert_eq!(log.last.last().unwrap() - log.first[0] + 1, log.beats, "{design:?}");
    }
}

#[test]
fn an_empty_card_has_the_documented_latency() {
    let sizes = [60, 64, 65, 96, 97, 128, 129, 1518, 9600];
    // The header window is two beats of 512 bit, or four of 256. A frame is decided from the last of them on, or from the clock behind its own last;
    // where two ports share a decision side, always from two clocks behind.
    let documented = [
        (Design::Core512, [51; 9]),
        (Design::Core256, [52, 52, 53, 53, 53, 53, 53, 53, 53]),
        (Design::Distributor512, [52; 9]),
        (Design::Shared512, [53, 53, 54, 54, 54, 54, 54, 54, 54]),
        (Design::Distributor256, [54, 54, 55, 55, 56, 56, 56, 56, 56]),
    ];
    for (design, clocks) in documented {
        assert_eq!(agreed(latencies(&mut Bench::new(design), &sizes)), clocks, "{design:?}");
    }
}
