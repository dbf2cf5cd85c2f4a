//! Two ports that share a decision side.

use crate::bundle::{CountEvent, DropEvent};
use crate::control::bus::{BusRequest, BusResponse};
use crate::decision_side::DecisionSide;
use crate::egress::verdict_logic::Decision;
use crate::pipeline::Trace;
use crate::port_stream::PortStream;
use crate::primitive::Const;
use crate::share::Share;
use crate::stream::beat::Beat;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

/// Two [`PortStream`]s whose frames one [`DecisionSide`] decides, in the turns of [`Share`].
///
/// Ports are named as those of [`PortCore`](crate::port_core::PortCore), and so are the parameters. Latency: that of a `PortCore` and one clock,
/// two for frames of a whole header window or longer, if no other frame comes between. Rate: a beat a clock on each port; a frame a clock of both together.
#[derive(LogicBlock, Default)]
pub struct SharedCore<
    const DATA_W: usize,
    const KEEP_W: usize,
    const BEATS: usize,
    const GROUPS: usize,
    const ENTRY_A: usize,
    const PARSE: usize,
    const HASH: usize,
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

    /// By port, `decision`, `trace` and `hash` hold a decision on a frame of it.
    pub decision_valid: [Signal<Out, Bit>; PORTS],
    /// A decision, what led to it, and the hash of the key.
    pub decision: Signal<Out, Decision>,
    pub trace: Signal<Out, Trace>,
    pub hash: Signal<Out, Bits<32>>,
    /// By port, a frame has left or was dropped.
    pub count: [Signal<Out, CountEvent>; PORTS],

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    streams: [PortStream<DATA_W, KEEP_W, BEATS>; PORTS],
    share: Share<DATA_W, BEATS>,
    side: DecisionSide<KEEP_W, GROUPS, ENTRY_A, PORTS, 1, PARSE, HASH>,
    decided: Signal<Local, Bits<8>>,
    of_port1: Signal<Local, Bit>,
    decides: [Signal<Local, Bit>; PORTS],
    port1: Const<8, 1>,
}

impl<
    const DATA_W: usize,
    const KEEP_W: usize,
    const BEATS: usize,
    const GROUPS: usize,
    const ENTRY_A: usize,
    const PARSE: usize,
    const HASH: usize,
> Logic for SharedCore<DATA_W, KEEP_W, BEATS, GROUPS, ENTRY_A, PARSE, HASH>
{
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, share, side);
        self.share.rst.next = self.rst.val();
        self.side.rst.next = self.rst.val();

        for i in 0..PORTS {
            self.streams[i].clock.next = self.clock.val();
            self.streams[i].rst.next = self.rst.val();

            // Its frames.
            self.streams[i].s_data.next = self.s_data[i].val();
            self.streams[i].s_keep.next = self.s_keep[i].val();
            self.streams[i].s_last.next = self.s_last[i].val();
            self.streams[i].s_valid.next = self.s_valid[i].val();
            self.streams[i].s_announced.next = self.s_announced[i].val();
            self.s_ready[i].next = self.streams[i].s_ready.val();
            self.streams[i].open.next = self.side.ready.val() & self.share.room[i].val();
            self.m_beat[i].next = self.streams[i].m_beat.val();
            self.m_valid[i].next = self.streams[i].m_valid.val();
            self.streams[i].m_ready.next = self.m_ready[i].val();
            self.streams[i].lost.next = self.lost[i].val();
            self.count[i].next = self.streams[i].count.val();

            // Its headers.
            self.share.fresh_valid[i].next = self.streams[i].fresh_valid.val();
            self.share.fresh_data[i].next = self.streams[i].fresh_data.val();
            self.share.fresh_last[i].next = self.streams[i].fresh_last.val();
            self.share.fresh_turn[i].next = self.streams[i].fresh_turn.val();
            self.share.beat[i].next = self.streams[i].beat.val();
            self.share.offset[i].next = self.streams[i].offset.val();

            // Each port has its own counters; both capture at once.
            self.streams[i].decision.next = self.side.decision.val();
            self.streams[i].counter.next = self.side.counter.val();
            self.streams[i].capture.next = self.side.capture.val();
        }

        // What is decided of them, with the port that it is of.
        self.side.valid.next = self.share.valid.val();
        self.side.window.next = self.share.window.val();
        self.side.header.next = self.share.header.val();
        self.side.link.next = self.share.link.val();
        self.side.headers.next = self.share.headers.val();
        self.side.bytes.next = self.share.bytes.val();
        self.side.ingress.next = self.share.port.val();
        self.decided.next = self.side.decision.val().ingress;
        self.of_port1.next = self.decided.val().get_bit(0);
        self.decides[0].next = self.side.decision_valid.val() & !self.of_port1.val();
        self.decides[1].next = self.side.decision_valid.val() & self.of_port1.val();
        for i in 0..PORTS {
            self.streams[i].decision_valid.next = self.decides[i].val();
            self.decision_valid[i].next = self.decides[i].val();
        }

        // The host sees one set of tables, and the counters of the port that it views.
        self.side.access.next = self.access.val();
        self.answer.next = self.side.answer.val();
        self.side.captured.next = self.streams[0].captured.val();
        self.side.counters_ready.next = self.streams[0].counters_ready.val() & self.streams[1].counters_ready.val();
        self.side.counter_word.next = self.streams[0].counter_word.val();
        if self.side.view_core.val() == self.port1.val() {
            self.side.counter_word.next = self.streams[1].counter_word.val();
        }

        // For simulation.
        self.decision.next = self.side.decision.val();
        self.trace.next = self.side.trace.val();
        self.hash.next = self.side.hash.val();
    }
}
