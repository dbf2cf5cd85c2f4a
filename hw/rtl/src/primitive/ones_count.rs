//! A run of ones as a number.

use rust_hdl::prelude::*;

/// How many ones a word of `W` bits has, up to 64, whose ones begin at bit 0 and have no gap: `tkeep` as a number of bytes. Combinational.
#[derive(LogicBlock, Default)]
pub struct OnesCount<const W: usize> {
    /// The word.
    pub ones: Signal<In, Bits<W>>,
    /// The number.
    pub count: Signal<Out, Bits<7>>,
}

impl<const W: usize> Logic for OnesCount<W> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.count.connect();
    }

    fn hdl(&self) -> Verilog {
        assert!(W <= 64, "the number has 7 bits");
        // Words are cut into runs of 2^k bits. Bit k of the number is set where the last one is in a run with an odd number: that is where such a
        // run is full and the next one is not. That is one level of logic less than adding the ones up.
        Verilog::Custom(format!(
            "\
wire [127:0] word;
integer k, end_of_run;

assign word = {{{padding}'h0, ones}};
always @(*) begin
   count = 7'h0;
   for (k = 0; k < 7; k = k + 1)
      for (end_of_run = (1 << k) - 1; end_of_run < {W}; end_of_run = end_of_run + (2 << k))
         if (word[end_of_run] & ~word[end_of_run + (1 << k)]) count[k] = 1'h1;
end",
            padding = 128 - W,
        ))
    }
}
