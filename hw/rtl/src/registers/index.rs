//! An index register that counts on by itself.

use crate::primitive::{Literal, Reg, RstReg};
use rust_hdl::prelude::*;

/// A number of `N` bits below `limit` that names the word behind a data register.
#[derive(LogicBlock, Default)]
pub struct Index<const N: usize> {
    /// Take `data`.
    pub load: Signal<In, Bit>,
    /// The number to take.
    pub data: Signal<In, Bits<32>>,
    /// Add one; behind the last word comes the first.
    pub advance: Signal<In, Bit>,
    /// How many words there are.
    pub limit: Signal<In, Bits<32>>,
    /// Whether `data`, as it was one clock ago, is below `limit`.
    pub fits: Signal<Out, Bit>,
    /// The number.
    pub q: Signal<Out, Bits<N>>,
    /// Synchronous reset: the number is zero.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    number: RstReg<Bits<N>>,
    below: Reg<Bit>,
    following: Signal<Local, Bits<32>>,
    one: Literal<32, 1>,
    zero: Literal<N, 0>,
}

impl<const N: usize> Logic for Index<N> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, number, below);
        self.number.rst.next = self.rst.val();
        self.below.d.next = self.data.val() < self.limit.val();
        self.fits.next = self.below.q.val();
        self.following.next = bit_cast::<32, N>(self.number.q.val()) + self.one.val();
        self.number.d.next = self.number.q.val();
        if self.advance.val() {
            self.number.d.next = self.following.val().get_bits::<N>(0);
            if self.following.val() == self.limit.val() {
                self.number.d.next = self.zero.val();
            }
        }
        if self.load.val() {
            self.number.d.next = self.data.val().get_bits::<N>(0);
        }
        self.q.next = self.number.q.val();
    }
}
