//! Registers, with and without a reset.

use super::shift::shift;
use rust_hdl::prelude::*;

/// A register without reset: for payload, whose valid bit is kept elsewhere. `q` is `d` one clock later.
#[derive(LogicBlock, Default)]
pub struct Reg<T: Synth> {
    /// The next value.
    pub d: Signal<In, T>,
    /// The present value.
    pub q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// A register that `rst` sets to zero: for valids, pointers and what software may read.
#[derive(LogicBlock, Default)]
pub struct RstReg<T: Synth> {
    /// The next value.
    pub d: Signal<In, T>,
    /// The present value.
    pub q: Signal<Out, T>,
    /// Synchronous reset, active high.
    pub rst: Signal<In, Bit>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

impl<T: Synth> Logic for Reg<T> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        shift(T::BITS, 1)
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
