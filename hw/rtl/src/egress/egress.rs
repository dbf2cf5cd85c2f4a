//! The last stage of a core: a frame meets its decision and leaves, with the manager's MAC if it goes to a manager.

use super::metadata::Metadata;
use crate::bundle::{CountEvent, Tuser};
use crate::egress::verdict_logic::Decision;
use crate::primitive::{Const, Reg, RstReg};
use crate::stream::beat::Beat;
use contract::code::{Reason, Verdict};
use rust_hdl::prelude::*;

/// Sends frames out with their decisions, drops those that are to be dropped, and reports each frame once.
///
/// A frame that is `too_deep` waits until it is known to be long enough; until then it may still be `malformed`. Its decision and its length stay until
/// its last beat is taken. Latency: 0. Rate: a beat a clock.
#[derive(LogicBlock, Default)]
pub struct Egress<const DATA_W: usize> {
    /// `decision` holds the decision of the oldest frame.
    pub decision_valid: Signal<In, Bit>,
    /// It does, and the frame is not dropped.
    pub sends: Signal<In, Bit>,
    /// The decision.
    pub decision: Signal<In, Decision>,
    /// It is taken in this clock.
    pub take_decision: Signal<Out, Bit>,
    /// `beat` holds the oldest beat.
    pub beat_valid: Signal<In, Bit>,
    /// The beat.
    pub beat: Signal<In, Beat<DATA_W, 16>>,
    /// It ends its frame; straight from a register.
    pub last: Signal<In, Bit>,
    /// It is taken in this clock.
    pub take_beat: Signal<Out, Bit>,
    /// `length` holds the length of the oldest frame that has ended.
    pub length_valid: Signal<In, Bit>,
    /// Its length in bytes; straight from registers, for it is compared before the frame may leave.
    pub length: Signal<In, Bits<16>>,
    /// It is taken in this clock.
    pub take_length: Signal<Out, Bit>,
    /// No more beats come in until some leave: the oldest frame, if it has not ended, is longer than any header that a decision needs.
    pub full: Signal<In, Bit>,

    /// A beat is offered.
    pub m_valid: Signal<Out, Bit>,
    /// It is taken.
    pub m_ready: Signal<In, Bit>,
    /// The beat, with its frame's `tuser`.
    pub m_beat: Signal<Out, Beat<DATA_W, 48>>,
    /// A frame has left or was dropped.
    pub count: Signal<Out, CountEvent>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    in_frame: RstReg<Bit>,
    announced_held: Reg<Bits<16>>,
    long_enough: RstReg<Bit>,
    ended_d1: RstReg<Bit>,
    metadata_d1: Reg<Metadata>,
    length_d1: Reg<Bits<16>>,
    metadata: Signal<Local, Metadata>,
    announced: Signal<Local, Bits<16>>,
    known: Signal<Local, Bit>,
    measured: Signal<Local, Bit>,
    ready: Signal<Local, Bit>,
    go: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    payload: Signal<Local, Bits<DATA_W>>,
    rewritten: Signal<Local, Bits<DATA_W>>,
    mac: Signal<Local, Bits<48>>,
    tuser: Signal<Local, Tuser>,
    out: Signal<Local, Beat<DATA_W, 48>>,
    to_manager: Const<3, { Verdict::ToManager.code() as u64 }>,
    malformed: Const<5, { Reason::Malformed.code() as u64 }>,
    none: Const<8, 0>,
}

impl<const DATA_W: usize> Logic for Egress<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, in_frame, announced_held, long_enough, ended_d1, metadata_d1, length_d1);
        self.long_enough.rst.next = self.rst.val();
        self.ended_d1.rst.next = self.rst.val();
        self.in_frame.rst.next = self.rst.val();

        // The decision stands until the frame's last beat is taken; the first beat brings the announced length, which the others use.
        self.metadata.next.ingress = self.decision.val().ingress;
        self.metadata.next.egress = self.decision.val().egress;
        self.metadata.next.manager = self.decision.val().manager;
        self.metadata.next.verdict = self.decision.val().verdict;
        self.metadata.next.reason = self.decision.val().reason;
        if self.decision.val().deep & self.length_valid.val() & (self.length.val() < bit_cast::<16, 14>(self.decision.val().need)) {
            self.metadata.next.reason = self.malformed.val();
        }
        self.announced.next = self.beat.val().tuser;
        if self.in_frame.q.val() {
            self.announced.next = self.announced_held.q.val();
        }
        self.announced_held.d.next = self.announced.val();

        // A beat may leave when it is valid, its decision is known, and, if it ends its frame, the frame's length is known for the counters.
        self.known.next = !self.decision.val().deep | self.length_valid.val() | self.long_enough.q.val();
        self.measured.next = !self.last.val() | self.length_valid.val();
        self.ready.next = self.beat_valid.val() & self.known.val() & self.measured.val();
        self.go.next = self.ready.val() & self.decision_valid.val() & (self.m_ready.val() | !self.sends.val());
        self.ends.next = self.go.val() & self.last.val();
        self.take_beat.next = self.go.val();
        self.take_decision.next = self.ends.val();
        self.take_length.next = self.ends.val();
        // Long enough until it has left, even if there is room again meanwhile.
        self.long_enough.d.next = self.decision_valid.val() & (self.full.val() | self.long_enough.q.val()) & !self.ends.val();
        self.in_frame.d.next = self.in_frame.q.val();
        if self.go.val() {
            self.in_frame.d.next = !self.last.val();
        }

        self.payload.next = self.beat.val().data;
        self.mac.next = self.decision.val().mac;
        self.rewritten.next = ((self.payload.val() >> 48) << 48) | bit_cast::<DATA_W, 48>(self.mac.val());
        self.tuser.next.metadata = self.metadata.val().into();
        self.tuser.next.announced = self.announced.val();
        self.out.next.data = self.payload.val();
        if !self.in_frame.q.val() & (self.decision.val().verdict == self.to_manager.val()) {
            self.out.next.data = self.rewritten.val();
        }
        self.out.next.bytes = self.beat.val().bytes;
        self.out.next.last = self.last.val();
        self.out.next.tuser = self.tuser.val().into();
        self.m_beat.next = self.out.val();
        self.m_valid.next = self.ready.val() & self.sends.val();

        // The frame is counted in the next clock, with its decision.
        self.ended_d1.d.next = self.ends.val();
        self.metadata_d1.d.next = self.metadata.val();
        self.length_d1.d.next = self.length.val();
        self.count.next.valid = self.ended_d1.q.val();
        self.count.next.bytes = self.length_d1.q.val();
        self.count.next.reason = self.metadata_d1.q.val().reason;
        self.count.next.verdict = self.metadata_d1.q.val().verdict;
        self.count.next.manager = self.none.val();
        if self.metadata_d1.q.val().verdict == self.to_manager.val() {
            self.count.next.manager = self.metadata_d1.q.val().manager;
        }
    }
}
