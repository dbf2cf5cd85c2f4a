//! A bank of counters that counts an event every clock.

use super::counter_high::CounterHigh;
use super::counter_low::{CountPair, CounterLow};
use crate::primitive::{Const, RstReg};
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

/// `2^A` counters of frames and bytes.
///
/// Rate: one event per clock, for ever, of whichever counter; showing one takes none of their clocks.
/// Latency: two clocks after `counter` the lower halves are shown, with the events up to five clocks before `counter`. The upper halves are two
/// clocks behind the lower ones: those that belong to them are shown two clocks later.
/// After reset the bank clears itself, and counts nothing meanwhile: `ready` comes after `2^A` clocks, and six clocks before the last zero is
/// stored, sooner than whoever hears of it can ask for a counter.
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
    lower: CounterLow<A>,
    upper_frames: CounterHigh<A>,
    upper_bytes: CounterHigh<A>,
    cleared: RstReg<Bit>,
    clear_address: RstReg<Bits<A>>,
    pair: Signal<Local, CountPair>,
    one: Const<A, 1>,
}

impl<const A: usize> Logic for CounterBank<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, lower, upper_frames, upper_bytes, cleared, clear_address);
        self.lower.rst.next = self.rst.val();
        self.upper_frames.rst.next = self.rst.val();
        self.upper_bytes.rst.next = self.rst.val();
        self.cleared.rst.next = self.rst.val();
        self.clear_address.rst.next = self.rst.val();

        self.cleared.d.next = self.cleared.q.val() | self.clear_address.q.val().all();
        self.clear_address.d.next = self.clear_address.q.val() + self.one.val();
        self.ready.next = self.cleared.q.val();

        self.lower.address.next = self.address.val();
        if !self.cleared.q.val() {
            self.lower.address.next = self.clear_address.q.val();
        }
        self.lower.count.next = self.valid.val() & self.cleared.q.val();
        self.lower.bytes.next = self.bytes.val();
        self.lower.clear.next = !self.cleared.q.val();
        self.upper_frames.address.next = self.lower.upper_address.val();
        self.upper_frames.carry2.next = self.lower.carry_frames4.val();
        self.upper_frames.clear.next = self.lower.upper_clear.val();
        self.upper_bytes.address.next = self.lower.upper_address.val();
        self.upper_bytes.carry2.next = self.lower.carry_bytes4.val();
        self.upper_bytes.clear.next = self.lower.upper_clear.val();

        self.lower.host_address.next = self.counter.val();
        self.upper_frames.host_address.next = self.counter.val();
        self.upper_bytes.host_address.next = self.counter.val();
        self.pair.next = self.lower.shown.val();
        self.shown.next.frames_low = self.pair.val().frames;
        self.shown.next.frames_high = self.upper_frames.shown.val();
        self.shown.next.bytes_low = self.pair.val().bytes;
        self.shown.next.bytes_high = self.upper_bytes.shown.val();
    }
}
