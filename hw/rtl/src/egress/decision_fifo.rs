//! The decisions on frames that have not left.

use crate::egress::verdict_logic::Decision;
use crate::primitive::{Reg, RstReg};
use crate::stream::fifo::Fifo;
use rust_hdl::prelude::*;

/// Shows the egress stage the oldest decision, which comes straight from the pipeline or has waited in the FIFO.
///
/// Latency: 1. Rate: a decision a clock. It holds at least 512; the room for beats bounds those under way.
#[derive(LogicBlock, Default)]
pub struct DecisionFifo {
    /// A decision comes.
    pub decision_valid: Signal<In, Bit>,
    /// The decision.
    pub decision: Signal<In, Decision>,
    /// `front` is a decision.
    pub valid: Signal<Out, Bit>,
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
    waiting: Fifo<Decision, 9, 10>,
    free: Signal<Local, Bit>,
}

impl Logic for DecisionFifo {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, front_held, front_valid, waiting);
        self.front_valid.rst.next = self.rst.val();
        self.waiting.rst.next = self.rst.val();

        self.free.next = !self.front_valid.q.val() | self.pop.val();
        self.waiting.pop.next = self.free.val() & self.waiting.valid.val();
        self.waiting.push.next = self.decision_valid.val() & !(self.free.val() & self.waiting.empty.val());
        self.waiting.data.next = self.decision.val();
        self.front_valid.d.next = self.front_valid.q.val();
        self.front_held.d.next = self.front_held.q.val();
        if self.free.val() {
            self.front_valid.d.next = self.waiting.valid.val() | (self.waiting.empty.val() & self.decision_valid.val());
            self.front_held.d.next = self.decision.val();
            if self.waiting.valid.val() {
                self.front_held.d.next = self.waiting.front.val();
            }
        }
        self.valid.next = self.front_valid.q.val();
        self.front.next = self.front_held.q.val();
    }
}
