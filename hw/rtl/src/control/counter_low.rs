//! The lower 32 bits of counters, which events are added to.

use crate::primitive::{Const, Delay, Reg, RstReg, SdpRam};
use rust_hdl::prelude::*;

/// The low or the high words of a count of frames and of a count of bytes.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct CountPair {
    /// Of the frames.
    pub frames: Bits<32>,
    /// Of the bytes.
    pub bytes: Bits<32>,
}

/// The low words of `2^A` counts; each clock adds a frame to any one of them.
///
/// A sum is stored five clocks after its count was addressed. Until then it is forwarded from the registers that hold it, so no event waits and a
/// count is one word (of which the host reads a copy). `name_dN` is a signal N clocks after `address`.
#[derive(LogicBlock, Default)]
pub struct CounterLow<const A: usize> {
    /// Which count to add to.
    pub address: Signal<In, Bits<A>>,
    /// Add a frame.
    pub count: Signal<In, Bit>,
    /// Its length.
    pub bytes: Signal<In, Bits<16>>,
    /// Store zero instead; nothing is counted in this clock and the next four.
    pub clear: Signal<In, Bit>,
    /// Two clocks later: `address`, for the high words.
    pub high_address: Signal<Out, Bits<A>>,
    /// Two clocks later: `clear`, for the high words.
    pub high_clear: Signal<Out, Bit>,
    /// Four clocks later: a carry to the frames' high word.
    pub carry_frames_d4: Signal<Out, Bit>,
    /// Four clocks later: a carry to the bytes' high word.
    pub carry_bytes_d4: Signal<Out, Bit>,
    /// Which count to show.
    pub host_address: Signal<In, Bits<A>>,
    /// Its low words as stored, two clocks later.
    pub shown: Signal<Out, CountPair>,
    /// Synchronous reset: discards the events in flight.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: SdpRam<CountPair, A>,
    copy: SdpRam<CountPair, A>,
    address_d1: Reg<Bits<A>>,
    address_d2: Reg<Bits<A>>,
    address_d3: Reg<Bits<A>>,
    address_d4: Reg<Bits<A>>,
    address_d5: Reg<Bits<A>>,
    counts: RstReg<Bits<5>>,
    clears: RstReg<Bits<4>>,
    bytes_d3: Delay<Bits<16>, 3>,
    same_as_fourth: Reg<Bit>,
    same_as_third: Reg<Bit>,
    same_as_second: Reg<Bit>,
    same_as_last: Delay<Bit, 2>,
    base_d3: Reg<CountPair>,
    frames_d4: RstReg<Bits<33>>,
    bytes_d4: RstReg<Bits<33>>,
    sum_d5: Reg<CountPair>,
    sum_d6: Reg<CountPair>,
    addend_d3: Signal<Local, CountPair>,
    sum_d4: Signal<Local, CountPair>,
    stores: Signal<Local, Bit>,
    counts_now: Signal<Local, Bits<1>>,
    clears_now: Signal<Local, Bits<1>>,
    one: Const<33, 1>,
}

impl<const A: usize> Logic for CounterLow<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory, copy, address_d1, address_d2, address_d3, address_d4, address_d5, counts, clears, bytes_d3);
        clock!(self, clock, same_as_fourth, same_as_third, same_as_second, same_as_last, base_d3, frames_d4, bytes_d4, sum_d5, sum_d6);
        self.counts.rst.next = self.rst.val();
        self.clears.rst.next = self.rst.val();

        self.memory.read_address.next = self.address.val();
        self.address_d1.d.next = self.address.val();
        self.address_d2.d.next = self.address_d1.q.val();
        self.address_d3.d.next = self.address_d2.q.val();
        self.address_d4.d.next = self.address_d3.q.val();
        self.address_d5.d.next = self.address_d4.q.val();
        self.counts_now.next = self.count.val().into();
        self.counts.d.next = (self.counts.q.val() << 1) | bit_cast::<5, 1>(self.counts_now.val());
        self.clears_now.next = self.clear.val().into();
        self.clears.d.next = (self.clears.q.val() << 1) | bit_cast::<4, 1>(self.clears_now.val());
        self.bytes_d3.d.next = self.bytes.val();

        // First clock: which of the four events before this one has the same address?
        self.same_as_last.d.next = self.counts.q.val().get_bit(1) & (self.address_d1.q.val() == self.address_d2.q.val());
        self.same_as_second.d.next = self.counts.q.val().get_bit(2) & (self.address_d1.q.val() == self.address_d3.q.val());
        self.same_as_third.d.next = self.counts.q.val().get_bit(3) & (self.address_d1.q.val() == self.address_d4.q.val());
        self.same_as_fourth.d.next = self.counts.q.val().get_bit(4) & (self.address_d1.q.val() == self.address_d5.q.val());

        self.sum_d4.next.frames = self.frames_d4.q.val().get_bits::<32>(0);
        self.sum_d4.next.bytes = self.bytes_d4.q.val().get_bits::<32>(0);

        // Second clock: the memory's word, unless a later sum is known.
        self.base_d3.d.next = self.memory.q.val();
        if self.same_as_fourth.q.val() {
            self.base_d3.d.next = self.sum_d6.q.val();
        }
        if self.same_as_third.q.val() {
            self.base_d3.d.next = self.sum_d5.q.val();
        }
        if self.same_as_second.q.val() {
            self.base_d3.d.next = self.sum_d4.val();
        }

        // Third clock: add, to the sum of the clock before if it has the same address. To clear is to hold the sum at zero.
        self.addend_d3.next = self.base_d3.q.val();
        if self.same_as_last.q.val() {
            self.addend_d3.next = self.sum_d4.val();
        }
        self.frames_d4.rst.next = self.clears.q.val().get_bit(2);
        self.bytes_d4.rst.next = self.clears.q.val().get_bit(2);
        self.frames_d4.d.next = bit_cast::<33, 32>(self.addend_d3.val().frames) + self.one.val();
        self.bytes_d4.d.next = bit_cast::<33, 32>(self.addend_d3.val().bytes) + bit_cast::<33, 16>(self.bytes_d3.q.val());

        // Fourth clock: store.
        self.sum_d5.d.next = self.sum_d4.val();
        self.sum_d6.d.next = self.sum_d5.q.val();
        self.stores.next = self.counts.q.val().get_bit(3) | self.clears.q.val().get_bit(3);
        self.memory.write.next = self.stores.val();
        self.memory.write_address.next = self.address_d4.q.val();
        self.memory.write_data.next = self.sum_d4.val();
        self.carry_frames_d4.next = self.counts.q.val().get_bit(3) & self.frames_d4.q.val().get_bit(32);
        self.carry_bytes_d4.next = self.counts.q.val().get_bit(3) & self.bytes_d4.q.val().get_bit(32);
        self.high_address.next = self.address_d2.q.val();
        self.high_clear.next = self.clears.q.val().get_bit(1);

        self.copy.write.next = self.stores.val();
        self.copy.write_address.next = self.address_d4.q.val();
        self.copy.write_data.next = self.sum_d4.val();
        self.copy.read_address.next = self.host_address.val();
        self.shown.next = self.copy.q.val();
    }
}
