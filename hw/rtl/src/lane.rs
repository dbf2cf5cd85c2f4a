//! One of the four memories that a bank of counters spreads its events over.

use crate::primitive::{Literal, Memory, Reg, RstReg};
use rust_hdl::prelude::*;

/// What one counter counts, in the order of the words behind `COUNTER_DATA`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Tally {
    /// Frames, bits 31:0.
    pub frames_low: Bits<32>,
    /// Frames, bits 63:32.
    pub frames_high: Bits<32>,
    /// Bytes, bits 31:0.
    pub bytes_low: Bits<32>,
    /// Bytes, bits 63:32.
    pub bytes_high: Bits<32>,
}

/// A memory of `2^A` tallies that adds one frame at a time: fetch, fetch, add the low halves, add the carries and store.
///
/// Rate: one event every fourth clock, when it is the lane's turn; then no tally is fetched while its new value is on the way.
/// Latency: in the clocks between, `q` shows the tally at `host_address` two clocks later.
#[derive(LogicBlock, Default)]
pub struct Lane<const A: usize> {
    /// It is this lane's turn.
    pub turn: Signal<In, Bit>,
    /// A frame is to be counted; heeded in turn.
    pub valid: Signal<In, Bit>,
    /// By which counter.
    pub address: Signal<In, Bits<A>>,
    /// Its length.
    pub bytes: Signal<In, Bits<16>>,
    /// Which tally to show out of turn.
    pub host_address: Signal<In, Bits<A>>,
    /// The tally fetched.
    pub q: Signal<Out, Tally>,
    /// Set the tally at `clear_address` to zero; no frames are counted meanwhile.
    pub clear: Signal<In, Bit>,
    /// Which tally to clear.
    pub clear_address: Signal<In, Bits<A>>,
    /// Synchronous reset: forgets the events on the way.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: Memory<Tally, A>,
    fetching: RstReg<Bit>,
    fetching_address: Reg<Bits<A>>,
    fetching_bytes: Reg<Bits<16>>,
    fetched: RstReg<Bit>,
    fetched_address: Reg<Bits<A>>,
    fetched_bytes: Reg<Bits<16>>,
    added: RstReg<Bit>,
    added_address: Reg<Bits<A>>,
    frames_low: Reg<Bits<33>>,
    frames_high: Reg<Bits<32>>,
    bytes_low: Reg<Bits<33>>,
    bytes_high: Reg<Bits<32>>,
    old: Signal<Local, Tally>,
    old_frames: Signal<Local, Bits<32>>,
    old_bytes: Signal<Local, Bits<32>>,
    frames_carry: Signal<Local, Bits<1>>,
    bytes_carry: Signal<Local, Bits<1>>,
    sum: Signal<Local, Tally>,
    one: Literal<33, 1>,
    zero: Literal<32, 0>,
}

impl<const A: usize> Logic for Lane<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory, fetching, fetching_address, fetching_bytes, fetched, fetched_address, fetched_bytes);
        clock!(self, clock, added, added_address, frames_low, frames_high, bytes_low, bytes_high);
        self.fetching.rst.next = self.rst.val();
        self.fetched.rst.next = self.rst.val();
        self.added.rst.next = self.rst.val();

        self.memory.read.next = true;
        self.memory.advance.next = true;
        self.memory.read_address.next = self.host_address.val();
        if self.turn.val() {
            self.memory.read_address.next = self.address.val();
        }
        self.fetching.d.next = self.turn.val() & self.valid.val();
        self.fetching_address.d.next = self.address.val();
        self.fetching_bytes.d.next = self.bytes.val();
        self.fetched.d.next = self.fetching.q.val();
        self.fetched_address.d.next = self.fetching_address.q.val();
        self.fetched_bytes.d.next = self.fetching_bytes.q.val();

        self.old.next = self.memory.q.val();
        self.q.next = self.memory.q.val();
        self.old_frames.next = self.old.val().frames_low;
        self.old_bytes.next = self.old.val().bytes_low;
        self.frames_low.d.next = bit_cast::<33, 32>(self.old_frames.val()) + self.one.val();
        self.bytes_low.d.next = bit_cast::<33, 32>(self.old_bytes.val()) + bit_cast::<33, 16>(self.fetched_bytes.q.val());
        self.frames_high.d.next = self.old.val().frames_high;
        self.bytes_high.d.next = self.old.val().bytes_high;
        self.added.d.next = self.fetched.q.val();
        self.added_address.d.next = self.fetched_address.q.val();

        self.frames_carry.next = self.frames_low.q.val().get_bits::<1>(32);
        self.bytes_carry.next = self.bytes_low.q.val().get_bits::<1>(32);
        self.sum.next.frames_low = self.frames_low.q.val().get_bits::<32>(0);
        self.sum.next.frames_high = self.frames_high.q.val() + bit_cast::<32, 1>(self.frames_carry.val());
        self.sum.next.bytes_low = self.bytes_low.q.val().get_bits::<32>(0);
        self.sum.next.bytes_high = self.bytes_high.q.val() + bit_cast::<32, 1>(self.bytes_carry.val());
        if self.clear.val() {
            self.sum.next.frames_low = self.zero.val();
            self.sum.next.frames_high = self.zero.val();
            self.sum.next.bytes_low = self.zero.val();
            self.sum.next.bytes_high = self.zero.val();
        }
        self.memory.write_data.next = self.sum.val();
        self.memory.write.next = self.added.q.val() | self.clear.val();
        self.memory.write_address.next = self.added_address.q.val();
        if self.clear.val() {
            self.memory.write_address.next = self.clear_address.val();
        }
    }
}
