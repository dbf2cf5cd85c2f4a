//! One core: a stream of frames in, the same frames out, each with its decision.

use crate::bundle::{CountEvent, DropEvent};
use crate::control::bus::{BusRequest, BusResponse};
use crate::control::counters::Counters;
use crate::control::registers::Registers;
use crate::egress::decision_fifo::DecisionFifo;
use crate::egress::egress::Egress;
use crate::egress::verdict_logic::Decision;
use crate::parse::header_window::HeaderWindow;
use crate::pipeline::{self, Pipeline, Trace};
use crate::primitive::{Const, Reg, RstReg};
use crate::stream::beat::Beat;
use crate::stream::fifo::Fifo;
use crate::stream::ingress::Ingress;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

/// Clocks from the first beat of a frame of two beats or fewer, at 512 bit, to the launch of its window.
pub const LAUNCH: usize = 3;
/// Clocks from the first beat in to the first beat out, unloaded, for frames of two beats or fewer at 512 bit; a narrower core needs one more
/// for each further beat of the header window. `parse` and `hash` as in [`pipeline::latency`].
pub const fn latency(parse: usize, hash: usize) -> usize {
    LAUNCH + pipeline::latency(parse, hash) + 1
}

const _: () = assert!(latency(2, 2) == 51, "the documented latency");

/// Beats of frames that have not left, from which on no more are accepted.
const ROOM: u64 = 504;

// The egress stage sends a frame that is too deep when the frame fills the buffer, without waiting for its end: it is then longer than any header,
// whose words are counted in 11 bits after 14 bytes. Two beats may have left since the buffer was full; the narrowest has 32 bytes.
const _: () = assert!((ROOM - 2) * 32 > ((1 << 11) - 1) * 4 + 14);

