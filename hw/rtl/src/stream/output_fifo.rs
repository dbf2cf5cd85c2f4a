//! The output stage of a FIFO in block memory: prefetch, first-word fall-through.

use crate::primitive::{Const, LutRam, Reg, RstReg};
use rust_hdl::prelude::*;

/// Prefetches the words of a FIFO from block memory into sixteen slots of distributed memory, whose front is visible before it is popped. Some bits
/// of each word, its mark `M`, are kept a second time, so that the front's mark comes from registers.
///
/// The block memory therefore reads without backpressure, and a pop moves only a pointer. `N` is one bit more than an address of
/// the block memory has. Latency: a word before `bound` is at the front three clocks later. Rate: a word a clock.
#[derive(LogicBlock, Default)]
pub struct OutputFifo<T: Synth, M: Synth, const N: usize> {
    /// Where the words of the FIFO end in the block memory.
    pub bound: Signal<In, Bits<N>>,
    /// `bound` advances in the next clock.
    pub grows: Signal<In, Bit>,
    /// Which word the block memory is to read.
    pub tail: Signal<Out, Bits<N>>,
    /// The word of two clocks ago.
    pub word: Signal<In, T>,
    /// Its mark.
    pub mark: Signal<In, M>,
    /// `front` is a word of the FIFO.
    pub valid: Signal<Out, Bit>,
    /// `front` will be a word of the FIFO in the next clock.
    pub next_valid: Signal<Out, Bit>,
    /// The oldest word.
    pub front: Signal<Out, T>,
    /// Its mark, straight from registers.
    pub front_mark: Signal<Out, M>,
    /// Remove the oldest word; only while `valid`. It may come late: all else is ready before it.
    pub pop: Signal<In, Bit>,
    /// A word was removed one clock ago.
    pub popped: Signal<Out, Bit>,
    /// Synchronous reset: empties the FIFO.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    /// The address of the next word to fetch.
    fetch_at: RstReg<Bits<N>>,
    /// The address after that.
    following: Reg<Bits<N>>,
    /// There is one to fetch: `fetch_at` is not at `bound`.
    more: RstReg<Bit>,
    /// A word is in the memory's first register.
    fetch_d1: RstReg<Bit>,
    /// A word is in the memory's second register.
    word_valid: RstReg<Bit>,
    /// Words in the slots, and the one that was removed one clock ago.
    level: RstReg<Bits<5>>,
    front_valid: RstReg<Bit>,
    popped_d1: RstReg<Bit>,
    has_room: RstReg<Bit>,
    write_slot: RstReg<Bits<4>>,
    read_slot: RstReg<Bits<4>>,
    slots: LutRam<T, 4>,
    marks: LutRam<M, 4>,
    marked: Reg<M>,
    fetch: Signal<Local, Bit>,
    following_slot: Signal<Local, Bits<4>>,
    another: Signal<Local, Bit>,
    remains: Signal<Local, Bit>,
    stays: Signal<Local, Bit>,
    one: Const<N, 1>,
    one5: Const<5, 1>,
    one4: Const<4, 1>,
    enough: Const<5, 12>,
}

impl<T: Synth, M: Synth, const N: usize> Logic for OutputFifo<T, M, N> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, fetch_at, following, more, fetch_d1, word_valid, level, front_valid, has_room, write_slot, read_slot, slots);
        clock!(self, clock, marks, marked, popped_d1);
        self.fetch_at.rst.next = self.rst.val();
        self.more.rst.next = self.rst.val();
        self.fetch_d1.rst.next = self.rst.val();
        self.word_valid.rst.next = self.rst.val();
        self.level.rst.next = self.rst.val();
        self.front_valid.rst.next = self.rst.val();
        self.popped_d1.rst.next = self.rst.val();
        self.has_room.rst.next = self.rst.val();
        self.write_slot.rst.next = self.rst.val();
        self.read_slot.rst.next = self.rst.val();

        // The fill level lags: when the slots hold twelve words, up to three more arrive. A word that is removed counts for one clock more.
        self.fetch.next = self.has_room.q.val() & self.more.q.val();
        self.has_room.d.next = self.level.q.val() < self.enough.val();
        self.tail.next = self.fetch_at.q.val();
        // Whether there is one more word is compared one clock ahead, so that the fetch does not wait for a comparison.
        self.fetch_at.d.next = self.fetch_at.q.val();
        self.following.d.next = self.following.q.val();
        self.more.d.next = self.grows.val() | (self.fetch_at.q.val() != self.bound.val());
        if self.fetch.val() {
            self.fetch_at.d.next = self.following.q.val();
            self.following.d.next = self.following.q.val() + self.one.val();
            self.more.d.next = self.grows.val() | (self.following.q.val() != self.bound.val());
        }
        if self.rst.val() {
            self.following.d.next = self.one.val();
        }
        self.fetch_d1.d.next = self.fetch.val();
        self.word_valid.d.next = self.fetch_d1.q.val();
        self.slots.write.next = self.word_valid.q.val();
        self.slots.write_address.next = self.write_slot.q.val();
        self.slots.write_data.next = self.word.val();
        self.write_slot.d.next = self.write_slot.q.val();
        if self.word_valid.q.val() {
            self.write_slot.d.next = self.write_slot.q.val() + self.one4.val();
        }
        self.level.d.next = self.level.q.val();
        if self.word_valid.q.val() & !self.popped_d1.q.val() {
            self.level.d.next = self.level.q.val() + self.one5.val();
        }
        if !self.word_valid.q.val() & self.popped_d1.q.val() {
            self.level.d.next = self.level.q.val() - self.one5.val();
        }
        self.popped_d1.d.next = self.pop.val();
        self.popped.next = self.popped_d1.q.val();

        // What remains at the front. Another word follows it if the level is 3 or more, or 2 and none of them was removed a clock ago. The read pointer
        // drives every bit of a wide word, so the front's mark is read one clock ahead: that of the word that stays at the front, of the next word, or
        // of the word that arrives where there is no other.
        self.another.next = self.level.q.val().get_bits::<3>(2).any()
            | (self.level.q.val().get_bit(1) & (self.level.q.val().get_bit(0) | !self.popped_d1.q.val()));
        self.following_slot.next = self.read_slot.q.val() + self.one4.val();
        self.read_slot.d.next = self.read_slot.q.val();
        self.remains.next = self.front_valid.q.val();
        self.marked.d.next = self.marked.q.val();
        if self.pop.val() {
            self.read_slot.d.next = self.following_slot.val();
            self.remains.next = self.another.val();
            self.marked.d.next = self.marks.q.val();
        }
        if !self.remains.val() {
            self.marked.d.next = self.mark.val();
        }
        self.stays.next = self.word_valid.q.val() | self.remains.val();
        self.front_valid.d.next = self.stays.val();
        self.next_valid.next = self.stays.val();
        self.valid.next = self.front_valid.q.val();
        self.slots.read_address.next = self.read_slot.q.val();
        self.front.next = self.slots.q.val();
        self.marks.write.next = self.word_valid.q.val();
        self.marks.write_address.next = self.write_slot.q.val();
        self.marks.write_data.next = self.mark.val();
        self.marks.read_address.next = self.following_slot.val();
        self.front_mark.next = self.marked.q.val();
    }
}
