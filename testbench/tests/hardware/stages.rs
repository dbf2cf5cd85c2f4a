//! Cores with fewer registers than those that are emitted: the same decisions, sooner.

use crate::faults::bench_of;
use crate::{SEED, agreed};
use emit::render;
use rtl::port_core::latency;
use rtl::tandem_core::TandemCore;
use sim::Design;
use testbench::measure::latencies;
use testbench::soak::Soak;

/// `design` with the Verilog of `core`: decisions of random frames, and clocks from the first beat in to the first beat out by size.
fn latencies_of(design: Design, core: emit::Design) -> Vec<u64> {
    let verilog = render(&core).unwrap().text("tandem_core");
    let bench = || bench_of(design, &verilog);
    let soak = Soak { seed: SEED, frames: 4000 };
    for number in 0..3 {
        soak.play(number, bench()).unwrap_or_else(|mismatch| panic!("{} round {number}: {mismatch}", core.variant()));
    }
    agreed(latencies(&mut bench(), &[60, 128, 129]))
}

#[test]
fn one_register_to_a_step_of_the_parser_saves_four_clocks() {
    let core = rtl::design("tandem_512x8_parse_1").with_top("tandem_core", TandemCore::<512, 64, 2, 1, 8, 14, 1, 2>::default);
    assert_eq!(latencies_of(Design::Core512, core), [47; 3]);
    assert_eq!(latency(1, 2), 47);
}

#[test]
fn one_register_to_a_step_and_to_a_round_saves_eighteen_clocks() {
    let core = rtl::design("tandem_256x4_parse_1_hash_1").with_top("tandem_core", TandemCore::<256, 32, 4, 3, 4, 13, 1, 1>::default);
    // At 256 bit the header window is four beats, so frames of two beats wait for one clock more and longer ones for two.
    assert_eq!(latencies_of(Design::Core256, core), [34, 35, 35]);
    assert_eq!(latency(1, 1), 33);
}
