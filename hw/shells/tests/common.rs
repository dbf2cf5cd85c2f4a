//! The modules of `common/` keep their promises, whatever clocks, stalls and resets come.

use std::path::Path;
use std::sync::LazyLock;

use shells::Bench;

/// Seeds that every bench runs with.
const SEEDS: std::ops::Range<u32> = 1..25;

static CROSSING: LazyLock<Bench> = LazyLock::new(|| build("crossing"));
static FRAMES: LazyLock<Bench> = LazyLock::new(|| build("frames"));

fn build(name: &str) -> Bench {
    Bench::build(name, &[], Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn passes(bench: &Bench, arguments: &[&str]) {
    for seed in SEEDS {
        let mut all = vec![format!("+seed={seed}"), format!("+verilator+seed+{seed}")];
        all.extend(arguments.iter().map(|&argument| argument.to_owned()));
        println!("{}", bench.run(&all).unwrap_or_else(|error| panic!("{all:?}\n{error}")));
    }
}

#[test]
fn words_and_counts_cross_once_and_in_order_whatever_the_clocks_and_resets() {
    passes(&CROSSING, &[]);
}

#[test]
fn a_frame_buffer_delivers_whole_frames_and_counts_the_others() {
    passes(&FRAMES, &["+gate=0"]);
}

#[test]
fn a_frame_gate_drops_nothing_that_fits_and_never_lets_valid_fall_in_a_frame() {
    passes(&FRAMES, &["+gate=1"]);
}
