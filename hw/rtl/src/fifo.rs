//! A first-in first-out queue in block memory.

use crate::primitive::{Literal, Memory, RstReg};
use rust_hdl::prelude::*;

/// A queue of `2^A` words whose front is visible before it is taken; `N` is `A + 1`.
///
/// The two registers behind the memory are the queue's last two places, so it delivers a word every clock.
/// Latency: a word pushed into an empty queue is at the front three clocks later.
/// When full: a push is not refused but overwrites; the writer watches `count`.
#[derive(LogicBlock, Default)]
pub struct Fifo<T: Synth, const A: usize, const N: usize> {
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
    /// Words pushed and not yet popped.
    pub count: Signal<Out, Bits<N>>,
    /// Synchronous reset: empties the queue.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: Memory<T, A>,
    head: RstReg<Bits<N>>,
    tail: RstReg<Bits<N>>,
    fill: RstReg<Bits<N>>,
    fetched: RstReg<Bit>,
    shown: RstReg<Bit>,
    advance: Signal<Local, Bit>,
    fetch: Signal<Local, Bit>,
    stored: Signal<Local, Bit>,
    one: Literal<N, 1>,
}

impl<T: Synth, const A: usize, const N: usize> Logic for Fifo<T, A, N> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory, head, tail, fill, fetched, shown);
        self.head.rst.next = self.rst.val();
        self.tail.rst.next = self.rst.val();
        self.fill.rst.next = self.rst.val();
        self.fetched.rst.next = self.rst.val();
        self.shown.rst.next = self.rst.val();

        self.stored.next = self.head.q.val() != self.tail.q.val();
        self.advance.next = !self.shown.q.val() | self.pop.val();
        self.fetch.next = !self.fetched.q.val() | self.advance.val();

        self.memory.write.next = self.push.val();
        self.memory.write_address.next = self.head.q.val().get_bits::<A>(0);
        self.memory.write_data.next = self.data.val();
        self.memory.read.next = self.fetch.val();
        self.memory.read_address.next = self.tail.q.val().get_bits::<A>(0);
        self.memory.advance.next = self.advance.val();

        self.head.d.next = self.head.q.val();
        if self.push.val() {
            self.head.d.next = self.head.q.val() + self.one.val();
        }
        self.tail.d.next = self.tail.q.val();
        if self.fetch.val() & self.stored.val() {
            self.tail.d.next = self.tail.q.val() + self.one.val();
        }
        self.fetched.d.next = self.fetched.q.val();
        if self.fetch.val() {
            self.fetched.d.next = self.stored.val();
        }
        self.shown.d.next = self.shown.q.val();
        if self.advance.val() {
            self.shown.d.next = self.fetched.q.val();
        }
        self.fill.d.next = self.fill.q.val();
        if self.push.val() & !self.pop.val() {
            self.fill.d.next = self.fill.q.val() + self.one.val();
        }
        if !self.push.val() & self.pop.val() {
            self.fill.d.next = self.fill.q.val() - self.one.val();
        }

        self.front.next = self.memory.q.val();
        self.valid.next = self.shown.q.val();
        self.count.next = self.fill.q.val();
    }
}
