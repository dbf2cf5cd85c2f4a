//! A queue.

use super::constant::Const;
use super::primitive::{Ram, RstReg};
use rust_hdl::prelude::*;

/// A queue of `2^A` words whose front is visible before it is taken, as [`Ram`] is. `N` is `A + 1`.
#[derive(LogicBlock, Default)]
pub(crate) struct Fifo<T: Synth, const A: usize, const N: usize> {
    /// Append `data`.
    pub push: Signal<In, Bit>,
    /// The word to append.
    pub data: Signal<In, T>,
    /// Whether `front` is a word of the queue.
    pub valid: Signal<Out, Bit>,
    /// The oldest word.
    pub front: Signal<Out, T>,
    /// Remove the oldest word; only while `valid`.
    pub pop: Signal<In, Bit>,
    /// Synchronous reset: empties the queue.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: Ram<T, A>,
    head: RstReg<Bits<N>>,
    tail: RstReg<Bits<N>>,
    one: Const<N, 1>,
}

impl<T: Synth, const A: usize, const N: usize> Logic for Fifo<T, A, N> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory, head, tail);
        self.head.rst.next = self.rst.val();
        self.tail.rst.next = self.rst.val();

        self.memory.write.next = self.push.val();
        self.memory.write_address.next = self.head.q.val().get_bits::<A>(0);
        self.memory.write_data.next = self.data.val();
        self.head.d.next = self.head.q.val();
        if self.push.val() {
            self.head.d.next = self.head.q.val() + self.one.val();
        }

        self.memory.read_address.next = self.tail.q.val().get_bits::<A>(0);
        self.front.next = self.memory.q.val();
        // Valid: some word
        // was pushed and not popped.
        self.valid.next = self.head.q.val() != self.tail.q.val();
        self.tail.d.next = self.tail.q.val();
        if self.pop.val() {
            self.tail.d.next = self.tail.q.val() + self.one.val();
        }
    }
}
