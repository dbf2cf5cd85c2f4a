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
/// Ports are named as those of [`PortCore`](crate::port_core::PortCore), and so are the parameters. Latency: that of a `PortCore`, and one clock more
/// for frames of a whole header window or longer, if no other frame comes between. Rate: a beat a clock on each port; a frame a clock of both together.
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
    /// Port 0.
    pub s0_data: Signal<In, Bits<DATA_W>>,
    pub s0_keep: Signal<In, Bits<KEEP_W>>,
    pub s0_last: Signal<In, Bit>,
    pub s0_valid: Signal<In, Bit>,
    pub s0_ready: Signal<Out, Bit>,
    pub s0_announced: Signal<In, Bits<16>>,
    pub m0_beat: Signal<Out, Beat<DATA_W, 48>>,
    pub m0_valid: Signal<Out, Bit>,
    pub m0_ready: Signal<In, Bit>,
    pub lost0: Signal<In, DropEvent>,
    pub count0: Signal<Out, CountEvent>,
    /// `decision`, `trace` and `hash` hold a decision on a frame of port 0.
    pub decision_valid0: Signal<Out, Bit>,
    /// Port 1.
    pub s1_data: Signal<In, Bits<DATA_W>>,
    pub s1_keep: Signal<In, Bits<KEEP_W>>,
    pub s1_last: Signal<In, Bit>,
    pub s1_valid: Signal<In, Bit>,
    pub s1_ready: Signal<Out, Bit>,
    pub s1_announced: Signal<In, Bits<16>>,
    pub m1_beat: Signal<Out, Beat<DATA_W, 48>>,
    pub m1_valid: Signal<Out, Bit>,
    pub m1_ready: Signal<In, Bit>,
    pub lost1: Signal<In, DropEvent>,
    pub count1: Signal<Out, CountEvent>,
    /// `decision`, `trace` and `hash` hold a decision on a frame of port 1.
    pub decision_valid1: Signal<Out, Bit>,

    /// A register access.
    pub access: Signal<In, BusRequest>,
    /// Its answer.
    pub answer: Signal<Out, BusResponse>,

    /// A decision, what led to it, and the hash of the key.
    pub decision: Signal<Out, Decision>,
    pub trace: Signal<Out, Trace>,
    pub hash: Signal<Out, Bits<32>>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    streams: [PortStream<DATA_W, KEEP_W, BEATS>; PORTS],
    share: Share<DATA_W, BEATS>,
    side: DecisionSide<KEEP_W, GROUPS, ENTRY_A, PORTS, PARSE, HASH>,
    decided: Signal<Local, Bits<8>>,
    of_port1: Signal<Local, Bit>,
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

            self.streams[i].open.next = self.side.ready.val() & self.share.room[i].val();

            // Their headers.
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

        // The frames.
        self.streams[0].s_data.next = self.s0_data.val();
        self.streams[0].s_keep.next = self.s0_keep.val();
        self.streams[0].s_last.next = self.s0_last.val();
        self.streams[0].s_valid.next = self.s0_valid.val();
        self.streams[0].s_announced.next = self.s0_announced.val();
        self.s0_ready.next = self.streams[0].s_ready.val();
        self.m0_beat.next = self.streams[0].m_beat.val();
        self.m0_valid.next = self.streams[0].m_valid.val();
        self.streams[0].m_ready.next = self.m0_ready.val();
        self.streams[0].lost.next = self.lost0.val();
        self.count0.next = self.streams[0].count.val();
        self.streams[1].s_data.next = self.s1_data.val();
        self.streams[1].s_keep.next = self.s1_keep.val();
        self.streams[1].s_last.next = self.s1_last.val();
        self.streams[1].s_valid.next = self.s1_valid.val();
        self.streams[1].s_announced.next = self.s1_announced.val();
        self.s1_ready.next = self.streams[1].s_ready.val();
        self.m1_beat.next = self.streams[1].m_beat.val();
        self.m1_valid.next = self.streams[1].m_valid.val();
        self.streams[1].m_ready.next = self.m1_ready.val();
        self.streams[1].lost.next = self.lost1.val();
        self.count1.next = self.streams[1].count.val();

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
        self.streams[0].decision_valid.next = self.side.decision_valid.val() & !self.of_port1.val();
        self.streams[1].decision_valid.next = self.side.decision_valid.val() & self.of_port1.val();

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
        self.decision_valid0.next = self.side.decision_valid.val() & !self.of_port1.val();
        self.decision_valid1.next = self.side.decision_valid.val() & self.of_port1.val();
        self.decision.next = self.side.decision.val();
        self.trace.next = self.side.trace.val();
        self.hash.next = self.side.hash.val();
    }
}
