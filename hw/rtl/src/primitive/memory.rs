//! What all memories have in common.

use emit::Primitive;

/// Every word is zero before the first clock, as in an FPGA that was just configured: without it a four-state simulator shows unknowns where
/// hardware has zeros. Synthesis does not read it: zero is what block RAM and distributed RAM start with anyway, and Yosys takes minutes for such
/// a loop over a large memory.
const ZEROED: &str = "\
`ifndef SYNTHESIS
integer word;

initial for (word = 0; word < (1<<ADDR_WIDTH); word = word + 1) store[word] = {WIDTH{1'b0}};
`endif";

/// A memory of this name, whose `body` declares `store`, of `1<<ADDR_WIDTH` words of `WIDTH` bits.
pub(super) fn memory(name: &str, body: &str) -> Primitive {
    Primitive::new(name, &format!("{body}\n\n{ZEROED}"))
}
