//! Memories, written by hand so that synthesis infers block memory or distributed memory.

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

/// A memory of `2^A` words with two ports: one that looks up, free running, and one by which the host reads and writes.
///
/// Latency: `q` shows the word at `address` two clocks later; `host_q` the word at `host_address` two clocks later.
/// A word read in the clock in which it is written shows its old value.
#[derive(LogicBlock, Default)]
pub struct TdpRam<T: Synth, const A: usize> {
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

impl<T: Synth, const A: usize> Logic for TdpRam<T, A> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
        self.host_q.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "\
reg {range}store [0:{last}];
reg {range}fetched;
reg {range}host_fetched;

always @(posedge clock) begin
   fetched <= store[address];
   q <= fetched;
end

always @(posedge clock) begin
   if (host_write) store[host_address] <= host_data;
   host_fetched <= store[host_address];
   host_q <= host_fetched;
end",
            range = range(T::BITS),
            last = (1_usize << A) - 1,
        ))
    }
}