/// The distributor's decision for one stream.
///
/// A frame waits in `beats`; its header window passes through the pipeline, and the decision meets the frame again in the egress stage. A frame's
/// beats stay until its decision is valid, so the room for beats bounds the decisions in flight, which need no backpressure of their own.
///
/// `KEEP_W` is `DATA_W / 8`, `BEATS` the beats of a header window, `HELD` one less, `ENTRY_A` 10 bits of word, one of bank, and those of the
/// group; `PARSE` and `HASH` are those of the [`Pipeline`]. Latency: [`latency`]. Rate: a beat a clock, a frame a clock. When full: accepts no more beats;
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

    registers: Registers<GROUPS, CORES, KEEP_W>,
    counters: Counters,
    accepting: RstReg<Bit>,
    take: Signal<Local, Bit>,
    ingress_port: Reg<Bits<8>>,
    ingress: Ingress<DATA_W, KEEP_W, BEATS>,
    beats: Fifo<Beat<DATA_W, 16>, 9, 10>,
    lengths: Fifo<Bits<16>, 9, 10>,
    header_window: HeaderWindow<DATA_W, BEATS, HELD>,
    pipeline: Pipeline<ENTRY_A, PARSE, HASH>,
    decision_fifo: DecisionFifo,
    egress: Egress<DATA_W>,
    active: Signal<Local, Bits<10>>,
    limit: Const<10, ROOM>,
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
        clock!(self, clock, registers, counters, accepting, ingress_port, ingress, beats, lengths, header_window, pipeline, decision_fifo);
        clock!(self, clock, egress);
        self.registers.rst.next = self.rst.val();
        self.counters.rst.next = self.rst.val();
        self.accepting.rst.next = self.rst.val();
        self.ingress.rst.next = self.rst.val();
        self.beats.rst.next = self.rst.val();
        self.lengths.rst.next = self.rst.val();
        self.header_window.rst.next = self.rst.val();
        self.pipeline.rst.next = self.rst.val();
        self.decision_fifo.rst.next = self.rst.val();
        self.egress.rst.next = self.rst.val();

        // Ingress: frames come in while there is room; the eight words left are for beats in flight.
        self.accepting.d.next = self.registers.ready.val() & (self.beats.count.val() < self.limit.val());
        self.s_ready.next = self.accepting.q.val() & !self.rst.val();
        self.take.next = self.accepting.q.val() & self.s_valid.val();
        self.ingress.take.next = self.take.val();
        self.ingress.data.next = self.s_data.val();
        self.ingress.keep.next = self.s_keep.val();
        self.ingress.last.next = self.s_last.val();
        self.ingress.announced.next = self.s_announced.val();
        self.ingress_port.d.next = self.s_ingress.val();

        // The frame waits in the beat FIFO.
        self.beats.push.next = self.ingress.valid.val();
        self.beats.data.next = self.ingress.beat.val();
        self.beats.mark.next = self.beats.word.val().last;
        self.lengths.push.next = self.ingress.length_valid.val();
        self.lengths.data.next = self.ingress.length.val();
        self.lengths.mark.next = false;

        // The header window, and the pipeline that decides.
        self.header_window.fresh_valid.next = self.ingress.fresh_valid.val();
        self.header_window.fresh_data.next = self.ingress.fresh_data.val();
        self.header_window.fresh_last.next = self.ingress.fresh_last.val();
        self.header_window.fresh_turn.next = self.ingress.fresh_turn.val();
        self.header_window.beat.next = self.ingress.beat.val();
        self.header_window.offset.next = self.ingress.offset.val();
        self.header_window.length.next = self.ingress.length.val();
        self.header_window.ingress.next = self.ingress_port.q.val();
        self.pipeline.valid.next = self.header_window.valid.val();
        self.pipeline.window.next = self.header_window.window.val();
        self.pipeline.header.next = self.header_window.header.val();
        self.pipeline.link.next = self.header_window.link.val();
        self.pipeline.headers.next = self.header_window.headers.val();
        self.pipeline.bytes.next = self.header_window.bytes.val();
        self.pipeline.ingress.next = self.header_window.port.val();

        // The decision waits in the decision FIFO.
        self.decision_fifo.decision_valid.next = self.pipeline.decision_valid.val();
        self.decision_fifo.decision.next = self.pipeline.decision.val();

        // Egress: the frame meets its decision.
        self.egress.decision_valid.next = self.decision_fifo.valid.val();
        self.egress.sends.next = self.decision_fifo.sends.val();
        self.egress.decision.next = self.decision_fifo.front.val();
        self.decision_fifo.pop.next = self.egress.take_decision.val();
        self.egress.beat_valid.next = self.beats.valid.val();
        self.egress.beat.next = self.beats.front.val();
        self.egress.last.next = self.beats.front_mark.val();
        self.beats.pop.next = self.egress.take_beat.val();
        self.egress.length_valid.next = self.lengths.valid.val();
        self.egress.length.next = self.lengths.front.val();
        self.lengths.pop.next = self.egress.take_length.val();
        self.egress.full.next = !self.accepting.q.val();
        self.m_valid.next = self.egress.m_valid.val();
        self.egress.m_ready.next = self.m_ready.val();
        self.m_beat.next = self.egress.m_beat.val();

        // Registers and counters.
        self.registers.access.next = self.access.val();
        self.answer.next = self.registers.answer.val();
        self.view_core.next = self.registers.view_core.val();
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
        self.counters.count.next = self.egress.count.val();
        self.counters.lost.next = self.lost.val();
        self.counters.counter.next = self.registers.counter.val();
        self.counters.capture.next = self.registers.capture.val();
        self.registers.captured.next = self.counters.captured.val();
        self.registers.counter_word.next = self.counters.counter_word.val();
        self.registers.counters_ready.next = self.counters.counters_ready.val();

        // For simulation.
        self.decision_valid.next = self.pipeline.decision_valid.val();
        self.decision.next = self.pipeline.decision.val();
        self.trace.next = self.pipeline.trace.val();
        self.hash.next = self.pipeline.hash.val();
        self.count.next = self.egress.count.val();
    }
}
