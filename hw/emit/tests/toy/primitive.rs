//! Registers and a memory: what the toy is made of.

use emit::Primitive;
use rust_hdl::prelude::*;

/// A register without reset.
#[derive(LogicBlock, Default)]
pub(crate) struct Reg<T: Synth> {
    /// The next value.
    pub d: Signal<In, T>,
    /// The present value.
    pub q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// A register that `rst` sets to zero.
#[derive(LogicBlock, Default)]
pub(crate) struct RstReg<T: Synth> {
    /// The next value.
    pub d: Signal<In, T>,
    /// The present value.
    pub q: Signal<Out, T>,
    /// Synchronous reset, active high.
    pub rst: Signal<In, Bit>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// A memory of `2^ADDR_WIDTH` words, whose words are there without a clock.
#[derive(LogicBlock, Default)]
pub(crate) struct Ram<T: Synth, const ADDR_WIDTH: usize> {
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

impl<T: Synth> Logic for Reg<T> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom("always @(posedge clock) q <= d;".into())
    }
}

impl<T: Synth> Logic for RstReg<T> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!("always @(posedge clock) if (rst) q <= {}'h0; else q <= d;", T::BITS))
    }
}

impl<T: Synth, const ADDR_WIDTH: usize> Logic for Ram<T, ADDR_WIDTH> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        Primitive::new("Ram", BODY)
            .parameter("WIDTH", 8, T::BITS, &["write_data", "q"])
            .parameter("ADDR_WIDTH", 4, ADDR_WIDTH, &["write_address", "read_address"])
            .verilog()
    }
}

const BODY: &str = "\
reg [WIDTH-1:0] store [0:(1<<ADDR_WIDTH)-1];

always @(posedge clock) begin
    if (write) store[write_address] <= write_data;
end

always @(*) q = store[read_address];";
