//! Shift registers: delays of a fixed length, and of a length that follows a pipeline's depth.

use emit::Primitive;
use rust_hdl::prelude::*;

/// A shift register: `q` is what `d` was `CLOCKS` clocks ago. No reset, so that it fits shift-register primitives.
#[derive(LogicBlock, Default)]
pub struct Delay<T: Synth, const CLOCKS: usize> {
    /// What goes in.
    pub d: Signal<In, T>,
    /// What went in `CLOCKS` clocks ago.
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

const LINE: &str = "\
reg [WIDTH-1:0] line [0:CLOCKS-2];
integer i;

always @(posedge clock) begin
    line[0] <= d;
    for (i = 1; i < CLOCKS - 1; i = i + 1) line[i] <= line[i - 1];
    q <= line[CLOCKS-2];
end";

const RST_LINE: &str = "\
reg [CLOCKS-2:0] line;

always @(posedge clock) begin
    if (rst) {q, line} <= {CLOCKS{1'b0}};
    else {q, line} <= {line, d};
end";

/// `q` is `d` so many clocks ago, of `bits` bits.
pub(super) fn shift(bits: usize, clocks: usize) -> Verilog {
    match clocks {
        0 => Verilog::Custom("always @(*) q = d;".into()),
        1 => Verilog::Custom("always @(posedge clock) q <= d;".into()),
        _ => Primitive::new("Delay", LINE).parameter("WIDTH", 8, bits, &["d", "q"]).parameter("CLOCKS", 2, clocks, &[]).verilog(),
    }
}

impl<T: Synth, const CLOCKS: usize> Logic for Delay<T, CLOCKS> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        assert!(CLOCKS > 1, "a delay of one clock is a Reg");
        shift(T::BITS, CLOCKS)
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
        Primitive::new("RstDelay", RST_LINE)
            .doc("A shift register of one bit: q is what d was CLOCKS clocks ago, or 0 where rst was since.")
            .parameter("CLOCKS", 2, clocks, &[])
            .verilog()
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
