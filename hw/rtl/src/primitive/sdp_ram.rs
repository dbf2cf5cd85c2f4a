//! A simple dual-port RAM: one port writes, the other reads.

use super::range;
use rust_hdl::prelude::*;

/// A memory of `2^A` words with one write port and one read port, its output registered.
///
/// Latency: `q` shows the word at `read_address` two clocks later.
/// A word read in the clock in which it is written shows its old value; of up to 32 words, its new one: as these fit distributed memory, their
/// address is registered instead of the word fetched.
#[derive(LogicBlock, Default)]
pub struct SdpRam<T: Synth, const A: usize> {
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

impl<T: Synth, const A: usize> Logic for SdpRam<T, A> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        if A <= 5 {
            return Verilog::Custom(format!(
                "\
(* ram_style = \"distributed\" *) reg {word}store [0:{last}];
reg {address}address;

always @(posedge clock) begin
   if (write) store[write_address] <= write_data;
   address <= read_address;
   q <= store[address];
end",
                word = range(T::BITS),
                address = range(A),
                last = (1_usize << A) - 1,
            ));
        }
        Verilog::Custom(format!(
            "\
reg {range}store [0:{last}];
reg {range}fetched;

always @(posedge clock) begin
   if (write) store[write_address] <= write_data;
   fetched <= store[read_address];
   q <= fetched;
end",
            range = range(T::BITS),
            last = (1_usize << A) - 1,
        ))
    }
}
