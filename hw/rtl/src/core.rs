//! One core: a stream of frames in, the same frames out, each with its decision.

use crate::beat::Beat;
use crate::bundle::{Access, Answer, Count, Lost};
use crate::counters::Counters;
use crate::decisions::Decisions;
use crate::exit::Exit;
use crate::fifo::Fifo;
use crate::intake::Intake;
use crate::pipeline::{self, Pipeline, Trace};
use crate::primitive::{Literal, Reg, RstReg};
use crate::registers::Registers;
use crate::verdict::Decision;
use crate::window::Window;
use rust_hdl::prelude::*;

/// Clocks from the first beat of a frame of two beats or fewer, at 512 bit, to the launch of its window.
pub const LAUNCH: usize = 3;
/// Clocks from the first beat in to the first beat out, unloaded, for frames of two beats or fewer at 512 bit; a narrower core needs one more
/// for each further beat of the header window. `parse` and `hash` as in [`pipeline::latency`].
pub const fn latency(parse: usize, hash: usize) -> usize {
    LAUNCH + pipeline::latency(parse, hash) + 1
}

const _: () = assert!(latency(2, 2) == 48, "the documented latency");

/// Beats of frames that have not left, from which on no more are taken.
const ROOM: u64 = 504;

// The exit lets a frame that is too deep go when it fills the buffer, without waiting for its end: it is longer than any header then, whose words
// are told in 11 bits behind 14 bytes. One beat may be gone since the buffer was full; the narrowest has 32 bytes.
const _: () = assert!((ROOM - 1) * 32 > ((1 << 11) - 1) * 4 + 14);

