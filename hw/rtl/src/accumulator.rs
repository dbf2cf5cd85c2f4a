//! The sum of a few 64-bit numbers that come one per clock.

use crate::primitive::{Delay, Literal, Reg, RstReg};
use rust_hdl::prelude::*;

/// Adds up 64-bit numbers, the low halves two clocks before the high ones.
///
/// Latency: the sum holds a number three clocks after `add`.
#[derive(LogicBlock, Default)]
pub struct Accumulator {
    /// Add `low` in this clock.
    pub add: Signal<In, Bit>,
    /// Start anew with this number.
    pub first: Signal<In, Bit>,
    /// Bits 31:0 of the number.
    pub low: Signal<In, Bits<32>>,
    /// Bits 63:32 of the number, two clocks later.
    pub high: Signal<In, Bits<32>>,
    /// Bits 31:0 of the sum.
    pub sum_low: Signal<Out, Bits<32>>,
    /// Bits 63:32 of the sum.
    pub sum_high: Signal<Out, Bits<32>>,
    /// Synchronous reset: no addition is on the way; the sum stays undefined until `first`.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    lower: Reg<Bits<33>>,
    upper: Reg<Bits<32>>,
    added: RstReg<Bit>,
    adding: RstReg<Bit>,
    begun: Delay<Bit, 2>,
    over: Reg<Bits<1>>,
    lower_before: Signal<Local, Bits<32>>,
    upper_before: Signal<Local, Bits<32>>,
    zero: Literal<32, 0>,
}

impl Logic for Accumulator {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, lower, upper, added, adding, begun, over);
        self.added.rst.next = self.rst.val();
        self.adding.rst.next = self.rst.val();

        self.lower_before.next = self.lower.q.val().get_bits::<32>(0);
        if self.first.val() {
            self.lower_before.next = self.zero.val();
        }
        self.lower.d.next = self.lower.q.val();
        if self.add.val() {
            self.lower.d.next = bit_cast::<33, 32>(self.lower_before.val()) + bit_cast::<33, 32>(self.low.val());
        }
        self.added.d.next = self.add.val();
        self.adding.d.next = self.added.q.val();
        self.begun.d.next = self.first.val();

        self.upper_before.next = self.upper.q.val();
        if self.begun.q.val() {
            self.upper_before.next = self.zero.val();
        }
        self.over.d.next = self.lower.q.val().get_bits::<1>(32);
        self.upper.d.next = self.upper.q.val();
        if self.adding.q.val() {
            self.upper.d.next = self.upper_before.val() + self.high.val() + bit_cast::<32, 1>(self.over.q.val());
        }
        self.sum_low.next = self.lower.q.val().get_bits::<32>(0);
        self.sum_high.next = self.upper.q.val();
    }
}
