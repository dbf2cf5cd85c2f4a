//! One core: a stream of frames in, the same frames out, each with its decision.

use crate::bundle::{CountEvent, DropEvent};
use crate::control::bus::{BusRequest, BusResponse};
use crate::decision_side::DecisionSide;
use crate::egress::verdict_logic::Decision;
use crate::parse::header_window::HeaderWindow;
use crate::pipeline::{self, Trace};
use crate::port_stream::PortStream;
use crate::primitive::Reg;
use crate::stream::beat::Beat;
use rust_hdl::prelude::*;

/// Clocks from the first beat of a frame of two beats or fewer, at 512 bit, to the launch of its window.
pub const LAUNCH: usize = 3;
/// Clocks from the first beat in to the first beat out, unloaded, for frames of two beats or fewer at 512 bit; a narrower core needs one more
/// for each further beat of the header window. `parse` and `hash` as in [`pipeline::latency`].
pub const fn latency(parse: usize, hash: usize) -> usize {
    LAUNCH + pipeline::latency(parse, hash) + 1
}

const _: () = assert!(latency(2, 2) == 51, "the documented latency");

/// The distributor's decision for one stream.
///
/// A [`PortStream`] and the [`DecisionSide`] that decides its frames alone.
///
/// `KEEP_W` is `DATA_W / 8`, `BEATS` the beats of a header window, `HELD` one less, `ENTRY_A` 10 bits of word, one of bank, and those of the
/// group; `PARSE` and `HASH` are those of the [`Pipeline`](crate::pipeline::Pipeline). Latency: [`latency`]. Rate: a beat a clock, a frame a clock. When full: accepts no more beats;
/// it holds at least 504.
#[derive(LogicBlock, Default)]
pub struct PortCore<
    const DATA_W: usize,
    const KEEP_W: usize,
    const BEATS: usize,
    const HELD: usize,
    const GROUPS: usize,
    const ENTRY_A: usize,
    const CORES: usize,
    const PARSE: usize,
    const HASH: usize,
> {
    /// Bytes in, first byte least significant.
    pub s_data: Signal<In, Bits<DATA_W>>,
    /// Which of them count: all, or on the last beat the first ones.
    pub s_keep: Signal<In, Bits<KEEP_W>>,
    /// The frame ends with this beat.
    pub s_last: Signal<In, Bit>,
    /// A beat is offered.
    pub s_valid: Signal<In, Bit>,
    /// It is taken.
    pub s_ready: Signal<Out, Bit>,
    /// Port on which the frame comes in.
    pub s_ingress: Signal<In, Bits<8>>,
    /// The frame's length as it was announced; counts on its first beat only.
    pub s_announced: Signal<In, Bits<16>>,

    /// A beat out, with its frame's `tuser`.
    pub m_beat: Signal<Out, Beat<DATA_W, 48>>,
    /// A beat is offered.
    pub m_valid: Signal<Out, Bit>,
    /// It is taken.
    pub m_ready: Signal<In, Bit>,

    /// A register access.
    pub access: Signal<In, BusRequest>,
    /// Its answer.
    pub answer: Signal<Out, BusResponse>,
    /// The core whose answers the host wants.
    pub view_core: Signal<Out, Bits<8>>,
    /// The packet FIFO to the host has dropped a frame of this core.
    pub lost: Signal<In, DropEvent>,

    /// `decision`, `trace` and `hash` hold a decision.
    pub decision_valid: Signal<Out, Bit>,
    /// The decision; `too_deep` may still become `malformed` when the frame's length is known.
    pub decision: Signal<Out, Decision>,
    /// What led to it.
    pub trace: Signal<Out, Trace>,
    /// The hash of the key.
    pub hash: Signal<Out, Bits<32>>,
    /// A frame has left or was dropped: final verdict and reason.
    pub count: Signal<Out, CountEvent>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    stream: PortStream<DATA_W, KEEP_W, BEATS>,
    ingress_port: Reg<Bits<8>>,
    header_window: HeaderWindow<DATA_W, BEATS, HELD>,
    side: DecisionSide<KEEP_W, GROUPS, ENTRY_A, CORES, CORES, PARSE, HASH>,
}

impl<
    const DATA_W: usize,
    const KEEP_W: usize,
    const BEATS: usize,
    const HELD: usize,
    const GROUPS: usize,
    const ENTRY_A: usize,
    const CORES: usize,
    const PARSE: usize,
    const HASH: usize,
> Logic for PortCore<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, CORES, PARSE, HASH>
{
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, stream, ingress_port, header_window, side);
        self.stream.rst.next = self.rst.val();
        self.header_window.rst.next = self.rst.val();
        self.side.rst.next = self.rst.val();

        // The frames.
        self.stream.s_data.next = self.s_data.val();
        self.stream.s_keep.next = self.s_keep.val();
        self.stream.s_last.next = self.s_last.val();
        self.stream.s_valid.next = self.s_valid.val();
        self.s_ready.next = self.stream.s_ready.val();
        self.stream.s_announced.next = self.s_announced.val();
        self.ingress_port.d.next = self.s_ingress.val();
        self.stream.open.next = self.side.ready.val();
        self.m_beat.next = self.stream.m_beat.val();
        self.m_valid.next = self.stream.m_valid.val();
        self.stream.m_ready.next = self.m_ready.val();

        // Their headers, side by side, and what is decided of them.
        self.header_window.fresh_valid.next = self.stream.fresh_valid.val();
        self.header_window.fresh_data.next = self.stream.fresh_data.val();
        self.header_window.fresh_last.next = self.stream.fresh_last.val();
        self.header_window.fresh_turn.next = self.stream.fresh_turn.val();
        self.header_window.beat.next = self.stream.beat.val();
        self.header_window.offset.next = self.stream.offset.val();
        self.header_window.length.next = self.stream.length.val();
        self.header_window.ingress.next = self.ingress_port.q.val();
        self.side.valid.next = self.header_window.valid.val();
        self.side.window.next = self.header_window.window.val();
        self.side.header.next = self.header_window.header.val();
        self.side.link.next = self.header_window.link.val();
        self.side.headers.next = self.header_window.headers.val();
        self.side.bytes.next = self.header_window.bytes.val();
        self.side.ingress.next = self.header_window.port.val();
        self.stream.decision_valid.next = self.side.decision_valid.val();
        self.stream.decision.next = self.side.decision.val();

        // The host.
        self.side.access.next = self.access.val();
        self.answer.next = self.side.answer.val();
        self.view_core.next = self.side.view_core.val();
        self.stream.lost.next = self.lost.val();
        self.stream.counter.next = self.side.counter.val();
        self.stream.capture.next = self.side.capture.val();
        self.side.captured.next = self.stream.captured.val();
        self.side.counter_word.next = self.stream.counter_word.val();
        self.side.counters_ready.next = self.stream.counters_ready.val();

        // For simulation.
        self.decision_valid.next = self.side.decision_valid.val();
        self.decision.next = self.side.decision.val();
        self.trace.next = self.side.trace.val();
        self.hash.next = self.side.hash.val();
        self.count.next = self.stream.count.val();
    }
}
