//! A simple dual-port RAM: one port writes, the other reads.

use super::memory::memory;
use rust_hdl::prelude::*;

/// A memory of `2^ADDR_WIDTH` words with one write port and one read port, its output registered.
///
/// Latency: `q` shows the word at `read_address` two clocks later.
/// A word read in the clock in which it is written shows its old value.
#[derive(LogicBlock, Default)]
pub struct SdpRam<T: Synth, const ADDR_WIDTH: usize> {
    /// Store `write_data` at `write_address`.
    pub write: Signal<In, Bit>,
    /// Where to store.
    pub write_address: Signal<In, Bits<ADDR_WIDTH>>,
    /// What to store.
    pub write_data: Signal<In, T>,
    /// Which word to read.
    pub read_address: Signal<In, Bits<ADDR_WIDTH>>,
    /// The word read.
    pub q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

const BODY: &str = "\
reg [WIDTH-1:0] store [0:(1<<ADDR_WIDTH)-1];
reg [WIDTH-1:0] fetched;

always @(posedge clock) begin
    if (write) store[write_address] <= write_data;
    fetched <= store[read_address];
    q <= fetched;
end";

impl<T: Synth, const ADDR_WIDTH: usize> Logic for SdpRam<T, ADDR_WIDTH> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        memory("SdpRam", BODY)
            .parameter("WIDTH", 8, T::BITS, &["write_data", "q"])
            .parameter("ADDR_WIDTH", 10, ADDR_WIDTH, &["write_address", "read_address"])
            .verilog()
    }
}
