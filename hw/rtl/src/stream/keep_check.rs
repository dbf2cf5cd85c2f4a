//! The rule for `tkeep`, watched in simulation.

use emit::Primitive;
use rust_hdl::prelude::*;

/// Stops a simulation at a beat whose `tkeep` has a gap: a beat is full, but for its frame's last, which has at least one byte and its bytes first.
/// The core counts such bytes wrongly. `violations` counts on for those who continue. Synthesis sees nothing of it.
#[derive(LogicBlock, Default)]
pub struct KeepCheck<const KEEP_W: usize> {
    /// A beat is taken.
    pub take: Signal<In, Bit>,
    /// Which of its bytes count.
    pub keep: Signal<In, Bits<KEEP_W>>,
    /// It ends its frame.
    pub last: Signal<In, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
}

const BODY: &str = "\
`ifndef SYNTHESIS
integer violations;
wire contiguous = keep[0] & (keep & (keep + {{WIDTH-1{1'b0}}, 1'b1})) == {WIDTH{1'b0}};

initial violations = 0;
always @(posedge clock) begin
    if (take & ~rst & ~(last ? contiguous : &keep)) begin
        violations <= violations + 1;
        $display(\"%m: error: tkeep %h has a gap (tlast %b, time %0t); it must be full, or on a frame's last beat have its bytes first\", keep, last, $time);
        $stop;
    end
end
`endif";

impl<const KEEP_W: usize> Logic for KeepCheck<KEEP_W> {
    fn update(&mut self) {}

    fn hdl(&self) -> Verilog {
        Primitive::new("KeepCheck", BODY).parameter("WIDTH", 64, KEEP_W, &["keep"]).verilog()
    }
}
