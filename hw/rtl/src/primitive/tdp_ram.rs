//! A RAM with a port that looks up and a port of the host's.

use super::memory::memory;
use rust_hdl::prelude::*;

/// A memory of `2^ADDR_WIDTH` words with two ports: one that looks up, free running, and one by which the host reads and writes.
///
/// Latency: `q` shows the word at `address` two clocks later; `host_q` the word at `host_address` two clocks later.
/// A word read in the clock in which it is written shows its old value.
#[derive(LogicBlock, Default)]
pub struct TdpRam<T: Synth, const ADDR_WIDTH: usize> {
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
reg [WIDTH-1:0] store [0:(1<<ADDR_WIDTH)-1];
reg [WIDTH-1:0] fetched;
reg [WIDTH-1:0] host_fetched;

always @(posedge clock) begin
    fetched <= store[address];
    q <= fetched;
end

always @(posedge clock) begin
    if (host_write) store[host_address] <= host_data;
    host_fetched <= store[host_address];
    host_q <= host_fetched;
end";

impl<T: Synth, const ADDR_WIDTH: usize> Logic for TdpRam<T, ADDR_WIDTH> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
        self.host_q.connect();
    }

    fn hdl(&self) -> Verilog {
        memory("TdpRam", BODY)
            .parameter("WIDTH", 8, T::BITS, &["q", "host_data", "host_q"])
            .parameter("ADDR_WIDTH", 10, ADDR_WIDTH, &["address", "host_address"])
            .verilog()
    }
}
