//! A bank of counters that counts an event every clock.

use crate::accumulator::Accumulator;
use crate::lane::{Halves, Lane, Tally};
use crate::primitive::{Delay, Literal, Reg, RstReg};
use rust_hdl::prelude::*;

/// `2^A` counters of frames and bytes.
///
/// Four lanes take the events in turn, so that each has four clocks to add one, and a counter's value is the sum of its four tallies.
/// Rate: one event per clock, for ever, of whichever counter; a capture takes none of their clocks.
/// Latency: `captured` ten clocks after `capture`. The value is that of one instant: it holds the events up to the clock before `capture`.
/// After reset the bank clears itself: `ready` comes after `2^A` clocks.
#[derive(LogicBlock, Default)]
pub struct CounterBank<const A: usize> {
    /// A frame is counted in this clock.
    pub valid: Signal<In, Bit>,
    /// By which counter.
    pub address: Signal<In, Bits<A>>,
    /// Its length.
    pub bytes: Signal<In, Bits<16>>,
    /// Which counter is captured; to be held from `capture` to `captured`.
    pub counter: Signal<In, Bits<A>>,
    /// Start a capture.
    pub capture: Signal<In, Bit>,
    /// The capture is complete.
    pub captured: Signal<Out, Bit>,
    /// The counter as captured last.
    pub counter_word: Signal<Out, Tally>,
    /// All counters are cleared.
    pub ready: Signal<Out, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    lanes: [Lane<A>; 4],
    phase: RstReg<Bits<2>>,
    turns: Reg<Bits<4>>,
    cleared: RstReg<Bit>,
    clear_address: RstReg<Bits<A>>,
    host_address: Reg<Bits<A>>,
    step: RstReg<Bits<4>>,
    turns_then: Delay<Bits<4>, 2>,
    picked_low: Reg<Halves>,
    picked_high: Reg<Halves>,
    frames: Accumulator,
    total_bytes: Accumulator,
    done: RstReg<Bit>,
    low: Signal<Local, Halves>,
    high: Signal<Local, Halves>,
    add: Signal<Local, Bit>,
    start: Signal<Local, Bit>,
    one2: Literal<2, 1>,
    one4: Literal<4, 1>,
    zero4: Literal<4, 0>,
    first_pick: Literal<4, 4>,
    last_step: Literal<4, 9>,
    one: Literal<A, 1>,
}

impl<const A: usize> Logic for CounterBank<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(
            self,
            clock,
            phase,
            turns,
            cleared,
            clear_address,
            host_address,
            step,
            turns_then,
            picked_low,
            picked_high,
            frames,
            total_bytes,
            done
        );
        self.phase.rst.next = self.rst.val();
        self.cleared.rst.next = self.rst.val();
        self.clear_address.rst.next = self.rst.val();
        self.step.rst.next = self.rst.val();
        self.done.rst.next = self.rst.val();
        self.frames.rst.next = self.rst.val();
        self.total_bytes.rst.next = self.rst.val();

        self.ready.next = self.cleared.q.val();
        self.cleared.d.next = self.cleared.q.val() | self.clear_address.q.val().all();
        self.clear_address.d.next = self.clear_address.q.val() + self.one.val();

        self.phase.d.next = self.phase.q.val() + self.one2.val();
        self.turns.d.next = self.one4.val() << self.phase.q.val();
        self.host_address.d.next = self.counter.val();
        for lane in 0..4 {
            self.lanes[lane].clock.next = self.clock.val();
            self.lanes[lane].rst.next = self.rst.val();
            self.lanes[lane].turn.next = self.turns.q.val().get_bit(lane);
            self.lanes[lane].valid.next = self.valid.val();
            self.lanes[lane].address.next = self.address.val();
            self.lanes[lane].bytes.next = self.bytes.val();
            self.lanes[lane].host_address.next = self.host_address.q.val();
            self.lanes[lane].clear.next = !self.cleared.q.val();
            self.lanes[lane].clear_address.next = self.clear_address.q.val();
        }

        // In each clock one lane shows what the host address fetched in the clock after that lane's turn: any four clocks show all lanes.
        // Each lane then lacks just the event of its latest turn, so the four tallies are of one instant. High halves come two clocks later.
        self.low.next = self.lanes[0].low.val();
        if self.turns.q.val().get_bit(0) {
            self.low.next = self.lanes[1].low.val();
        }
        if self.turns.q.val().get_bit(1) {
            self.low.next = self.lanes[2].low.val();
        }
        if self.turns.q.val().get_bit(2) {
            self.low.next = self.lanes[3].low.val();
        }
        self.picked_low.d.next = self.low.val();
        self.turns_then.d.next = self.turns.q.val();
        self.high.next = self.lanes[0].high.val();
        if self.turns_then.q.val().get_bit(0) {
            self.high.next = self.lanes[1].high.val();
        }
        if self.turns_then.q.val().get_bit(1) {
            self.high.next = self.lanes[2].high.val();
        }
        if self.turns_then.q.val().get_bit(2) {
            self.high.next = self.lanes[3].high.val();
        }
        self.picked_high.d.next = self.high.val();

        self.step.d.next = self.step.q.val();
        if self.capture.val() {
            self.step.d.next = self.one4.val();
        } else if self.step.q.val() == self.last_step.val() {
            self.step.d.next = self.zero4.val();
        } else if self.step.q.val() != self.zero4.val() {
            self.step.d.next = self.step.q.val() + self.one4.val();
        }
        self.add.next = self.step.q.val().get_bits::<2>(2) == self.one2.val();
        self.start.next = self.step.q.val() == self.first_pick.val();
        self.frames.add.next = self.add.val();
        self.frames.first.next = self.start.val();
        self.frames.low.next = self.picked_low.q.val().frames;
        self.frames.high.next = self.picked_high.q.val().frames;
        self.total_bytes.add.next = self.add.val();
        self.total_bytes.first.next = self.start.val();
        self.total_bytes.low.next = self.picked_low.q.val().bytes;
        self.total_bytes.high.next = self.picked_high.q.val().bytes;
        self.counter_word.next.frames_low = self.frames.sum_low.val();
        self.counter_word.next.frames_high = self.frames.sum_high.val();
        self.counter_word.next.bytes_low = self.total_bytes.sum_low.val();
        self.counter_word.next.bytes_high = self.total_bytes.sum_high.val();
        self.done.d.next = self.step.q.val() == self.last_step.val();
        self.captured.next = self.done.q.val();
    }
}