/// The distributor's decision for one stream.
///
/// A frame waits in `beats`; its header window walks the pipeline and meets it again at the exit. A frame's beats stay until its decision is
/// there, so the room for beats bounds the decisions under way, and nothing else needs to hold them back.
///
/// `KEEP_W` is `DATA_W / 8`, `BEATS` the beats of a header window, `HELD` one less, `ENTRY_A` 10 bits of word, one of bank, and those of the
/// group; `PARSE` and `HASH` are those of the [`Pipeline`]. Latency: [`latency`]. Rate: a beat a clock, a frame a clock. When full: takes no more;
/// it holds at least 504 beats.
#[derive(LogicBlock, Default)]
pub struct Core<
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

    /// A beat out, with all that is said of its frame.
    pub m_beat: Signal<Out, Beat<DATA_W, 48>>,
    /// A beat is offered.
    pub m_valid: Signal<Out, Bit>,
    /// It is taken.
    pub m_ready: Signal<In, Bit>,

    /// A register access.
    pub access: Signal<In, Access>,
    /// Its answer.
    pub answer: Signal<Out, Answer>,
    /// The core whose answers the host wants.
    pub view_core: Signal<Out, Bits<8>>,
    /// The host queue behind this core has lost a frame.
    pub lost: Signal<In, Lost>,

    /// `decision`, `trace` and `hash` hold a decision.
    pub decided: Signal<Out, Bit>,
    /// The decision; `too_deep` may still become `malformed` when the frame's length is known.
    pub decision: Signal<Out, Decision>,
    /// What led to it.
    pub trace: Signal<Out, Trace>,
    /// The hash of the key.
    pub hash: Signal<Out, Bits<32>>,
    /// A frame has left or was dropped: final verdict and reason.
    pub count: Signal<Out, Count>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    registers: Registers<GROUPS, CORES, KEEP_W>,
    counters: Counters,
    accepting: RstReg<Bit>,
    take: Signal<Local, Bit>,
    ingress: Reg<Bits<8>>,
    intake: Intake<DATA_W, KEEP_W, BEATS>,
    beats: Fifo<Beat<DATA_W, 16>, 9, 10>,
    lengths: Fifo<Bits<16>, 9, 10>,
    window: Window<DATA_W, BEATS, HELD>,
    pipeline: Pipeline<ENTRY_A, PARSE, HASH>,
    decisions: Decisions,
    exit: Exit<DATA_W>,
    active: Signal<Local, Bits<9>>,
    limit: Literal<10, ROOM>,
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
> Logic for Core<DATA_W, KEEP_W, BEATS, HELD, GROUPS, ENTRY_A, CORES, PARSE, HASH>
{
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, registers, counters, accepting, ingress, intake, beats, lengths, window, pipeline, decisions, exit);
        self.registers.rst.next = self.rst.val();
        self.counters.rst.next = self.rst.val();
        self.accepting.rst.next = self.rst.val();
        self.intake.rst.next = self.rst.val();
        self.beats.rst.next = self.rst.val();
        self.lengths.rst.next = self.rst.val();
        self.window.rst.next = self.rst.val();
        self.pipeline.rst.next = self.rst.val();
        self.decisions.rst.next = self.rst.val();
        self.exit.rst.next = self.rst.val();

        // Frames come in while there is room; the eight places left are for beats that are already under way.
        self.accepting.d.next = self.registers.ready.val() & (self.beats.count.val() < self.limit.val());
        self.s_ready.next = self.accepting.q.val();
        self.take.next = self.accepting.q.val() & self.s_valid.val();
        self.intake.take.next = self.take.val();
        self.intake.data.next = self.s_data.val();
        self.intake.keep.next = self.s_keep.val();
        self.intake.last.next = self.s_last.val();
        self.intake.announced.next = self.s_announced.val();
        self.ingress.d.next = self.s_ingress.val();

        // The frame waits.
        self.beats.push.next = self.intake.valid.val();
        self.beats.data.next = self.intake.beat.val();
        self.lengths.push.next = self.intake.ended.val();
        self.lengths.data.next = self.intake.length.val();

        // Its header is read and decided.
        self.window.fresh.next = self.intake.fresh.val();
        self.window.fresh_data.next = self.intake.fresh_data.val();
        self.window.fresh_last.next = self.intake.fresh_last.val();
        self.window.fresh_turn.next = self.intake.fresh_turn.val();
        self.window.beat.next = self.intake.beat.val();
        self.window.offset.next = self.intake.offset.val();
        self.window.length.next = self.intake.length.val();
        self.window.ingress.next = self.ingress.q.val();
        self.pipeline.launched.next = self.window.launched.val();
        self.pipeline.window.next = self.window.window.val();
        self.pipeline.header.next = self.window.header.val();
        self.pipeline.link.next = self.window.link.val();
        self.pipeline.headers.next = self.window.headers.val();
        self.pipeline.bytes.next = self.window.bytes.val();
        self.pipeline.ingress.next = self.window.port.val();

        // So does its decision, if it must.
        self.decisions.decided.next = self.pipeline.decided.val();
        self.decisions.decision.next = self.pipeline.decision.val();

        // Frame and decision meet.
        self.exit.decided.next = self.decisions.valid.val();
        self.exit.decision.next = self.decisions.front.val();
        self.decisions.pop.next = self.exit.take_decision.val();
        self.exit.waiting.next = self.beats.valid.val();
        self.exit.beat.next = self.beats.front.val();
        self.beats.pop.next = self.exit.take_beat.val();
        self.exit.measured.next = self.lengths.valid.val();
        self.exit.length.next = self.lengths.front.val();
        self.lengths.pop.next = self.exit.take_length.val();
        self.exit.full.next = !self.accepting.q.val();
        self.m_valid.next = self.exit.m_valid.val();
        self.exit.m_ready.next = self.m_ready.val();
        self.m_beat.next = self.exit.m_beat.val();

        // The control plane.
        self.registers.access.next = self.access.val();
        self.answer.next = self.registers.answer.val();
        self.view_core.next = self.registers.view_core.val();
        self.pipeline.enable.next = self.registers.enable.val();
        for i in 0..8 {
            self.pipeline.macs[i].next = self.registers.macs[i].val();
        }
        for i in 0..2 {
            self.pipeline.pairs[i].next = self.registers.pairs[i].val();
        }
        for i in 0..16 {
            self.pipeline.rules[i].next = self.registers.rules[i].val();
        }
        self.active.next = self.registers.active.val();
        self.pipeline.active.next = self.active.val().get_bits::<8>(0);
        self.pipeline.host.next = self.registers.host.val();
        self.registers.host_answer.next = self.pipeline.host_answer.val();
        self.counters.count.next = self.exit.count.val();
        self.counters.lost.next = self.lost.val();
        self.counters.counter.next = self.registers.counter.val();
        self.counters.capture.next = self.registers.capture.val();
        self.registers.captured.next = self.counters.captured.val();
        self.registers.counter_word.next = self.counters.counter_word.val();
        self.registers.counters_ready.next = self.counters.counters_ready.val();

        // For those who watch.
        self.decided.next = self.pipeline.decided.val();
        self.decision.next = self.pipeline.decision.val();
        self.trace.next = self.pipeline.trace.val();
        self.hash.next = self.pipeline.hash.val();
        self.count.next = self.exit.count.val();
    }
}
