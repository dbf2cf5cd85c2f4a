//! The sequence of one access.

use super::bus::{BusRequest, BusResponse, Reply, Request};
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
    /// Synchronous reset: discards the access.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    request_held: Reg<BusRequest>,
    pending: RstReg<Bit>,
    step: RstReg<Bits<4>>,
    reply_d1: Reg<Reply>,
    waiting_d1: Reg<Bit>,
    data: Reg<Bits<32>>,
    refused: Reg<Bit>,
    act_d1: RstReg<Bit>,
    store_d1: RstReg<Bit>,
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
        clock!(self, clock, request_held, pending, step, reply_d1, waiting_d1, data, refused, act_d1, store_d1, done);
        self.act_d1.rst.next = self.rst.val();
        self.store_d1.rst.next = self.rst.val();
        self.pending.rst.next = self.rst.val();
        self.step.rst.next = self.rst.val();
        self.done.rst.next = self.rst.val();

        self.request_held.d.next = self.request_held.q.val();
        self.pending.d.next = self.pending.q.val();
        if self.access.val().write | self.access.val().read {
            self.request_held.d.next = self.access.val();
            self.pending.d.next = true;
        }
        self.reply_d1.d.next = self.reply.val();
        self.waiting_d1.d.next = self.waiting.val();
        self.finish.next = (self.step.q.val() == self.last.val()) & !self.waiting_d1.q.val();
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

        self.request.next.address = self.request_held.q.val().address;
        self.request.next.data = self.request_held.q.val().data;
        self.request.next.write = self.request_held.q.val().write;
        self.request.next.start = self.step.q.val() == self.decoded.val();
        self.act_d1.d.next = self.finish.val() & self.reply_d1.q.val().accepted;
        self.request.next.act = self.act_d1.q.val();
        self.store_d1.d.next = self.finish.val() & self.reply_d1.q.val().accepted & self.request_held.q.val().write;
        self.request.next.store = self.store_d1.q.val();

        self.data.d.next = self.reply_d1.q.val().data;
        self.refused.d.next = !self.reply_d1.q.val().accepted;
        self.done.d.next = self.finish.val();
        self.answer.next.data = self.data.q.val();
        self.answer.next.refused = self.refused.q.val();
        self.answer.next.done = self.done.q.val();
    }
}
