//! Every counter of a core: by manager, by reason, and of frames that the host queue lost.

use crate::bundle::{CountEvent, DropEvent};
use crate::control::counter_bank::{CounterBank, Tally};
use crate::control::counter_low::CountPair;
use crate::control::small_counter_bank::SmallCounterBank;
use crate::primitive::{Const, Reg, RstReg};
use contract::limits::MANAGERS;
use contract::register::{COUNTER_HOST_LOST, COUNTER_REASON, COUNTERS};
use rust_hdl::prelude::*;

// The counter's number chooses its bank by bits 8 and 5, and within the bank by the bits below.
const _: () = assert!(MANAGERS == 255 && COUNTER_REASON == 0x100 && COUNTER_HOST_LOST == 0x120 && COUNTERS == 0x128);

/// Counts the frames that leave a core, and those that are dropped after it.
///
/// Rate: one frame that left and one that was lost per clock.
/// Latency: `captured` five clocks after `capture`. The value is that of one instant: it holds the events up to six clocks before `capture`,
/// and of reasons and losses those of the two clocks after them.
#[derive(LogicBlock, Default)]
pub struct Counters {
    /// What leaves; `manager` is 0 unless the frame was sent to one.
    pub count: Signal<In, CountEvent>,
    /// What the packet FIFO to the host drops.
    pub lost: Signal<In, DropEvent>,
    /// Which counter is captured, as in `COUNTER_INDEX`; to be held from `capture` to `captured`.
    pub counter: Signal<In, Bits<9>>,
    /// Start a capture.
    pub capture: Signal<In, Bit>,
    /// The capture is complete.
    pub captured: Signal<Out, Bit>,
    /// The counter as captured last.
    pub counter_word: Signal<Out, Tally>,
    /// All counters are cleared.
    pub counters_ready: Signal<Out, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    managers: CounterBank<8>,
    reasons: SmallCounterBank<5>,
    losses: SmallCounterBank<3>,
    manager_valid_d1: RstReg<Bit>,
    reason_valid_d1: RstReg<Bit>,
    count_d1: Reg<CountEvent>,
    drop_valid_d1: RstReg<Bit>,
    drop_d1: Reg<DropEvent>,
    manager: Signal<Local, Bits<8>>,
    selected: Signal<Local, Tally>,
    low: Reg<CountPair>,
    high: Reg<CountPair>,
    capturing: RstReg<Bits<5>>,
    begins: Signal<Local, Bits<1>>,
    none: Const<8, 0>,
}

impl Logic for Counters {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, managers, reasons, losses, manager_valid_d1, reason_valid_d1, count_d1, drop_valid_d1, drop_d1, low, high);
        clock!(self, clock, capturing);
        self.capturing.rst.next = self.rst.val();
        self.managers.rst.next = self.rst.val();
        self.reasons.rst.next = self.rst.val();
        self.losses.rst.next = self.rst.val();
        self.manager_valid_d1.rst.next = self.rst.val();
        self.reason_valid_d1.rst.next = self.rst.val();
        self.drop_valid_d1.rst.next = self.rst.val();

        self.manager.next = self.count.val().manager;
        self.manager_valid_d1.d.next = self.count.val().valid & (self.manager.val() != self.none.val());
        self.reason_valid_d1.d.next = self.count.val().valid;
        self.count_d1.d.next = self.count.val();
        self.drop_valid_d1.d.next = self.lost.val().valid;
        self.drop_d1.d.next = self.lost.val();

        self.managers.valid.next = self.manager_valid_d1.q.val();
        self.managers.address.next = self.count_d1.q.val().manager;
        self.managers.bytes.next = self.count_d1.q.val().bytes;
        self.reasons.valid.next = self.reason_valid_d1.q.val();
        self.reasons.address.next = self.count_d1.q.val().reason;
        self.reasons.bytes.next = self.count_d1.q.val().bytes;
        self.losses.valid.next = self.drop_valid_d1.q.val();
        self.losses.address.next = self.drop_d1.q.val().verdict;
        self.losses.bytes.next = self.drop_d1.q.val().bytes;

        self.managers.counter.next = self.counter.val().get_bits::<8>(0);
        self.reasons.counter.next = self.counter.val().get_bits::<5>(0);
        self.losses.counter.next = self.counter.val().get_bits::<3>(0);
        self.selected.next = self.managers.shown.val();
        if self.counter.val().get_bit(8) {
            self.selected.next = self.reasons.shown.val();
            if self.counter.val().get_bit(5) {
                self.selected.next = self.losses.shown.val();
            }
        }
        // The high words come two clocks after the low words that they belong to.
        self.begins.next = self.capture.val().into();
        self.capturing.d.next = (self.capturing.q.val() << 1) | bit_cast::<5, 1>(self.begins.val());
        self.captured.next = self.capturing.q.val().get_bit(4);
        self.low.d.next = self.low.q.val();
        if self.capturing.q.val().get_bit(1) {
            self.low.d.next.frames = self.selected.val().frames_low;
            self.low.d.next.bytes = self.selected.val().bytes_low;
        }
        self.high.d.next = self.high.q.val();
        if self.capturing.q.val().get_bit(3) {
            self.high.d.next.frames = self.selected.val().frames_high;
            self.high.d.next.bytes = self.selected.val().bytes_high;
        }
        self.counter_word.next.frames_low = self.low.q.val().frames;
        self.counter_word.next.frames_high = self.high.q.val().frames;
        self.counter_word.next.bytes_low = self.low.q.val().bytes;
        self.counter_word.next.bytes_high = self.high.q.val().bytes;
        self.counters_ready.next = self.managers.ready.val() & self.reasons.ready.val() & self.losses.ready.val();
    }
}
