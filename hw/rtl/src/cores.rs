//! Both ports of a card, with a decision side each or with one.

use crate::bundle::{CountEvent, DropEvent};
use crate::control::bus::{BusRequest, BusResponse};
use crate::egress::verdict_logic::Decision;
use crate::pipeline::Trace;
use crate::port_core::PortCore;
use crate::primitive::{Array, Const};
use crate::shared_core::SharedCore;
use crate::stream::beat::Beat;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

const _: () = assert!(PORTS == 2, "two ports have two decision sides, or share one");

/// Either `OWN` is [`PORTS`] and `SHARED` 0: a [`PortCore`] per port, all programmed by the same writes. Or `OWN` is 0 and `SHARED` 1: a [`SharedCore`].
///
/// Ports and other parameters as of `PortCore`.
#[derive(LogicBlock, Default)]
pub struct Cores<
    const DATA_W: usize,
    const KEEP_W: usize,
    const BEATS: usize,
    const HELD: usize,
    const GROUPS: usize,
    const ENTRY_A: usize,
    const PARSE: usize,
    const HASH: usize,
    const OWN: usize,
    const SHARED: usize,
> {
    /// By port, frames in.
    pub s_data: [Signal<In, Bits<DATA_W>>; PORTS],
    pub s_keep: [Signal<In, Bits<KEEP_W>>; PORTS],
    pub s_last: [Signal<In, Bit>; PORTS],
    pub s_valid: [Signal<In, Bit>; PORTS],
    pub s_ready: [Signal<Out, Bit>; PORTS],
    pub s_announced: [Signal<In, Bits<16>>; PORTS],
    /// By port, frames out.
    pub m_beat: [Signal<Out, Beat<DATA_W, 48>>; PORTS],
    pub m_valid: [Signal<Out, Bit>; PORTS],
    pub m_ready: [Signal<In, Bit>; PORTS],
    /// By port, the packet FIFO to the host has dropped a frame.
    pub lost: [Signal<In, DropEvent>; PORTS],

    /// A register access.
    pub access: Signal<In, BusRequest>,
    /// Its answer.
    pub answer: Signal<Out, BusResponse>,

    /// By port, decisions; for simulation.
    pub decision_valid: [Signal<Out, Bit>; PORTS],
    pub decision: [Signal<Out, Decision>; PORTS],
    pub trace: [Signal<Out, Trace>; PORTS],
    pub hash: [Signal<Out, Bits<32>>; PORTS],
    /// By port, a frame has left or was dropped.
    pub count: [Signal<Out, CountEvent>; PORTS],

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    own: Array<PortCore<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, PORTS, PARSE, HASH>, OWN>,
    shared: Array<SharedCore<DATA_W, KEEP_W, BEATS, GROUPS, ENTRY_A, PARSE, HASH>, SHARED>,
    ports: [Signal<Local, Bits<8>>; PORTS],
    port0: Const<8, 0>,
    port1: Const<8, 1>,
}

impl<
    const DATA_W: usize,
    const KEEP_W: usize,
    const BEATS: usize,
    const HELD: usize,
    const GROUPS: usize,
    const ENTRY_A: usize,
    const PARSE: usize,
    const HASH: usize,
    const OWN: usize,
    const SHARED: usize,
> Logic for Cores<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, PARSE, HASH, OWN, SHARED>
{
    #[hdl_gen]
    fn update(&mut self) {
        self.ports[0].next = self.port0.val();
        self.ports[1].next = self.port1.val();
        // Every access reaches all cores, which answer in the same clock; the host hears the one that it views.
        for i in 0..OWN {
            self.answer.next = self.own[i].answer.val();
        }
        for i in 0..OWN {
            if self.own[i].view_core.val() == self.ports[i].val() {
                self.answer.next = self.own[i].answer.val();
            }
        }
        for i in 0..OWN {
            self.own[i].clock.next = self.clock.val();
            self.own[i].rst.next = self.rst.val();
            self.own[i].s_data.next = self.s_data[i].val();
            self.own[i].s_keep.next = self.s_keep[i].val();
            self.own[i].s_last.next = self.s_last[i].val();
            self.own[i].s_valid.next = self.s_valid[i].val();
            self.s_ready[i].next = self.own[i].s_ready.val();
            self.own[i].s_ingress.next = self.ports[i].val();
            self.own[i].s_announced.next = self.s_announced[i].val();
            self.m_beat[i].next = self.own[i].m_beat.val();
            self.m_valid[i].next = self.own[i].m_valid.val();
            self.own[i].m_ready.next = self.m_ready[i].val();
            self.own[i].lost.next = self.lost[i].val();
            self.own[i].access.next = self.access.val();
            self.decision_valid[i].next = self.own[i].decision_valid.val();
            self.decision[i].next = self.own[i].decision.val();
            self.trace[i].next = self.own[i].trace.val();
            self.hash[i].next = self.own[i].hash.val();
            self.count[i].next = self.own[i].count.val();
        }
        for i in 0..SHARED {
            self.shared[i].clock.next = self.clock.val();
            self.shared[i].rst.next = self.rst.val();
            self.shared[i].access.next = self.access.val();
            self.answer.next = self.shared[i].answer.val();
            for k in 0..PORTS {
                self.shared[i].s_data[k].next = self.s_data[k].val();
                self.shared[i].s_keep[k].next = self.s_keep[k].val();
                self.shared[i].s_last[k].next = self.s_last[k].val();
                self.shared[i].s_valid[k].next = self.s_valid[k].val();
                self.shared[i].s_announced[k].next = self.s_announced[k].val();
                self.s_ready[k].next = self.shared[i].s_ready[k].val();
                self.m_beat[k].next = self.shared[i].m_beat[k].val();
                self.m_valid[k].next = self.shared[i].m_valid[k].val();
                self.shared[i].m_ready[k].next = self.m_ready[k].val();
                self.shared[i].lost[k].next = self.lost[k].val();
                self.count[k].next = self.shared[i].count[k].val();
                self.decision_valid[k].next = self.shared[i].decision_valid[k].val();
                self.decision[k].next = self.shared[i].decision.val();
                self.trace[k].next = self.shared[i].trace.val();
                self.hash[k].next = self.shared[i].hash.val();
            }
        }
    }
}
