//! The lower 32 bits of a few counters, which events are added to.

use super::counter_low::CountPair;
use crate::primitive::{Const, Delay, LutRam, Reg, RstReg};
use rust_hdl::prelude::*;

/// The low words of `2^A` counts, so few that distributed memory holds them; each clock adds a frame to any one of them.
///
/// As [`CounterLow`](super::counter_low::CounterLow), but the memory is read in no clock: a sum is stored three clocks after its count was addressed, and
/// two events on their way are forwarded instead of four. `name_dN` is a signal N clocks after `address`.
#[derive(LogicBlock, Default)]
pub struct SmallCounterLow<const A: usize> {
    /// Which count to add to.
    pub address: Signal<In, Bits<A>>,
    /// Add a frame.
    pub count: Signal<In, Bit>,
    /// Its length.
    pub bytes: Signal<In, Bits<16>>,
    /// Store zero instead; nothing is counted in this clock and the next two.
    pub clear: Signal<In, Bit>,
    /// Three clocks later: `address`, for the high words.
    pub high_address: Signal<Out, Bits<A>>,
    /// Three clocks later: `clear`, for the high words.
    pub high_clear: Signal<Out, Bit>,
    /// Three clocks later: a carry to the frames' high word.
    pub carry_frames_d3: Signal<Out, Bit>,
    /// Three clocks later: a carry to the bytes' high word.
    pub carry_bytes_d3: Signal<Out, Bit>,
    /// Which count to show.
    pub host_address: Signal<In, Bits<A>>,
    /// Its low words as stored, in the same clock.
    pub shown: Signal<Out, CountPair>,
    /// Synchronous reset: discards the events in flight.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: LutRam<CountPair, A>,
    copy: LutRam<CountPair, A>,
    address_d1: Reg<Bits<A>>,
    address_d2: Reg<Bits<A>>,
    address_d3: Reg<Bits<A>>,
    counts: RstReg<Bits<3>>,
    clears: RstReg<Bits<3>>,
    bytes_d2: Delay<Bits<16>, 2>,
    same_as_last: Reg<Bit>,
    base_d2: Reg<CountPair>,
    frames_d3: RstReg<Bits<33>>,
    bytes_d3: RstReg<Bits<33>>,
    addend_d2: Signal<Local, CountPair>,
    sum_d3: Signal<Local, CountPair>,
    stores: Signal<Local, Bit>,
    counts_now: Signal<Local, Bits<1>>,
    clears_now: Signal<Local, Bits<1>>,
    one: Const<33, 1>,
}

impl<const A: usize> Logic for SmallCounterLow<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(
            self,
            clock,
            memory,
            copy,
            address_d1,
            address_d2,
            address_d3,
            counts,
            clears,
            bytes_d2,
            same_as_last,
            base_d2,
            frames_d3,
            bytes_d3
        );
        self.counts.rst.next = self.rst.val();
        self.clears.rst.next = self.rst.val();

        self.address_d1.d.next = self.address.val();
        self.address_d2.d.next = self.address_d1.q.val();
        self.address_d3.d.next = self.address_d2.q.val();
        self.counts_now.next = self.count.val().into();
        self.counts.d.next = (self.counts.q.val() << 1) | bit_cast::<3, 1>(self.counts_now.val());
        self.clears_now.next = self.clear.val().into();
        self.clears.d.next = (self.clears.q.val() << 1) | bit_cast::<3, 1>(self.clears_now.val());
        self.bytes_d2.d.next = self.bytes.val();
        self.sum_d3.next.frames = self.frames_d3.q.val().get_bits::<32>(0);
        self.sum_d3.next.bytes = self.bytes_d3.q.val().get_bits::<32>(0);

        // First clock: the memory's word, or the sum that is stored in this clock; has the event before this one the same address?
        self.memory.read_address.next = self.address_d1.q.val();
        self.base_d2.d.next = self.memory.q.val();
        if self.counts.q.val().get_bit(2) & (self.address_d1.q.val() == self.address_d3.q.val()) {
            self.base_d2.d.next = self.sum_d3.val();
        }
        self.same_as_last.d.next = self.counts.q.val().get_bit(1) & (self.address_d1.q.val() == self.address_d2.q.val());

        // Second clock: add, to the sum of the clock before if it has the same address. To clear is to hold the sum at zero.
        self.addend_d2.next = self.base_d2.q.val();
        if self.same_as_last.q.val() {
            self.addend_d2.next = self.sum_d3.val();
        }
        self.frames_d3.rst.next = self.clears.q.val().get_bit(1);
        self.bytes_d3.rst.next = self.clears.q.val().get_bit(1);
        self.frames_d3.d.next = bit_cast::<33, 32>(self.addend_d2.val().frames) + self.one.val();
        self.bytes_d3.d.next = bit_cast::<33, 32>(self.addend_d2.val().bytes) + bit_cast::<33, 16>(self.bytes_d2.q.val());

        // Third clock: store.
        self.stores.next = self.counts.q.val().get_bit(2) | self.clears.q.val().get_bit(2);
        self.memory.write.next = self.stores.val();
        self.memory.write_address.next = self.address_d3.q.val();
        self.memory.write_data.next = self.sum_d3.val();
        self.carry_frames_d3.next = self.counts.q.val().get_bit(2) & self.frames_d3.q.val().get_bit(32);
        self.carry_bytes_d3.next = self.counts.q.val().get_bit(2) & self.bytes_d3.q.val().get_bit(32);
        self.high_address.next = self.address_d3.q.val();
        self.high_clear.next = self.clears.q.val().get_bit(2);

        self.copy.write.next = self.stores.val();
        self.copy.write_address.next = self.address_d3.q.val();
        self.copy.write_data.next = self.sum_d3.val();
        self.copy.read_address.next = self.host_address.val();
        self.shown.next = self.copy.q.val();
    }
}
