//! Counts of 64 bits in digits of 16: each digit works one clock behind the one below it, with its carry, so that no carry chain is long.

use crate::primitive::{Memory, Reg, RstReg};
use rust_hdl::prelude::*;

/// A digit of a count of frames and of one of bytes.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Digits {
    /// Of the frames.
    pub frames: Bits<16>,
    /// Of the bytes.
    pub bytes: Bits<16>,
}

/// A memory of `2^A` digits that adds to one of them: fetch, fetch, add, store. What it is told it tells the digit above, one clock later.
#[derive(LogicBlock, Default)]
pub struct StoredDigit<const A: usize> {
    /// Which digit to fetch.
    pub fetch: Signal<In, Bits<A>>,
    /// What to add to it, two clocks later.
    pub more: Signal<In, Digits>,
    /// Store the sum, in step with `more`.
    pub store: Signal<In, Bit>,
    /// Where.
    pub place: Signal<In, Bits<A>>,
    /// Store zero instead.
    pub clear: Signal<In, Bit>,
    /// The digit fetched, two clocks after `fetch`.
    pub fetched: Signal<Out, Digits>,
    /// For the digit above: `fetch`.
    pub next_fetch: Signal<Out, Bits<A>>,
    /// For the digit above: `more`, the carry.
    pub next_more: Signal<Out, Digits>,
    /// For the digit above: `store`.
    pub next_store: Signal<Out, Bit>,
    /// For the digit above: `place`.
    pub next_place: Signal<Out, Bits<A>>,
    /// For the digit above: `clear`.
    pub next_clear: Signal<Out, Bit>,
    /// Synchronous reset: nothing is on the way to be stored.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: Memory<Digits, A>,
    fetching: Reg<Bits<A>>,
    frames: RstReg<Bits<17>>,
    bytes: RstReg<Bits<17>>,
    storing: RstReg<Bit>,
    at: Reg<Bits<A>>,
    clearing: Reg<Bit>,
    sum: Signal<Local, Digits>,
}

impl<const A: usize> Logic for StoredDigit<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory, fetching, frames, bytes, storing, at, clearing);
        self.storing.rst.next = self.rst.val();
        self.memory.read_address.next = self.fetch.val();
        self.fetched.next = self.memory.q.val();

        // What is stored comes straight from registers; to clear is to hold them at zero.
        self.frames.rst.next = self.clear.val();
        self.bytes.rst.next = self.clear.val();
        self.frames.d.next = bit_cast::<17, 16>(self.fetched.val().frames) + bit_cast::<17, 16>(self.more.val().frames);
        self.bytes.d.next = bit_cast::<17, 16>(self.fetched.val().bytes) + bit_cast::<17, 16>(self.more.val().bytes);
        self.sum.next.frames = self.frames.q.val().get_bits::<16>(0);
        self.sum.next.bytes = self.bytes.q.val().get_bits::<16>(0);
        self.storing.d.next = self.store.val();
        self.at.d.next = self.place.val();
        self.memory.write_data.next = self.sum.val();
        self.memory.write.next = self.storing.q.val();
        self.memory.write_address.next = self.at.q.val();

        self.fetching.d.next = self.fetch.val();
        self.clearing.d.next = self.clear.val();
        self.next_fetch.next = self.fetching.q.val();
        self.next_more.next.frames = bit_cast::<16, 1>(self.frames.q.val().get_bits::<1>(16));
        self.next_more.next.bytes = bit_cast::<16, 1>(self.bytes.q.val().get_bits::<1>(16));
        self.next_store.next = self.storing.q.val();
        self.next_place.next = self.at.q.val();
        self.next_clear.next = self.clearing.q.val();
    }
}

/// The sum of a few digits that come one per clock. What it is told it tells the digit above, one clock later.
#[derive(LogicBlock, Default)]
pub struct SummedDigit {
    /// The sum is zero in the next clock.
    pub clear: Signal<In, Bit>,
    /// Add `digits` and `more`.
    pub add: Signal<In, Bit>,
    /// A digit, as {bytes 16, frames 16}.
    pub digits: Signal<In, Bits<32>>,
    /// The carry of the digit below.
    pub more: Signal<In, Digits>,
    /// The sum, without its carries.
    pub sum: Signal<Out, Digits>,
    /// For the digit above: `clear`.
    pub next_clear: Signal<Out, Bit>,
    /// For the digit above: `add`.
    pub next_add: Signal<Out, Bit>,
    /// For the digit above: `more`, the carry.
    pub next_more: Signal<Out, Digits>,
    /// Synchronous reset: no addition is on the way; the sum stays undefined until `clear`.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    frames: RstReg<Bits<17>>,
    bytes: RstReg<Bits<17>>,
    clearing: Reg<Bit>,
    adding: RstReg<Bit>,
    held: Signal<Local, Digits>,
}

impl Logic for SummedDigit {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, frames, bytes, clearing, adding);
        self.adding.rst.next = self.rst.val();
        self.frames.rst.next = self.clear.val();
        self.bytes.rst.next = self.clear.val();
        self.held.next.frames = self.frames.q.val().get_bits::<16>(0);
        self.held.next.bytes = self.bytes.q.val().get_bits::<16>(0);
        self.frames.d.next = self.frames.q.val();
        self.bytes.d.next = self.bytes.q.val();
        if self.add.val() {
            self.frames.d.next = bit_cast::<17, 16>(self.held.val().frames)
                + bit_cast::<17, 16>(self.digits.val().get_bits::<16>(0))
                + bit_cast::<17, 16>(self.more.val().frames);
            self.bytes.d.next = bit_cast::<17, 16>(self.held.val().bytes)
                + bit_cast::<17, 16>(self.digits.val().get_bits::<16>(16))
                + bit_cast::<17, 16>(self.more.val().bytes);
        }
        self.sum.next = self.held.val();
        self.clearing.d.next = self.clear.val();
        self.adding.d.next = self.add.val();
        self.next_clear.next = self.clearing.q.val();
        self.next_add.next = self.adding.q.val();
        self.next_more.next.frames = bit_cast::<16, 1>(self.frames.q.val().get_bits::<1>(16));
        self.next_more.next.bytes = bit_cast::<16, 1>(self.bytes.q.val().get_bits::<1>(16));
    }
}
