//! The merge in front of an egress.

use crate::beat::Beat;
use crate::primitive::RstReg;
use rust_hdl::prelude::*;

/// Lets whole frames of two inputs through, in turn where both have one.
///
/// Whose turn it is, is found out before a beat is offered, so that nothing but the choice itself stands in a beat's way.
/// Latency: 0. Rate: a beat a clock, none lost between two frames of whichever input.
#[derive(LogicBlock, Default)]
pub struct Arbiter<const DATA_W: usize> {
    /// The beat that input 0 offers, where it offers one.
    pub s0_beat: Signal<In, Beat<DATA_W, 48>>,
    /// A beat will be offered in the next clock; one that is not taken is offered again.
    pub s0_next_valid: Signal<In, Bit>,
    /// The beat is taken: it was offered.
    pub s0_taken: Signal<Out, Bit>,
    /// The beat that input 1 offers, where it offers one.
    pub s1_beat: Signal<In, Beat<DATA_W, 48>>,
    /// A beat will be offered in the next clock; one that is not taken is offered again.
    pub s1_next_valid: Signal<In, Bit>,
    /// The beat is taken: it was offered.
    pub s1_taken: Signal<Out, Bit>,
    /// A beat; `bytes` is as `m_keep` says.
    pub m_beat: Signal<Out, Beat<DATA_W, 48>>,
    /// The beat is offered.
    pub m_valid: Signal<Out, Bit>,
    /// It is taken.
    pub m_ready: Signal<In, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    /// Input 0 offers a beat, and has the turn.
    shows0: RstReg<Bit>,
    /// Input 1 offers a beat, and has the turn.
    shows1: RstReg<Bit>,
    /// A frame is under way, or offered.
    busy: RstReg<Bit>,
    /// Whose it is, or whose the last one was.
    owner: RstReg<Bit>,
    last0: Signal<Local, Bit>,
    last1: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    goes_on: Signal<Local, Bit>,
    next0: Signal<Local, Bit>,
    next1: Signal<Local, Bit>,
}

impl<const DATA_W: usize> Logic for Arbiter<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, shows0, shows1, busy, owner);
        self.shows0.rst.next = self.rst.val();
        self.shows1.rst.next = self.rst.val();
        self.busy.rst.next = self.rst.val();
        self.owner.rst.next = self.rst.val();

        // Within a frame its input keeps the turn; between frames the other input has it, if it has a frame.
        self.last0.next = self.s0_beat.val().last;
        self.last1.next = self.s1_beat.val().last;
        self.ends.next = self.m_ready.val() & ((self.shows0.q.val() & self.last0.val()) | (self.shows1.q.val() & self.last1.val()));
        self.goes_on.next = self.busy.q.val() & !self.ends.val();
        self.next0.next = self.s0_next_valid.val() & (self.owner.q.val() | !self.s1_next_valid.val());
        self.next1.next = self.s1_next_valid.val() & (!self.owner.q.val() | !self.s0_next_valid.val());
        if self.goes_on.val() {
            self.next0.next = self.s0_next_valid.val() & !self.owner.q.val();
            self.next1.next = self.s1_next_valid.val() & self.owner.q.val();
        }
        self.shows0.d.next = self.next0.val();
        self.shows1.d.next = self.next1.val();
        self.busy.d.next = self.goes_on.val() | self.next0.val() | self.next1.val();
        self.owner.d.next = self.next1.val() | (self.owner.q.val() & !self.next0.val());

        self.s0_taken.next = self.shows0.q.val() & self.m_ready.val();
        self.s1_taken.next = self.shows1.q.val() & self.m_ready.val();
        self.m_valid.next = self.shows0.q.val() | self.shows1.q.val();
        self.m_beat.next = self.s0_beat.val();
        // By `owner`, not by `shows1`: what tells that a beat is taken is spared from driving a whole beat's choice.
        if self.owner.q.val() {
            self.m_beat.next = self.s1_beat.val();
        }
    }
}
