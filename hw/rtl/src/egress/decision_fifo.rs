//! The decisions on frames that have not left yet.

use crate::egress::verdict_logic::Decision;
use crate::primitive::{Reg, RstReg};
use crate::stream::fifo::Fifo;
use rust_hdl::prelude::*;

/// Shows the exit the oldest decision, which comes straight from the pipeline, or has waited behind others.
///
/// Latency: 1. Rate: a decision a clock. It holds at least 512; the room for beats bounds those under way.
#[derive(LogicBlock, Default)]
pub struct DecisionFifo {
    /// A decision comes.
    pub decided: Signal<In, Bit>,
    /// The decision.
    pub decision: Signal<In, Decision>,
    /// `front` is a decision.
    pub valid: Signal<Out, Bit>,
    /// The oldest decision.
    pub front: Signal<Out, Decision>,
    /// It is taken.
    pub pop: Signal<In, Bit>,
    /// Synchronous reset: forgets all.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    shown: Reg<Decision>,
    shows: RstReg<Bit>,
    waiting: Fifo<Decision, 9, 10>,
    free: Signal<Local, Bit>,
}

impl Logic for DecisionFifo {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, shown, shows, waiting);
        self.shows.rst.next = self.rst.val();
        self.waiting.rst.next = self.rst.val();

        self.free.next = !self.shows.q.val() | self.pop.val();
        self.waiting.pop.next = self.free.val() & self.waiting.valid.val();
        self.waiting.push.next = self.decided.val() & !(self.free.val() & self.waiting.empty.val());
        self.waiting.data.next = self.decision.val();
        self.shows.d.next = self.shows.q.val();
        self.shown.d.next = self.shown.q.val();
        if self.free.val() {
            self.shows.d.next = self.waiting.valid.val() | (self.waiting.empty.val() & self.decided.val());
            self.shown.d.next = self.decision.val();
            if self.waiting.valid.val() {
                self.shown.d.next = self.waiting.front.val();
            }
        }
        self.valid.next = self.shows.q.val();
        self.front.next = self.shown.q.val();
    }
}
