//! The decisions on frames that have not left.

use crate::egress::verdict_logic::Decision;
use crate::primitive::{Const, Reg, RstReg};
use crate::stream::fifo::Fifo;
use contract::code::Verdict;
use rust_hdl::prelude::*;

/// Shows the egress stage the oldest decision, which comes straight from the pipeline or has waited in the FIFO.
///
/// Two places lie before the egress stage. They are filled while the second is free, whether or not the first is taken: `pop` comes late, and decides
/// only what moves up. Latency: 1. Rate: a decision a clock. It holds at least 512; the room for beats bounds those under way.
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
    /// The oldest decision.
    pub front: Signal<Out, Decision>,
    /// It is taken.
    pub pop: Signal<In, Bit>,
    /// Synchronous reset: discards all decisions.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    front_held: Reg<Decision>,
    front_valid: RstReg<Bit>,
    front_sends: RstReg<Bit>,
    second: Reg<Decision>,
    second_valid: RstReg<Bit>,
    waiting: Fifo<Decision, 9, 10>,
    passes: Signal<Local, Bit>,
    leaves: Signal<Local, Bit>,
    follows: Signal<Local, Bit>,
    following: Signal<Local, Decision>,
    stays: Signal<Local, Bit>,
    dropped: Const<3, { Verdict::Drop.code() as u64 }>,
}

impl Logic for DecisionFifo {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, front_held, front_valid, front_sends, second, second_valid, waiting);
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

        // The decision after the front: the second place's, or what comes to it.
        self.follows.next = self.second_valid.q.val() | self.leaves.val() | self.passes.val();
        self.following.next = self.decision.val();
        if self.waiting.valid.val() {
            self.following.next = self.waiting.front.val();
        }
        if self.second_valid.q.val() {
            self.following.next = self.second.q.val();
        }
        self.stays.next = self.front_valid.q.val() & !self.pop.val();
        self.second.d.next = self.following.val();
        self.second_valid.d.next = self.follows.val() & self.stays.val();
        self.front_valid.d.next = self.follows.val() | self.stays.val();
        self.front_held.d.next = self.front_held.q.val();
        self.front_sends.d.next = self.front_sends.q.val();
        if !self.stays.val() {
            self.front_held.d.next = self.following.val();
            self.front_sends.d.next = self.follows.val() & (self.following.val().verdict != self.dropped.val());
        }
        self.valid.next = self.front_valid.q.val();
        self.sends.next = self.front_sends.q.val();
        self.front.next = self.front_held.q.val();
    }
}
