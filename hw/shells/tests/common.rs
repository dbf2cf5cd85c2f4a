//! The modules of `common/` keep their promises with any clocks, stalls and resets.

use std::path::Path;
use std::sync::LazyLock;

use shells::Bench;

/// The seeds of every bench.
const SEEDS: std::ops::Range<u32> = 1..25;

static CLOCK_DOMAINS: LazyLock<Bench> = LazyLock::new(|| build("clock_domains"));
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
    passes(&CLOCK_DOMAINS, &[]);
}

#[test]
fn a_frame_fifo_delivers_whole_frames_and_counts_the_others() {
    passes(&FRAMES, &["+store_forward=0"]);
}

#[test]
fn a_store_forward_drops_nothing_that_fits_and_keeps_valid_high_inside_a_frame() {
    passes(&FRAMES, &["+store_forward=1"]);
}
