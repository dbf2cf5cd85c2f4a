//! A simple dual-port RAM of lookup tables, read without a clock.

use super::range;
use rust_hdl::prelude::*;

/// A memory of `2^A` words in distributed memory, whose words are there without a clock: `q` shows the word at `read_address` in the same clock.
///
/// A word read in the clock in which it is written shows its old value.
#[derive(LogicBlock, Default)]
pub struct LutRam<T: Synth, const A: usize> {
    /// Store `write_data` at `write_address`.
    pub write: Signal<In, Bit>,
    /// Where to store.
    pub write_address: Signal<In, Bits<A>>,
    /// What to store.
    pub write_data: Signal<In, T>,
    /// Which word to read.
    pub read_address: Signal<In, Bits<A>>,
    /// The word read.
    pub q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

impl<T: Synth, const A: usize> Logic for LutRam<T, A> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "\
(* ram_style = \"distributed\" *) reg {range}store [0:{last}];

always @(posedge clock) begin
   if (write) store[write_address] <= write_data;
end

always @(*) q = store[read_address];",
            range = range(T::BITS),
            last = (1_usize << A) - 1,
        ))
    }
}
