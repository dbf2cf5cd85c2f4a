//! The million: random frames, random states, random pacing, changes in flight, on all designs.

use crate::SEED;
use std::io::Write;
use testbench::soak::Soak;

#[test]
fn model_and_hardware_agree_on_a_million_random_frames() {
    let soak = Soak { seed: SEED, frames: 50_000 };
    println!("seed {SEED:#x}");
    let (mut frames, mut lost, mut states) = (0, 0, 0);
    let result = soak.run(2, |round| {
        frames += round.frames;
        lost += round.lost;
        states += round.states - 1;
        frames >= 1_000_000
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    writeln!(std::io::stderr(), "{frames} frames checked, {lost} of them lost by host queues, {states} changes of state in flight")
        .unwrap();
    assert!(lost > 0 && states > 100, "the traffic was to fill host queues and to meet changes of state");
}
