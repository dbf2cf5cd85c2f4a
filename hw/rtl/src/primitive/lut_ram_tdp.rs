//! A RAM of lookup tables with a port that looks up and a port of the host's.

use super::memory::memory;
use rust_hdl::prelude::*;

/// A memory of `2^ADDR_WIDTH` words in distributed memory, where a small table has no clock to spend.
///
/// Latency: `q` shows the word at `address` in the same clock, `host_q` the word at `host_address` one clock later.
/// A word read in the clock in which it is written shows its old value.
#[derive(LogicBlock, Default)]
pub struct LutRamTdp<T: Synth, const ADDR_WIDTH: usize> {
    /// Which word to look up.
    pub address: Signal<In, Bits<ADDR_WIDTH>>,
    /// The word looked up.
    pub q: Signal<Out, T>,
    /// Which word the host reads or writes.
    pub host_address: Signal<In, Bits<ADDR_WIDTH>>,
    /// Store `host_data` at `host_address`.
    pub host_write: Signal<In, Bit>,
    /// What to store.
    pub host_data: Signal<In, T>,
    /// The word that the host reads.
    pub host_q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

const BODY: &str = "\
(* ram_style = \"distributed\" *) reg [WIDTH-1:0] store [0:(1<<ADDR_WIDTH)-1];

always @(posedge clock) begin
    if (host_write) store[host_address] <= host_data;
    host_q <= store[host_address];
end

always @(*) q = store[address];";

impl<T: Synth, const ADDR_WIDTH: usize> Logic for LutRamTdp<T, ADDR_WIDTH> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
        self.host_q.connect();
    }

    fn hdl(&self) -> Verilog {
        memory("LutRamTdp", BODY)
            .parameter("WIDTH", 8, T::BITS, &["q", "host_data", "host_q"])
            .parameter("ADDR_WIDTH", 4, ADDR_WIDTH, &["address", "host_address"])
            .verilog()
    }
}
