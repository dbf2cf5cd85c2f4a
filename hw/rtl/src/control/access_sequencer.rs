//! The steps of one access.

use super::bus::{Reply, Request};
use crate::bundle::{BusRequest, BusResponse};
use crate::primitive::{Const, Reg, RstReg};
use rust_hdl::prelude::*;

/// Holds an access, shows it to the parts as long as the slowest needs to reply, lets the part that accepts it act, and answers.
///
/// Latency: 14 clocks from `access` to `answer`; more while `waiting` is high or `ready` is low.
#[derive(LogicBlock, Default)]
pub struct AccessSequencer {
    /// The access.
    pub access: Signal<In, BusRequest>,
    /// The answer.
    pub answer: Signal<Out, BusResponse>,
    /// Accesses may start.
    pub ready: Signal<In, Bit>,
    /// To all parts.
    pub request: Signal<Out, Request>,
    /// From all parts.
    pub reply: Signal<In, Reply>,
    /// The reply is not there yet.
    pub waiting: Signal<In, Bit>,
    /// Synchronous reset: forgets the access.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    held: Reg<BusRequest>,
    pending: RstReg<Bit>,
    step: RstReg<Bits<4>>,
    held_reply: Reg<Reply>,
    late: Reg<Bit>,
    data: Reg<Bits<32>>,
    refused: Reg<Bit>,
    acting: RstReg<Bit>,
    storing: RstReg<Bit>,
    done: RstReg<Bit>,
    finish: Signal<Local, Bit>,
    resting: Const<4, 0>,
    one: Const<4, 1>,
    decoded: Const<4, 2>,
    last: Const<4, 12>,
}

impl Logic for AccessSequencer {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, held, pending, step, held_reply, late, data, refused, acting, storing, done);
        self.acting.rst.next = self.rst.val();
        self.storing.rst.next = self.rst.val();
        self.pending.rst.next = self.rst.val();
        self.step.rst.next = self.rst.val();
        self.done.rst.next = self.rst.val();

        self.held.d.next = self.held.q.val();
        self.pending.d.next = self.pending.q.val();
        if self.access.val().write | self.access.val().read {
            self.held.d.next = self.access.val();
            self.pending.d.next = true;
        }
        self.held_reply.d.next = self.reply.val();
        self.late.d.next = self.waiting.val();
        self.finish.next = (self.step.q.val() == self.last.val()) & !self.late.q.val();
        self.step.d.next = self.step.q.val();
        if self.step.q.val() == self.resting.val() {
            if self.pending.q.val() & self.ready.val() {
                self.step.d.next = self.one.val();
                self.pending.d.next = false;
            }
        } else if self.step.q.val() != self.last.val() {
            self.step.d.next = self.step.q.val() + self.one.val();
        } else if self.finish.val() {
            self.step.d.next = self.resting.val();
        }

        self.request.next.address = self.held.q.val().address;
        self.request.next.data = self.held.q.val().data;
        self.request.next.write = self.held.q.val().write;
        self.request.next.start = self.step.q.val() == self.decoded.val();
        self.acting.d.next = self.finish.val() & self.held_reply.q.val().accepted;
        self.request.next.act = self.acting.q.val();
        self.storing.d.next = self.finish.val() & self.held_reply.q.val().accepted & self.held.q.val().write;
        self.request.next.store = self.storing.q.val();

        self.data.d.next = self.held_reply.q.val().data;
        self.refused.d.next = !self.held_reply.q.val().accepted;
        self.done.d.next = self.finish.val();
        self.answer.next.data = self.data.q.val();
        self.answer.next.refused = self.refused.q.val();
        self.answer.next.done = self.done.q.val();
    }
}
