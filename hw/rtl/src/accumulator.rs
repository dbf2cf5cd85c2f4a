//! The sum of a few 64-bit numbers that come one per clock.

use crate::primitive::{Literal, Reg, RstReg};
use rust_hdl::prelude::*;

/// Adds up 64-bit numbers, the low halves one clock before the high ones.
///
/// Latency: the sum holds a number two clocks after `add`.
#[derive(LogicBlock, Default)]
pub struct Accumulator {
    /// Add `low` and `high` in this clock.
    pub add: Signal<In, Bit>,
    /// Start anew with this number.
    pub first: Signal<In, Bit>,
    /// Bits 31:0 of the number.
    pub low: Signal<In, Bits<32>>,
    /// Bits 63:32 of the number.
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
    adding: RstReg<Bit>,
    begun: Reg<Bit>,
    late: Reg<Bits<32>>,
    lower_before: Signal<Local, Bits<32>>,
    upper_before: Signal<Local, Bits<32>>,
    carry: Signal<Local, Bits<1>>,
    zero: Literal<32, 0>,
}

impl Logic for Accumulator {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, lower, upper, adding, begun, late);
        self.adding.rst.next = self.rst.val();

        self.lower_before.next = self.lower.q.val().get_bits::<32>(0);
        if self.first.val() {
            self.lower_before.next = self.zero.val();
        }
        self.lower.d.next = self.lower.q.val();
        if self.add.val() {
            self.lower.d.next = bit_cast::<33, 32>(self.lower_before.val()) + bit_cast::<33, 32>(self.low.val());
        }
        self.adding.d.next = self.add.val();
        self.begun.d.next = self.first.val();
        self.late.d.next = self.high.val();

        self.upper_before.next = self.upper.q.val();
        if self.begun.q.val() {
            self.upper_before.next = self.zero.val();
        }
        self.carry.next = self.lower.q.val().get_bits::<1>(32);
        self.upper.d.next = self.upper.q.val();
        if self.adding.q.val() {
            self.upper.d.next = self.upper_before.val() + self.late.q.val() + bit_cast::<32, 1>(self.carry.val());
        }
        self.sum_low.next = self.lower.q.val().get_bits::<32>(0);
        self.sum_high.next = self.upper.q.val();
    }
}
