//! A small bank of counters that counts an event every clock.

use super::counter_bank::Tally;
use super::counter_low::CountPair;
use super::small_counter_high::SmallCounterHigh;
use super::small_counter_low::SmallCounterLow;
use super::table_clear::TableClear;
use rust_hdl::prelude::*;

/// `2^A` counters of frames and bytes, at most 32: they fit distributed memory.
///
/// Rate: one event per clock of any counter; reading a counter takes none of those clocks.
/// Latency: the low words are shown in the same clock, with the events up to four clocks before. The high words lag the low words by two clocks:
/// those that belong to them are shown two clocks later.
/// After reset the bank clears itself, and counts nothing meanwhile: `ready` comes after `2^A` clocks, and six clocks before the last zero is
/// stored, sooner than a counter can be read after it.
#[derive(LogicBlock, Default)]
pub struct SmallCounterBank<const A: usize> {
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
    clear: TableClear<A>,
    low: SmallCounterLow<A>,
    high_frames: SmallCounterHigh<A>,
    high_bytes: SmallCounterHigh<A>,
    pair: Signal<Local, CountPair>,
}

impl<const A: usize> Logic for SmallCounterBank<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, clear, low, high_frames, high_bytes);
        self.clear.rst.next = self.rst.val();
        self.low.rst.next = self.rst.val();
        self.high_frames.rst.next = self.rst.val();
        self.high_bytes.rst.next = self.rst.val();
        self.ready.next = self.clear.cleared.val();

        self.low.address.next = self.address.val();
        if self.clear.clearing.val() {
            self.low.address.next = self.clear.address.val();
        }
        self.low.count.next = self.valid.val() & !self.clear.clearing.val();
        self.low.bytes.next = self.bytes.val();
        self.low.clear.next = self.clear.clearing.val();
        self.high_frames.address.next = self.low.high_address.val();
        self.high_frames.carry.next = self.low.carry_frames_d3.val();
        self.high_frames.clear.next = self.low.high_clear.val();
        self.high_bytes.address.next = self.low.high_address.val();
        self.high_bytes.carry.next = self.low.carry_bytes_d3.val();
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
