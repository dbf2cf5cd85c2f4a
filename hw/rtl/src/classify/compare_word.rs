//! Which of two addresses is the smaller number: four bytes of each.

use crate::primitive::Shift;
use rust_hdl::prelude::*;

/// Four bytes, to reverse their order.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Bytes4 {
    pub b0: Bits<8>,
    pub b1: Bits<8>,
    pub b2: Bits<8>,
    pub b3: Bits<8>,
}

/// Compares four bytes of two addresses as big-endian numbers. Latency: `STAGES` - 1.
#[derive(LogicBlock, Default)]
pub struct CompareWord<const STAGES: usize> {
    /// One, first byte least significant.
    pub a: Signal<In, Bits<32>>,
    /// The other.
    pub b: Signal<In, Bits<32>>,
    /// `a` is the smaller.
    pub below: Signal<Out, Bit>,
    /// They are equal.
    pub equal: Signal<Out, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    below_d1: Shift<Bit, STAGES, 1, -1>,
    equal_d1: Shift<Bit, STAGES, 1, -1>,
    turned_a: Signal<Local, Bytes4>,
    turned_b: Signal<Local, Bytes4>,
    number_a: Signal<Local, Bits<32>>,
    number_b: Signal<Local, Bits<32>>,
}

impl<const STAGES: usize> Logic for CompareWord<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, below_d1, equal_d1);
        self.turned_a.next.b0 = self.a.val().get_bits::<8>(24);
        self.turned_a.next.b1 = self.a.val().get_bits::<8>(16);
        self.turned_a.next.b2 = self.a.val().get_bits::<8>(8);
        self.turned_a.next.b3 = self.a.val().get_bits::<8>(0);
        self.turned_b.next.b0 = self.b.val().get_bits::<8>(24);
        self.turned_b.next.b1 = self.b.val().get_bits::<8>(16);
        self.turned_b.next.b2 = self.b.val().get_bits::<8>(8);
        self.turned_b.next.b3 = self.b.val().get_bits::<8>(0);
        self.number_a.next = self.turned_a.val().into();
        self.number_b.next = self.turned_b.val().into();
        self.below_d1.d.next = self.number_a.val() < self.number_b.val();
        self.equal_d1.d.next = self.a.val() == self.b.val();
        self.below.next = self.below_d1.q.val();
        self.equal.next = self.equal_d1.q.val();
    }
}
