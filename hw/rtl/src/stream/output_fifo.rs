//! The way out of a queue in block memory.

use crate::primitive::{Const, LutRam, Reg, RstReg};
use rust_hdl::prelude::*;

/// Fetches the words of a queue from its memory ahead of time, into sixteen places of distributed memory, whose front is visible before it is taken.
/// One bit of each word, its mark, is kept once more, so that the front's comes from a register.
///
/// So the block memory reads without ever being held up, and taking a word moves no more than a pointer. `N` is one bit more than an address of
/// the block memory has. Latency: a word before `bound` is at the front three clocks later. Rate: a word a clock.
#[derive(LogicBlock, Default)]
pub struct OutputFifo<T: Synth, const N: usize> {
    /// Where the queue's words end, in the block memory.
    pub bound: Signal<In, Bits<N>>,
    /// That `bound` moves on in the next clock.
    pub grows: Signal<In, Bit>,
    /// Which word the block memory is to read.
    pub tail: Signal<Out, Bits<N>>,
    /// The word of two clocks ago.
    pub word: Signal<In, T>,
    /// Its mark.
    pub mark: Signal<In, Bit>,
    /// Whether `front` is a word of the queue.
    pub valid: Signal<Out, Bit>,
    /// Whether it will be in the next clock.
    pub next_valid: Signal<Out, Bit>,
    /// The oldest word.
    pub front: Signal<Out, T>,
    /// Its mark, straight from a register.
    pub front_mark: Signal<Out, Bit>,
    /// Remove the oldest word; only while `valid`.
    pub pop: Signal<In, Bit>,
    /// Synchronous reset: empties the queue.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    /// Where the next word to be fetched is.
    fetch_at: RstReg<Bits<N>>,
    /// Where the one behind it is.
    following: Reg<Bits<N>>,
    /// There is one to be fetched: `fetch_at` is not at `bound`.
    more: RstReg<Bit>,
    /// A word is on its way: in the memory's first register,
    fetch_d1: RstReg<Bit>,
    /// or in its second.
    word_valid: RstReg<Bit>,
    /// Words that have arrived and are not yet removed.
    level: RstReg<Bits<5>>,
    front_valid: RstReg<Bit>,
    has_room: RstReg<Bit>,
    write_slot: RstReg<Bits<4>>,
    read_slot: RstReg<Bits<4>>,
    slots: LutRam<T, 4>,
    marks: LutRam<Bit, 4>,
    marked: Reg<Bit>,
    fetch: Signal<Local, Bit>,
    following_slot: Signal<Local, Bits<4>>,
    remains: Signal<Local, Bit>,
    stays: Signal<Local, Bit>,
    one: Const<N, 1>,
    one5: Const<5, 1>,
    one4: Const<4, 1>,
    enough: Const<5, 12>,
}

impl<T: Synth, const N: usize> Logic for OutputFifo<T, N> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(
            self,
            clock,
            fetch_at,
            following,
            more,
            fetch_d1,
            word_valid,
            level,
            front_valid,
            has_room,
            write_slot,
            read_slot,
            slots,
            marks,
            marked
        );
        self.fetch_at.rst.next = self.rst.val();
        self.more.rst.next = self.rst.val();
        self.fetch_d1.rst.next = self.rst.val();
        self.word_valid.rst.next = self.rst.val();
        self.level.rst.next = self.rst.val();
        self.front_valid.rst.next = self.rst.val();
        self.has_room.rst.next = self.rst.val();
        self.write_slot.rst.next = self.rst.val();
        self.read_slot.rst.next = self.rst.val();

        // What is under way is known late: when twelve words have arrived, up to three more will.
        self.fetch.next = self.has_room.q.val() & self.more.q.val();
        self.has_room.d.next = self.level.q.val() < self.enough.val();
        self.tail.next = self.fetch_at.q.val();
        // So is whether there is one more, a clock ahead, so that no comparison stands in front of the fetch.
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

        self.following_slot.next = self.read_slot.q.val() + self.one4.val();
        self.read_slot.d.next = self.read_slot.q.val();
        if self.pop.val() {
            self.read_slot.d.next = self.following_slot.val();
        }
        self.level.d.next = self.level.q.val();
        if self.word_valid.q.val() & !self.pop.val() {
            self.level.d.next = self.level.q.val() + self.one5.val();
        }
        if !self.word_valid.q.val() & self.pop.val() {
            self.level.d.next = self.level.q.val() - self.one5.val();
        }
        self.remains.next = self.level.q.val().get_bits::<4>(1).any() | (self.front_valid.q.val() & !self.pop.val());
        self.stays.next = self.word_valid.q.val() | self.remains.val();
        self.front_valid.d.next = self.stays.val();
        self.next_valid.next = self.stays.val();
        self.valid.next = self.front_valid.q.val();
        self.slots.read_address.next = self.read_slot.q.val();
        self.front.next = self.slots.q.val();

        // The pointer to the front drives all of a wide word's places, so the front's mark is looked up a clock ahead: that of the word that is
        // there and stays, or of the one behind it, or of the one that arrives where no other is.
        self.marks.write.next = self.word_valid.q.val();
        self.marks.write_address.next = self.write_slot.q.val();
        self.marks.write_data.next = self.mark.val();
        self.marks.read_address.next = self.following_slot.val();
        self.marked.d.next = self.marked.q.val();
        if self.pop.val() {
            self.marked.d.next = self.marks.q.val();
        }
        if !self.remains.val() {
            self.marked.d.next = self.mark.val();
        }
        self.front_mark.next = self.marked.q.val();
    }
}
