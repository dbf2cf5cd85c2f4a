//! A run of ones as a number.

use rust_hdl::prelude::*;

/// How many ones a word of `W` bits has, up to 64, whose ones begin at bit 0 and have no gap: `tkeep` as a number of bytes. The number is there one
/// clock after the word.
#[derive(LogicBlock, Default)]
pub struct OnesCount<const W: usize> {
    /// The word.
    pub ones: Signal<In, Bits<W>>,
    /// The number of a clock ago.
    pub count: Signal<Out, Bits<7>>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

impl<const W: usize> Logic for OnesCount<W> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.count.connect();
    }

    fn hdl(&self) -> Verilog {
        assert!(W <= 64, "the number has 7 bits");
        // Words are cut into runs of 2^k bits. Bit k of the number is set where the last one is in a run with an odd number: that is where such a
        // run is full and the next one is not. That is one level of logic less than adding the ones up. The register lies where two such pairs of
        // runs have become one bit: it is half as wide as the word, and each half of the way to the number is short.
        Verilog::Custom(format!(
            "\
wire [255:0] word;
reg [111:0] pairs, pairs_d1;
integer k, end_of_run, place;

assign word = {{{padding}'h0, ones}};
always @(*) begin
   pairs = 112'h0;
   for (k = 0; k < 7; k = k + 1)
      for (end_of_run = (1 << k) - 1; end_of_run < {W}; end_of_run = end_of_run + (4 << k))
         pairs[16 * k + (end_of_run >> (k + 2))] = (word[end_of_run] & ~word[end_of_run + (1 << k)])
            | (word[end_of_run + (2 << k)] & ~word[end_of_run + (3 << k)]);
end
always @(posedge clock) pairs_d1 <= pairs;
always @(*) for (place = 0; place < 7; place = place + 1) count[place] = |pairs_d1[16 * place +: 16];",
            padding = 256 - W,
        ))
    }
}
