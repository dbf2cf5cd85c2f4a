//! The judge judged: faults put into the emitted Verilog, each of which it must find. A fault whose place in the text is gone is a failure
//! too, for then nothing was tried.

use crate::SEED;
use sim::{Design, Sim};
use testbench::judge::{Bench, Difference, Stage};
use testbench::soak::Soak;

/// Rounds that a fault may hide for.
const ROUNDS: u64 = 4;

/// The first difference that random traffic shows on a card of this Verilog, if it shows any.
fn judged(design: Design, verilog: &str) -> Option<Difference> {
    let soak = Soak { seed: SEED, frames: 5000 };
    let round = |number| {
        let sim = Sim::of_verilog(design, verilog).unwrap_or_else(|error| panic!("this Verilog does not build: {error}"));
        soak.play(number, Bench::with_sim(sim)).err()
    };
    (0..ROUNDS).find_map(round)
}

#[test]
fn finds_nothing_where_no_fault_was_put_in() {
    assert_eq!(judged(Design::Core256, Design::Core256.verilog()), None);
}
