//! The last stage: a frame meets its decision and leaves, with the manager's MAC if a manager is to have it.

use crate::beat::Beat;
use crate::bundle::Count;
use crate::primitive::{Literal, Reg, RstReg};
use crate::verdict::Decision;
use contract::code::{Reason, Verdict};
use rust_hdl::prelude::*;

/// What travels beside a frame, as the low half of `contract::metadata`; the announced length travels in the beats.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Metadata {
    /// Port on which it came in.
    pub ingress: Bits<8>,
    /// Port by which it leaves.
    pub egress: Bits<8>,
    /// The manager, or 0.
    pub manager: Bits<8>,
    /// Why.
    pub reason: Bits<5>,
    /// What becomes of it.
    pub verdict: Bits<3>,
}

/// Sends frames out with their decisions, drops those that are to be dropped, and reports each frame once.
///
/// A frame that is `too_deep` waits until it is known to be long enough; until then it may still be `malformed`.
/// Latency: 1. Rate: a beat a clock.
#[derive(LogicBlock, Default)]
pub struct Exit<const DATA_W: usize, const KEEP_W: usize> {
    /// `decision` holds the decision of the oldest frame that has none yet.
    pub decided: Signal<In, Bit>,
    /// The decision.
    pub decision: Signal<In, Decision>,
    /// It is taken in this clock.
    pub take_decision: Signal<Out, Bit>,
    /// `beat` holds the oldest beat.
    pub waiting: Signal<In, Bit>,
    /// The beat.
    pub beat: Signal<In, Beat<DATA_W>>,
    /// It is taken in this clock.
    pub take_beat: Signal<Out, Bit>,
    /// `length` holds the length of the oldest frame that has ended.
    pub measured: Signal<In, Bit>,
    /// Its length in bytes.
    pub length: Signal<In, Bits<16>>,
    /// It is taken in this clock.
    pub take_length: Signal<Out, Bit>,
    /// No more beats come in until some leave.
    pub full: Signal<In, Bit>,

    /// A beat is offered.
    pub m_valid: Signal<Out, Bit>,
    /// It is taken.
    pub m_ready: Signal<In, Bit>,
    /// The beat, with the announced length.
    pub m_beat: Signal<Out, Beat<DATA_W>>,
    /// Which of its bytes count.
    pub m_keep: Signal<Out, Bits<KEEP_W>>,
    /// What is said of the frame.
    pub m_metadata: Signal<Out, Bits<32>>,
    /// A frame has left or was dropped.
    pub count: Signal<Out, Count>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    valid: RstReg<Bit>,
    out: Reg<Beat<DATA_W>>,
    keep: Reg<Bits<KEEP_W>>,
    metadata: Reg<Metadata>,
    midway: RstReg<Bit>,
    held: Reg<Metadata>,
    held_announced: Reg<Bits<16>>,
    counted: RstReg<Count>,
    current: Signal<Local, Metadata>,
    announced: Signal<Local, Bits<16>>,
    beyond: Signal<Local, Bits<64>>,
    known: Signal<Local, Bit>,
    free: Signal<Local, Bit>,
    go: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    gone: Signal<Local, Bit>,
    payload: Signal<Local, Bits<DATA_W>>,
    rewritten: Signal<Local, Bits<DATA_W>>,
    mac: Signal<Local, Bits<48>>,
    to_manager: Literal<3, { Verdict::ToManager.code() as u64 }>,
    dropped: Literal<3, { Verdict::Drop.code() as u64 }>,
    malformed: Literal<5, { Reason::Malformed.code() as u64 }>,
    all_ones: Literal<64, { u64::MAX }>,
    none: Literal<8, 0>,
}

impl<const DATA_W: usize, const KEEP_W: usize> Logic for Exit<DATA_W, KEEP_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, valid, out, keep, metadata, midway, held, held_announced, counted);
        self.valid.rst.next = self.rst.val();
        self.midway.rst.next = self.rst.val();
        self.counted.rst.next = self.rst.val();

        // The first beat of a frame brings the announced length, and the decision in force; the others follow it.
        self.known.next = !self.decision.val().deep | self.measured.val() | self.full.val();
        self.current.next.ingress = self.decision.val().ingress;
        self.current.next.egress = self.decision.val().egress;
        self.current.next.manager = self.decision.val().manager;
        self.current.next.verdict = self.decision.val().verdict;
        self.current.next.reason = self.decision.val().reason;
        if self.decision.val().deep & self.measured.val() & (self.length.val() < bit_cast::<16, 14>(self.decision.val().need)) {
            self.current.next.reason = self.malformed.val();
        }
        self.announced.next = self.beat.val().announced;
        if self.midway.q.val() {
            self.current.next = self.held.q.val();
            self.announced.next = self.held_announced.q.val();
        }
        self.held.d.next = self.current.val();
        self.held_announced.d.next = self.announced.val();

        // A beat goes when it is there, its decision is known, its frame's length is at hand for the count, and the output is free.
        self.free.next = !self.valid.q.val() | self.m_ready.val();
        self.go.next = self.waiting.val()
            & self.free.val()
            & (self.midway.q.val() | (self.decided.val() & self.known.val()))
            & (!self.beat.val().last | self.measured.val());
        self.take_beat.next = self.go.val();
        self.take_decision.next = self.go.val() & !self.midway.q.val();
        self.ends.next = self.go.val() & self.beat.val().last;
        self.take_length.next = self.ends.val();
        self.midway.d.next = self.midway.q.val();
        if self.go.val() {
            self.midway.d.next = !self.beat.val().last;
        }

        self.payload.next = self.beat.val().data;
        self.mac.next = self.decision.val().mac;
        self.rewritten.next = ((self.payload.val() >> 48) << 48) | bit_cast::<DATA_W, 48>(self.mac.val());
        self.gone.next = self.current.val().verdict == self.dropped.val();
        self.valid.d.next = self.valid.q.val() & !self.m_ready.val();
        self.out.d.next = self.out.q.val();
        self.keep.d.next = self.keep.q.val();
        self.metadata.d.next = self.metadata.q.val();
        self.beyond.next = self.all_ones.val() << self.beat.val().bytes;
        if self.go.val() & !self.gone.val() {
            self.valid.d.next = true;
        }
        // Whatever is there is shown wherever the output is free: `valid` alone says whether it counts.
        if self.free.val() {
            self.out.d.next = self.beat.val();
            self.out.d.next.announced = self.announced.val();
            if !self.midway.q.val() & (self.current.val().verdict == self.to_manager.val()) {
                self.out.d.next.data = self.rewritten.val();
            }
            self.keep.d.next = !self.beyond.val().get_bits::<KEEP_W>(0);
            self.metadata.d.next = self.current.val();
        }

        self.counted.d.next.valid = self.ends.val();
        self.counted.d.next.bytes = self.length.val();
        self.counted.d.next.reason = self.current.val().reason;
        self.counted.d.next.verdict = self.current.val().verdict;
        self.counted.d.next.manager = self.none.val();
        if self.current.val().verdict == self.to_manager.val() {
            self.counted.d.next.manager = self.current.val().manager;
        }

        self.m_valid.next = self.valid.q.val();
        self.m_beat.next = self.out.q.val();
        self.m_keep.next = self.keep.q.val();
        self.m_metadata.next = self.metadata.q.val().into();
        self.count.next = self.counted.q.val();
    }
}
