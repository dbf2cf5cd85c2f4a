//! An index register that counts on by itself.

use crate::primitive::{Const, Reg, RstReg};
use rust_hdl::prelude::*;

/// A number of `N` bits below `limit` that names the word that a data register shows.
#[derive(LogicBlock, Default)]
pub struct Index<const N: usize> {
    /// Take `data`.
    pub load: Signal<In, Bit>,
    /// The number to take.
    pub data: Signal<In, Bits<32>>,
    /// Add one; the first word follows the last. Not in the two clocks after the number has changed.
    pub advance: Signal<In, Bit>,
    /// How many words there are, below 2^16.
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
    short: Reg<Bit>,
    below: Reg<Bit>,
    following: Reg<Bits<32>>,
    ends: Reg<Bit>,
    one: Const<32, 1>,
    none: Const<16, 0>,
    zero: Const<N, 0>,
}

impl<const N: usize> Logic for Index<N> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, number, short, below, following, ends);
        self.number.rst.next = self.rst.val();
        self.short.d.next = self.data.val().get_bits::<16>(16) == self.none.val();
        self.below.d.next = self.data.val().get_bits::<16>(0) < self.limit.val().get_bits::<16>(0);
        self.fits.next = self.short.q.val() & self.below.q.val();
        self.following.d.next = bit_cast::<32, N>(self.number.q.val()) + self.one.val();
        self.ends.d.next = self.following.q.val() == self.limit.val();
        self.number.d.next = self.number.q.val();
        if self.advance.val() {
            self.number.d.next = self.following.q.val().get_bits::<N>(0);
            if self.ends.q.val() {
                self.number.d.next = self.zero.val();
            }
        }
        if self.load.val() {
            self.number.d.next = self.data.val().get_bits::<N>(0);
        }
        self.q.next = self.number.q.val();
    }
}
