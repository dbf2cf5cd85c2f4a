//! Shift registers: delays of a fixed length, and of a length that follows a pipeline's depth.

use super::range;
use rust_hdl::prelude::*;

/// A shift register: `q` is what `d` was `N` clocks ago. No reset, so that it fits shift-register primitives.
#[derive(LogicBlock, Default)]
pub struct Delay<T: Synth, const N: usize> {
    /// What goes in.
    pub d: Signal<In, T>,
    /// What went in `N` clocks ago.
    pub q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// A shift register of one bit that `rst` clears: for the valid bits of a pipeline. Length as of [`Shift`], but at least 2.
#[derive(LogicBlock, Default)]
pub struct RstShift<const STAGES: usize, const TIMES: usize, const PLUS: isize> {
    /// What goes in.
    pub d: Signal<In, Bit>,
    /// What went in `STAGES * TIMES + PLUS` clocks ago.
    pub q: Signal<Out, Bit>,
    /// Synchronous reset, active high.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
}

// So the depth of a pipeline can be a generic: Rust cannot yet compute with generics where they are used.
/// A shift register as long as `TIMES` blocks of `STAGES` registers each, and `PLUS` registers more or fewer; of no length, a wire.
#[derive(LogicBlock, Default)]
pub struct Shift<T: Synth, const STAGES: usize, const TIMES: usize, const PLUS: isize> {
    /// What goes in.
    pub d: Signal<In, T>,
    /// What went in `STAGES * TIMES + PLUS` clocks ago.
    pub q: Signal<Out, T>,
    /// The clock.
    pub clock: Signal<In, Clock>,
}

/// Registers in a [`Shift`] or [`RstShift`].
const fn length(stages: usize, times: usize, plus: isize) -> usize {
    (stages * times).strict_add_signed(plus)
}

/// `q` is `d` so many clocks ago, of `bits` bits.
pub(super) fn shift(bits: usize, clocks: usize) -> Verilog {
    Verilog::Custom(match clocks {
        0 => "always @(*) q = d;".into(),
        1 => "always @(posedge clock) q <= d;".into(),
        _ => format!(
            "\
reg {range}line [0:{last}];
integer i;

always @(posedge clock) begin
   line[0] <= d;
   for (i = 1; i < {count}; i = i + 1) line[i] <= line[i - 1];
   q <= line[{last}];
end",
            range = range(bits),
            count = clocks - 1,
            last = clocks - 2,
        ),
    })
}

impl<T: Synth, const N: usize> Logic for Delay<T, N> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        assert!(N > 1, "a delay of one clock is a Reg");
        shift(T::BITS, N)
    }
}

impl<const STAGES: usize, const TIMES: usize, const PLUS: isize> Logic for RstShift<STAGES, TIMES, PLUS> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        let clocks = length(STAGES, TIMES, PLUS);
        assert!(clocks > 1, "a delay of one clock is a RstReg");
        let last = clocks - 2;
        Verilog::Custom(format!(
            "reg [{last}:0] line;\n\nalways @(posedge clock) if (rst) {{q, line}} <= {clocks}'h0; else {{q, line}} <= {{line, d}};"
        ))
    }
}

impl<T: Synth, const STAGES: usize, const TIMES: usize, const PLUS: isize> Logic for Shift<T, STAGES, TIMES, PLUS> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        shift(T::BITS, length(STAGES, TIMES, PLUS))
    }
}
