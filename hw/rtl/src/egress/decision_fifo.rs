//! The decisions on frames that have not left.

use crate::egress::verdict_logic::Decision;
use crate::primitive::{Const, Reg, RstReg};
use crate::stream::fifo::Fifo;
use contract::code::Verdict;
use rust_hdl::prelude::*;

/// Shows the egress stage the oldest decision, which comes straight from the pipeline or has waited in the FIFO.
///
/// Two places lie before the egress stage, and are shown in turn. A free place registers its input every clock, whether or not the other is taken: `pop`
/// comes late, and decides only which is shown. Latency: 1. Rate: a decision a clock. It holds at least 512; the room for beats bounds those under way.
#[derive(LogicBlock, Default)]
pub struct DecisionFifo {
    /// A decision comes.
    pub decision_valid: Signal<In, Bit>,
    /// The decision.
    pub decision: Signal<In, Decision>,
    /// `front` is a decision.
    pub valid: Signal<Out, Bit>,
    /// It is, and its frame is not dropped: straight from a register, for whether a beat is offered depends on it.
    pub sends: Signal<Out, Bit>,
    /// The oldest decision; reason, verdict, `deep` and `need` straight from registers.
    pub front: Signal<Out, Decision>,
    /// It is taken.
    pub pop: Signal<In, Bit>,
    /// Synchronous reset: discards all decisions.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    even: Reg<Decision>,
    odd: Reg<Decision>,
    showing_odd: RstReg<Bit>,
    front_valid: RstReg<Bit>,
    front_sends: RstReg<Bit>,
    front_reason: Reg<Bits<5>>,
    front_verdict: Reg<Bits<3>>,
    front_deep: Reg<Bit>,
    front_need: Reg<Bits<14>>,
    second_valid: RstReg<Bit>,
    waiting: Fifo<Decision, Bit, 9, 10>,
    passes: Signal<Local, Bit>,
    leaves: Signal<Local, Bit>,
    comes: Signal<Local, Bit>,
    coming: Signal<Local, Decision>,
    second: Signal<Local, Decision>,
    follows: Signal<Local, Bit>,
    following: Signal<Local, Decision>,
    stays: Signal<Local, Bit>,
    dropped: Const<3, { Verdict::Drop.code() as u64 }>,
}

impl Logic for DecisionFifo {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, even, odd, showing_odd, front_valid, front_sends, front_reason, front_verdict, front_deep, front_need);
        clock!(self, clock, second_valid, waiting);
        self.showing_odd.rst.next = self.rst.val();
        self.front_valid.rst.next = self.rst.val();
        self.front_sends.rst.next = self.rst.val();
        self.second_valid.rst.next = self.rst.val();
        self.waiting.rst.next = self.rst.val();

        // What comes passes by the FIFO if none waits there.
        self.passes.next = self.decision_valid.val() & self.waiting.empty.val() & !self.second_valid.q.val();
        self.leaves.next = self.waiting.valid.val() & !self.second_valid.q.val();
        self.waiting.push.next = self.decision_valid.val() & !self.passes.val();
        self.waiting.data.next = self.decision.val();
        self.waiting.mark.next = false;
        self.waiting.pop.next = self.leaves.val();

        // What comes to the free place: to the second, or to the first if both are free.
        self.comes.next = self.leaves.val() | self.passes.val();
        self.coming.next = self.decision.val();
        if self.waiting.valid.val() {
            self.coming.next = self.waiting.front.val();
        }
        self.even.d.next = self.even.q.val();
        self.odd.d.next = self.odd.q.val();
        if (self.showing_odd.q.val() & !self.second_valid.q.val()) | (!self.showing_odd.q.val() & !self.front_valid.q.val()) {
            self.even.d.next = self.coming.val();
        }
        if (self.showing_odd.q.val() & !self.front_valid.q.val()) | (!self.showing_odd.q.val() & !self.second_valid.q.val()) {
            self.odd.d.next = self.coming.val();
        }

        // What is at the front next: what stays there, or what follows it.
        self.second.next = self.odd.q.val();
        if self.showing_odd.q.val() {
            self.second.next = self.even.q.val();
        }
        self.follows.next = self.second_valid.q.val() | self.comes.val();
        self.following.next = self.coming.val();
        if self.second_valid.q.val() {
            self.following.next = self.second.val();
        }
        self.stays.next = self.front_valid.q.val() & !self.pop.val();
        self.showing_odd.d.next = self.showing_odd.q.val() ^ self.pop.val();
        self.second_valid.d.next = self.follows.val() & self.stays.val();
        self.front_valid.d.next = self.follows.val() | self.stays.val();
        self.front_sends.d.next = self.front_sends.q.val();
        self.front_reason.d.next = self.front_reason.q.val();
        self.front_verdict.d.next = self.front_verdict.q.val();
        self.front_deep.d.next = self.front_deep.q.val();
        self.front_need.d.next = self.front_need.q.val();
        if !self.stays.val() {
            self.front_sends.d.next = self.follows.val() & (self.following.val().verdict != self.dropped.val());
            self.front_reason.d.next = self.following.val().reason;
            self.front_verdict.d.next = self.following.val().verdict;
            self.front_deep.d.next = self.following.val().deep;
            self.front_need.d.next = self.following.val().need;
        }
        self.valid.next = self.front_valid.q.val();
        self.sends.next = self.front_sends.q.val();
        self.front.next = self.even.q.val();
        if self.showing_odd.q.val() {
            self.front.next = self.odd.q.val();
        }
        self.front.next.reason = self.front_reason.q.val();
        self.front.next.verdict = self.front_verdict.q.val();
        self.front.next.deep = self.front_deep.q.val();
        self.front.next.need = self.front_need.q.val();
    }
}
