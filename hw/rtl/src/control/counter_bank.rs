//! A bank of counters that counts an event every clock.

use super::counter_high::CounterHigh;
use super::counter_low::{CountPair, CounterLow};
use crate::primitive::{Const, RstReg};
use rust_hdl::prelude::*;

/// What one counter counts, in the order of the words that `COUNTER_DATA` shows.
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

/// `2^A` counters of frames and bytes.
///
/// Rate: one event per clock of any counter; reading a counter takes none of those clocks.
/// Latency: two clocks after `counter` the low words are shown, with the events up to five clocks before `counter`. The high words lag the low
/// words by two clocks: those that belong to them are shown two clocks later.
/// After reset the bank clears itself, and counts nothing meanwhile: `ready` comes after `2^A` clocks, and six clocks before the last zero is
/// stored, sooner than a counter can be read after it.
#[derive(LogicBlock, Default)]
pub struct CounterBank<const A: usize> {
    /// A frame is counted in this clock.
    pub valid: Signal<In, Bit>,
    /// By which counter.
    pub address: Signal<In, Bits<A>>,
    /// Its length.
    pub bytes: Signal<In, Bits<16>>,
    /// Which counter is shown.
    pub counter: Signal<In, Bits<A>>,
    /// The counter.
    pub shown: Signal<Out, Tally>,
    /// All counters are cleared.
    pub ready: Signal<Out, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    low: CounterLow<A>,
    high_frames: CounterHigh<A>,
    high_bytes: CounterHigh<A>,
    cleared: RstReg<Bit>,
    clear_address: RstReg<Bits<A>>,
    pair: Signal<Local, CountPair>,
    one: Const<A, 1>,
}

impl<const A: usize> Logic for CounterBank<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, low, high_frames, high_bytes, cleared, clear_address);
        self.low.rst.next = self.rst.val();
        self.high_frames.rst.next = self.rst.val();
        self.high_bytes.rst.next = self.rst.val();
        self.cleared.rst.next = self.rst.val();
        self.clear_address.rst.next = self.rst.val();

        self.cleared.d.next = self.cleared.q.val() | self.clear_address.q.val().all();
        self.clear_address.d.next = self.clear_address.q.val() + self.one.val();
        self.ready.next = self.cleared.q.val();

        self.low.address.next = self.address.val();
        if !self.cleared.q.val() {
            self.low.address.next = self.clear_address.q.val();
        }
        self.low.count.next = self.valid.val() & self.cleared.q.val();
        self.low.bytes.next = self.bytes.val();
        self.low.clear.next = !self.cleared.q.val();
        self.high_frames.address.next = self.low.high_address.val();
        self.high_frames.carry_d2.next = self.low.carry_frames_d4.val();
        self.high_frames.clear.next = self.low.high_clear.val();
        self.high_bytes.address.next = self.low.high_address.val();
        self.high_bytes.carry_d2.next = self.low.carry_bytes_d4.val();
        self.high_bytes.clear.next = self.low.high_clear.val();

        self.low.host_address.next = self.counter.val();
        self.high_frames.host_address.next = self.counter.val();
        self.high_bytes.host_address.next = self.counter.val();
        self.pair.next = self.low.shown.val();
        self.shown.next.frames_low = self.pair.val().frames;
        self.shown.next.frames_high = self.high_frames.shown.val();
        self.shown.next.bytes_low = self.pair.val().bytes;
        self.shown.next.bytes_high = self.high_bytes.shown.val();
    }
}
