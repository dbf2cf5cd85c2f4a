//! A bank of counters that counts an event every clock.

use crate::digit::{Digits, SummedDigit};
use crate::lane::Lane;
use crate::primitive::{Literal, Reg, RstReg};
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

/// A word of a tally.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct TallyWord {
    /// Bits 15:0.
    pub low: Bits<16>,
    /// Bits 31:16.
    pub high: Bits<16>,
}

/// `2^A` counters of frames and bytes.
///
/// Four lanes take the events in turn, so that each has four clocks to add one, and a counter's value is the sum of its four tallies.
/// Rate: one event per clock, for ever, of whichever counter; a capture takes none of their clocks.
/// Latency: `captured` eleven clocks after `capture`. The value is that of one instant: it holds the events up to two clocks before `capture`.
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
    next_turns: Signal<Local, Bits<4>>,
    cleared: RstReg<Bit>,
    clear_address: RstReg<Bits<A>>,
    valid_then: RstReg<Bit>,
    bytes_then: Reg<Bits<16>>,
    step: RstReg<Bits<4>>,
    turns_then: [Reg<Bits<4>>; 3],
    after: [Signal<Local, Bits<4>>; 4],
    shown: [Signal<Local, Bits<32>>; 4],
    picked: [Reg<Bits<32>>; 4],
    sums: [SummedDigit; 4],
    digits: [Signal<Local, Digits>; 4],
    done: RstReg<Bit>,
    no_carry: Signal<Local, Digits>,
    frames_low: Signal<Local, TallyWord>,
    frames_high: Signal<Local, TallyWord>,
    bytes_low: Signal<Local, TallyWord>,
    bytes_high: Signal<Local, TallyWord>,
    none: Literal<16, 0>,
    add: Signal<Local, Bit>,
    clear: Signal<Local, Bit>,
    one2: Literal<2, 1>,
    one4: Literal<4, 1>,
    zero4: Literal<4, 0>,
    before_first_pick: Literal<4, 3>,
    last_step: Literal<4, 10>,
    one: Literal<A, 1>,
}

impl<const A: usize> Logic for CounterBank<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, phase, turns, cleared, clear_address, valid_then, bytes_then, step, done);
        self.phase.rst.next = self.rst.val();
        self.cleared.rst.next = self.rst.val();
        self.clear_address.rst.next = self.rst.val();
        self.step.rst.next = self.rst.val();
        self.done.rst.next = self.rst.val();

        self.ready.next = self.cleared.q.val();
        self.cleared.d.next = self.cleared.q.val() | self.clear_address.q.val().all();
        self.clear_address.d.next = self.clear_address.q.val() + self.one.val();

        self.phase.d.next = self.phase.q.val() + self.one2.val();
        self.next_turns.next = self.one4.val() << self.phase.q.val();
        self.turns.d.next = self.next_turns.val();
        self.valid_then.rst.next = self.rst.val();
        self.valid_then.d.next = self.valid.val();
        self.bytes_then.d.next = self.bytes.val();
        for lane in 0..4 {
            self.lanes[lane].clock.next = self.clock.val();
            self.lanes[lane].rst.next = self.rst.val();
            self.lanes[lane].turn.next = self.turns.q.val().get_bit(lane);
            self.lanes[lane].next_turn.next = self.next_turns.val().get_bit(lane);
            self.lanes[lane].valid.next = self.valid_then.q.val();
            self.lanes[lane].address.next = self.address.val();
            self.lanes[lane].bytes.next = self.bytes_then.q.val();
            self.lanes[lane].host_address.next = self.counter.val();
            self.lanes[lane].clear.next = !self.cleared.q.val();
            self.lanes[lane].clear_address.next = self.clear_address.q.val();
        }

        // In each clock one lane shows what the host address fetched in the clock after that lane's turn: any four clocks show all lanes.
        // Each lane then lacks just the event of its latest turn, so the four tallies are of one instant. Each digit comes a clock later than
        // the one below.
        self.after[0].next = self.turns.q.val();
        self.turns_then[0].d.next = self.turns.q.val();
        for k in 1..3 {
            self.turns_then[k].d.next = self.turns_then[k - 1].q.val();
        }
        for k in 1..4 {
            self.after[k].next = self.turns_then[k - 1].q.val();
        }
        for k in 0..3 {
            self.turns_then[k].clock.next = self.clock.val();
        }
        for k in 0..4 {
            self.picked[k].clock.next = self.clock.val();
            self.shown[k].next = self.lanes[0].shown.val().get_bits::<32>(32 * k);
            if self.after[k].val().get_bit(0) {
                self.shown[k].next = self.lanes[1].shown.val().get_bits::<32>(32 * k);
            }
            if self.after[k].val().get_bit(1) {
                self.shown[k].next = self.lanes[2].shown.val().get_bits::<32>(32 * k);
            }
            if self.after[k].val().get_bit(2) {
                self.shown[k].next = self.lanes[3].shown.val().get_bits::<32>(32 * k);
            }
            self.picked[k].d.next = self.shown[k].val();
        }

        self.step.d.next = self.step.q.val();
        if self.capture.val() {
            self.step.d.next = self.one4.val();
        } else if self.step.q.val() == self.last_step.val() {
            self.step.d.next = self.zero4.val();
        } else if self.step.q.val() != self.zero4.val() {
            self.step.d.next = self.step.q.val() + self.one4.val();
        }
        self.add.next = self.step.q.val().get_bits::<2>(2) == self.one2.val();
        self.clear.next = self.step.q.val() == self.before_first_pick.val();
        self.no_carry.next.frames = self.none.val();
        self.no_carry.next.bytes = self.none.val();
        self.sums[0].add.next = self.add.val();
        self.sums[0].clear.next = self.clear.val();
        self.sums[0].more.next = self.no_carry.val();
        for k in 1..4 {
            self.sums[k].add.next = self.sums[k - 1].next_add.val();
            self.sums[k].clear.next = self.sums[k - 1].next_clear.val();
            self.sums[k].more.next = self.sums[k - 1].next_more.val();
        }
        for k in 0..4 {
            self.sums[k].clock.next = self.clock.val();
            self.sums[k].rst.next = self.rst.val();
            self.sums[k].digits.next = self.picked[k].q.val();
            self.digits[k].next = self.sums[k].sum.val();
        }
        self.frames_low.next.low = self.digits[0].val().frames;
        self.frames_low.next.high = self.digits[1].val().frames;
        self.frames_high.next.low = self.digits[2].val().frames;
        self.frames_high.next.high = self.digits[3].val().frames;
        self.bytes_low.next.low = self.digits[0].val().bytes;
        self.bytes_low.next.high = self.digits[1].val().bytes;
        self.bytes_high.next.low = self.digits[2].val().bytes;
        self.bytes_high.next.high = self.digits[3].val().bytes;
        self.counter_word.next.frames_low = self.frames_low.val().into();
        self.counter_word.next.frames_high = self.frames_high.val().into();
        self.counter_word.next.bytes_low = self.bytes_low.val().into();
        self.counter_word.next.bytes_high = self.bytes_high.val().into();
        self.done.d.next = self.step.q.val() == self.last_step.val();
        self.captured.next = self.done.q.val();
    }
}
