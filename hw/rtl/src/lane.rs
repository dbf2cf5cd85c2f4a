//! One of the four memories that a bank of counters spreads its events over.

use crate::primitive::{Delay, Literal, Memory, Reg, RstReg};
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

/// The low or the high halves of a tally.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Halves {
    /// Of the frames.
    pub frames: Bits<32>,
    /// Of the bytes.
    pub bytes: Bits<32>,
}

/// A memory of `2^A` tallies that adds one frame at a time: fetch, fetch, add, store; the high halves, with the carries, two clocks later.
///
/// Rate: one event every fourth clock, when it is the lane's turn; then no tally is fetched while its new value is on the way.
/// Latency: in the clocks between, `low` shows the tally at `host_address` two clocks later, `high` four clocks later.
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
    /// The low halves of the tally fetched.
    pub low: Signal<Out, Halves>,
    /// The high halves of the tally fetched.
    pub high: Signal<Out, Halves>,
    /// Set the tally at `clear_address` to zero; no frames are counted meanwhile.
    pub clear: Signal<In, Bit>,
    /// Which tally to clear.
    pub clear_address: Signal<In, Bits<A>>,
    /// Synchronous reset: forgets the events on the way.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    lows: Memory<Halves, A>,
    highs: Memory<Halves, A>,
    chosen: Signal<Local, Bits<A>>,
    read_high: Delay<Bits<A>, 2>,
    fetching: RstReg<Bit>,
    fetching_address: Reg<Bits<A>>,
    fetching_bytes: Reg<Bits<16>>,
    fetched: RstReg<Bit>,
    fetched_address: Reg<Bits<A>>,
    fetched_bytes: Reg<Bits<16>>,
    write: RstReg<Bit>,
    write_address: Reg<Bits<A>>,
    write_high: Delay<Bit, 2>,
    write_high_address: Delay<Bits<A>, 2>,
    clear_high: Delay<Bit, 2>,
    frames_low: RstReg<Bits<33>>,
    bytes_low: RstReg<Bits<33>>,
    frames_carry: Reg<Bits<1>>,
    bytes_carry: Reg<Bits<1>>,
    frames_high: RstReg<Bits<32>>,
    bytes_high: RstReg<Bits<32>>,
    old_low: Signal<Local, Halves>,
    old_high: Signal<Local, Halves>,
    frames: Signal<Local, Bits<32>>,
    octets: Signal<Local, Bits<32>>,
    new_low: Signal<Local, Halves>,
    new_high: Signal<Local, Halves>,
    one: Literal<33, 1>,
}

impl<const A: usize> Logic for Lane<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, lows, highs, read_high, fetching, fetching_address, fetching_bytes, fetched, fetched_address, fetched_bytes);
        clock!(self, clock, write, write_address, write_high, write_high_address, clear_high, frames_low, bytes_low, frames_carry);
        clock!(self, clock, bytes_carry, frames_high, bytes_high);
        self.fetching.rst.next = self.rst.val();
        self.fetched.rst.next = self.rst.val();
        self.write.rst.next = self.rst.val();

        self.chosen.next = self.host_address.val();
        if self.turn.val() {
            self.chosen.next = self.address.val();
        }
        self.lows.read.next = true;
        self.lows.advance.next = true;
        self.lows.read_address.next = self.chosen.val();
        self.read_high.d.next = self.chosen.val();
        self.highs.read.next = true;
        self.highs.advance.next = true;
        self.highs.read_address.next = self.read_high.q.val();
        self.fetching.d.next = self.turn.val() & self.valid.val();
        self.fetching_address.d.next = self.address.val();
        self.fetching_bytes.d.next = self.bytes.val();
        self.fetched.d.next = self.fetching.q.val();
        self.fetched_address.d.next = self.fetching_address.q.val();
        self.fetched_bytes.d.next = self.fetching_bytes.q.val();

        // What is stored comes straight from registers; to clear is to hold them at zero.
        self.old_low.next = self.lows.q.val();
        self.low.next = self.lows.q.val();
        self.frames.next = self.old_low.val().frames;
        self.octets.next = self.old_low.val().bytes;
        self.frames_low.rst.next = self.clear.val();
        self.bytes_low.rst.next = self.clear.val();
        self.frames_low.d.next = bit_cast::<33, 32>(self.frames.val()) + self.one.val();
        self.bytes_low.d.next = bit_cast::<33, 32>(self.octets.val()) + bit_cast::<33, 16>(self.fetched_bytes.q.val());
        self.write.d.next = self.fetched.q.val() | self.clear.val();
        self.write_address.d.next = self.fetched_address.q.val();
        if self.clear.val() {
            self.write_address.d.next = self.clear_address.val();
        }
        self.new_low.next.frames = self.frames_low.q.val().get_bits::<32>(0);
        self.new_low.next.bytes = self.bytes_low.q.val().get_bits::<32>(0);
        self.lows.write_data.next = self.new_low.val();
        self.lows.write.next = self.write.q.val();
        self.lows.write_address.next = self.write_address.q.val();

        // The same two clocks later.
        self.old_high.next = self.highs.q.val();
        self.high.next = self.highs.q.val();
        self.frames_carry.d.next = self.frames_low.q.val().get_bits::<1>(32);
        self.bytes_carry.d.next = self.bytes_low.q.val().get_bits::<1>(32);
        self.clear_high.d.next = self.clear.val();
        self.frames_high.rst.next = self.clear_high.q.val();
        self.bytes_high.rst.next = self.clear_high.q.val();
        self.frames_high.d.next = self.old_high.val().frames + bit_cast::<32, 1>(self.frames_carry.q.val());
        self.bytes_high.d.next = self.old_high.val().bytes + bit_cast::<32, 1>(self.bytes_carry.q.val());
        self.write_high.d.next = self.write.q.val();
        self.write_high_address.d.next = self.write_address.q.val();
        self.new_high.next.frames = self.frames_high.q.val();
        self.new_high.next.bytes = self.bytes_high.q.val();
        self.highs.write_data.next = self.new_high.val();
        self.highs.write.next = self.write_high.q.val();
        self.highs.write_address.next = self.write_high_address.q.val();
    }
}
