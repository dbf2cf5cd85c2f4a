//! The way out of a queue in block memory.

use crate::primitive::{Literal, LutMemory, RstReg};
use rust_hdl::prelude::*;

/// Fetches the words of a queue from its memory ahead of time, into sixteen places of distributed memory, whose front is visible before it is taken.
///
/// So the block memory reads without ever being held up, and taking a word moves no more than a pointer. `N` is one bit more than an address of
/// the block memory has. Latency: a word before `bound` is at the front three clocks later. Rate: a word a clock.
#[derive(LogicBlock, Default)]
pub struct Outlet<T: Synth, const N: usize> {
    /// Where the queue's words end, in the block memory.
    pub bound: Signal<In, Bits<N>>,
    /// Which word the block memory is to read.
    pub tail: Signal<Out, Bits<N>>,
    /// The word of two clocks ago.
    pub word: Signal<In, T>,
    /// Whether `front` is a word of the queue.
    pub valid: Signal<Out, Bit>,
    /// Whether it will be in the next clock.
    pub next_valid: Signal<Out, Bit>,
    /// The oldest word.
    pub front: Signal<Out, T>,
    /// Remove the oldest word; only while `valid`.
    pub pop: Signal<In, Bit>,
    /// Synchronous reset: empties the queue.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    /// Where the next word to be fetched is.
    place: RstReg<Bits<N>>,
    /// A word is on its way: in the memory's first register,
    fetched: RstReg<Bit>,
    /// or in its second.
    arrives: RstReg<Bit>,
    /// Words that have arrived and are not yet removed.
    level: RstReg<Bits<5>>,
    some: RstReg<Bit>,
    roomy: RstReg<Bit>,
    put: RstReg<Bits<4>>,
    got: RstReg<Bits<4>>,
    places: LutMemory<T, 4>,
    fetch: Signal<Local, Bit>,
    stays: Signal<Local, Bit>,
    one: Literal<N, 1>,
    one5: Literal<5, 1>,
    one4: Literal<4, 1>,
    enough: Literal<5, 12>,
}

impl<T: Synth, const N: usize> Logic for Outlet<T, N> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, place, fetched, arrives, level, some, roomy, put, got, places);
        self.place.rst.next = self.rst.val();
        self.fetched.rst.next = self.rst.val();
        self.arrives.rst.next = self.rst.val();
        self.level.rst.next = self.rst.val();
        self.some.rst.next = self.rst.val();
        self.roomy.rst.next = self.rst.val();
        self.put.rst.next = self.rst.val();
        self.got.rst.next = self.rst.val();

        // What is under way is known late: when twelve words have arrived, up to three more will.
        self.fetch.next = self.roomy.q.val() & (self.place.q.val() != self.bound.val());
        self.roomy.d.next = self.level.q.val() < self.enough.val();
        self.tail.next = self.place.q.val();
        self.place.d.next = self.place.q.val();
        if self.fetch.val() {
            self.place.d.next = self.place.q.val() + self.one.val();
        }
        self.fetched.d.next = self.fetch.val();
        self.arrives.d.next = self.fetched.q.val();
        self.places.write.next = self.arrives.q.val();
        self.places.write_address.next = self.put.q.val();
        self.places.write_data.next = self.word.val();
        self.put.d.next = self.put.q.val();
        if self.arrives.q.val() {
            self.put.d.next = self.put.q.val() + self.one4.val();
        }

        self.got.d.next = self.got.q.val();
        if self.pop.val() {
            self.got.d.next = self.got.q.val() + self.one4.val();
        }
        self.level.d.next = self.level.q.val();
        if self.arrives.q.val() & !self.pop.val() {
            self.level.d.next = self.level.q.val() + self.one5.val();
        }
        if !self.arrives.q.val() & self.pop.val() {
            self.level.d.next = self.level.q.val() - self.one5.val();
        }
        self.stays.next = self.arrives.q.val() | self.level.q.val().get_bits::<4>(1).any() | (self.some.q.val() & !self.pop.val());
        self.some.d.next = self.stays.val();
        self.next_valid.next = self.stays.val();
        self.valid.next = self.some.q.val();
        self.places.read_address.next = self.got.q.val();
        self.front.next = self.places.q.val();
    }
}
