//! A decision side: the pipeline that decides, with its tables and registers.

use crate::control::bus::{BusRequest, BusResponse};
use crate::control::counter_bank::Tally;
use crate::control::registers::Registers;
use crate::egress::verdict_logic::Decision;
use crate::parse::link::Link;
use crate::parse::next_header::Headers;
use crate::pipeline::{Pipeline, Trace};
use contract::limits::PORTS;
use rust_hdl::prelude::*;

/// Decides one packet a clock, of one port or of several, by tables that the host writes.
///
/// `CORES` is the number of ports that a host can tell apart, `SIDES` that of the decision sides on the card; the others as of [`PortCore`](crate::port_core::PortCore). Latency and rate are those of
/// the [`Pipeline`].
#[derive(LogicBlock, Default)]
pub struct DecisionSide<
    const KEEP_W: usize,
    const GROUPS: usize,
    const ENTRY_A: usize,
    const CORES: usize,
    const SIDES: usize,
    const PARSE: usize,
    const HASH: usize,
> {
    /// A packet is launched in this clock; it is described as in [`Pipeline`], by the same names.
    pub valid: Signal<In, Bit>,
    pub window: Signal<In, Bits<1024>>,
    pub header: Signal<In, Bits<352>>,
    pub link: Signal<In, Link>,
    pub headers: Signal<In, Headers>,
    pub bytes: Signal<In, Bits<8>>,
    pub ingress: Signal<In, Bits<8>>,

    /// `decision`, `trace` and `hash` hold a decision.
    pub decision_valid: Signal<Out, Bit>,
    /// The decision; `too_deep` may still become `malformed` when the frame's length is known.
    pub decision: Signal<Out, Decision>,
    /// What led to it.
    pub trace: Signal<Out, Trace>,
    /// The hash of the key.
    pub hash: Signal<Out, Bits<32>>,

    /// A register access.
    pub access: Signal<In, BusRequest>,
    /// Its answer.
    pub answer: Signal<Out, BusResponse>,
    /// `VIEW.core`: the port whose state reads show.
    pub view_core: Signal<Out, Bits<8>>,
    /// Tables and counters are cleared after reset: frames may come.
    pub ready: Signal<Out, Bit>,
    /// To and from `Counters`, by the same names.
    pub counter: Signal<Out, Bits<9>>,
    pub capture: Signal<Out, Bit>,
    pub captured: Signal<In, Bit>,
    pub counter_word: Signal<In, Tally>,
    pub counters_ready: Signal<In, Bit>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    registers: Registers<GROUPS, CORES, SIDES, KEEP_W>,
    pipeline: Pipeline<ENTRY_A, PARSE, HASH>,
    active: Signal<Local, Bits<10>>,
}

impl<
    const KEEP_W: usize,
    const GROUPS: usize,
    const ENTRY_A: usize,
    const CORES: usize,
    const SIDES: usize,
    const PARSE: usize,
    const HASH: usize,
> Logic for DecisionSide<KEEP_W, GROUPS, ENTRY_A, CORES, SIDES, PARSE, HASH>
{
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, registers, pipeline);
        self.registers.rst.next = self.rst.val();
        self.pipeline.rst.next = self.rst.val();

        self.pipeline.valid.next = self.valid.val();
        self.pipeline.window.next = self.window.val();
        self.pipeline.header.next = self.header.val();
        self.pipeline.link.next = self.link.val();
        self.pipeline.headers.next = self.headers.val();
        self.pipeline.bytes.next = self.bytes.val();
        self.pipeline.ingress.next = self.ingress.val();
        self.decision_valid.next = self.pipeline.decision_valid.val();
        self.decision.next = self.pipeline.decision.val();
        self.trace.next = self.pipeline.trace.val();
        self.hash.next = self.pipeline.hash.val();

        self.registers.access.next = self.access.val();
        self.answer.next = self.registers.answer.val();
        self.view_core.next = self.registers.view_core.val();
        self.ready.next = self.registers.ready.val();
        self.pipeline.enable.next = self.registers.enable.val();
        self.pipeline.neighbours.next = self.registers.neighbours.val();
        for i in 0..8 {
            self.pipeline.macs[i].next = self.registers.macs[i].val();
        }
        for i in 0..PORTS {
            self.pipeline.pairs[i].next = self.registers.pairs[i].val();
        }
        for i in 0..16 {
            self.pipeline.rules[i].next = self.registers.rules[i].val();
        }
        self.active.next = self.registers.active.val();
        self.pipeline.active.next = self.active.val().get_bits::<8>(0);
        self.pipeline.managers_active.next = self.active.val().get_bit(9);
        self.pipeline.host.next = self.registers.host.val();
        self.registers.host_answer.next = self.pipeline.host_answer.val();
        self.counter.next = self.registers.counter.val();
        self.capture.next = self.registers.capture.val();
        self.registers.captured.next = self.captured.val();
        self.registers.counter_word.next = self.counter_word.val();
        self.registers.counters_ready.next = self.counters_ready.val();
    }
}
