//! A RAM of lookup tables with a port that looks up and a port of the host's.

use super::range;
use rust_hdl::prelude::*;

/// A memory of `2^A` words in distributed memory, where a small table has no clock to spend.
///
/// Latency: `q` shows the word at `address` in the same clock, `host_q` the word at `host_address` one clock later.
/// A word read in the clock in which it is written shows its old value.
#[derive(LogicBlock, Default)]
pub struct LutRamTdp<T: Synth, const A: usize> {
    /// Which word to look up.
    pub address: Signal<In, Bits<A>>,
    /// The word looked up.
    pub q: Signal<Out, T>,
    /// Which word the host reads or writes.
    pub host_address: Signal<In, Bits<A>>,
    /// Store `host_data` at `host_address`.
    pub host_write: Signal<In, Bit>,
    /// What to store.
    pub host_data: Signal<In, T>,
    /// The word that the host reads.
    pub host_q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

impl<T: Synth, const A: usize> Logic for LutRamTdp<T, A> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
        self.host_q.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "\
(* ram_style = \"distributed\" *) reg {range}store [0:{last}];

always @(posedge clock) begin
   if (host_write) store[host_address] <= host_data;
   host_q <= store[host_address];
end

always @(*) q = store[address];",
            range = range(T::BITS),
            last = (1_usize << A) - 1,
        ))
    }
}
