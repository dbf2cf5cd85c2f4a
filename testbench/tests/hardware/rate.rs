//! One packet per clock: no bubble between frames of any size, and a latency that is always the same.

use crate::agreed;
use contract::limits::FRAME_MIN;
use sim::Design;
use testbench::judge::Bench;
use testbench::measure::passes;

/// Frames of each size, directly behind one another, one size directly behind the other.
const FRAMES: usize = 10;

#[test]
fn frames_of_60_bytes_are_accepted_on_consecutive_clocks() {
    for design in Design::ALL {
        // Ten times what any buffer of the card holds.
        let frames = 10_000;
        let pass = agreed(passes(&mut Bench::new(design), &[FRAME_MIN], frames))[0];
        let least = (frames * FRAME_MIN.div_ceil(design.data_bytes())) as u64;
        assert_eq!((pass.accepted, pass.left), (least, least), "{design:?}");
    }
}

#[test]
fn every_size_takes_as_many_clocks_as_beats() {
    let sizes: Vec<usize> = (FRAME_MIN..=1518).collect();
    for design in Design::ALL {
        let passes = agreed(passes(&mut Bench::new(design), &sizes, FRAMES));
        let slow: Vec<_> = passes.iter().filter(|pass| pass.accepted.max(pass.left) != pass.beats).collect();
        assert!(slow.is_empty(), "{design:?} pauses at {} sizes, first {:?}", slow.len(), slow[0]);
    }
}

#[test]
fn the_latency_is_the_same_for_every_frame() {
    for design in Design::ALL {
        let measured = agreed(passes(&mut Bench::new(design), &[60, 64, 65, 128, 129, 1518, 9600], 20));
        let (least, most) = measured[0].latency;
        assert!(most <= 48, "{design:?}: {most} clocks from first beat in to first beat out, and 48 are the goal");
        assert!(measured.iter().all(|pass| pass.latency == (least, least)), "{design:?}: {measured:?}");
    }
}
