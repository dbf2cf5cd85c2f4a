//! A port's stream: frames come in, wait for their decisions, and leave with them.

use crate::bundle::{CountEvent, DropEvent};
use crate::control::counter_bank::Tally;
use crate::control::counters::Counters;
use crate::egress::decision_fifo::DecisionFifo;
use crate::egress::egress::Egress;
use crate::egress::verdict_logic::Decision;
use crate::primitive::{Const, Reg, RstReg};
use crate::stream::beat::Beat;
use crate::stream::fifo::Fifo;
use crate::stream::ingress::Ingress;
use rust_hdl::prelude::*;

/// Beats of frames that have not left, from which on no more are accepted.
const ROOM: u64 = 504;

// The egress stage sends a frame that is too deep when the frame fills the buffer, without waiting for its end: it is then longer than any header,
// whose words are counted in 11 bits after 14 bytes. Two beats may have left since the buffer was full; the narrowest has 32 bytes.
const _: () = assert!((ROOM - 2) * 32 > ((1 << 11) - 1) * 4 + 14);

/// All that happens to a port's frames but the decision: their headers go out to be decided, the decisions come back in the same order.
///
/// A frame waits in `beats` and meets its decision in the egress stage. Its beats stay until its decision is valid, so the room for beats bounds the
/// decisions in flight, which need no backpressure of their own. Parameters as of [`PortCore`](crate::port_core::PortCore). Rate: a beat a clock.
/// When full: accepts no more beats; it holds at least 504.
#[derive(LogicBlock, Default)]
pub struct PortStream<const DATA_W: usize, const KEEP_W: usize, const BEATS: usize> {
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
    /// The frame's length as it was announced; counts on its first beat only.
    pub s_announced: Signal<In, Bits<16>>,
    /// Headers can be decided: else no more beats are accepted, three clocks later at most.
    pub open: Signal<In, Bit>,

    /// The headers, as [`Ingress`] shows them, by the same names.
    pub fresh_valid: Signal<Out, Bit>,
    pub fresh_data: Signal<Out, Bits<DATA_W>>,
    pub fresh_last: Signal<Out, Bit>,
    pub fresh_turn: Signal<Out, Bits<8>>,
    pub beat: Signal<Out, Beat<DATA_W, 16>>,
    pub offset: Signal<Out, Bits<16>>,
    pub length: Signal<Out, Bits<16>>,

    /// `decision` is that of the oldest frame that has none.
    pub decision_valid: Signal<In, Bit>,
    /// The decision.
    pub decision: Signal<In, Decision>,

    /// A beat out, with its frame's `tuser`.
    pub m_beat: Signal<Out, Beat<DATA_W, 48>>,
    /// A beat is offered.
    pub m_valid: Signal<Out, Bit>,
    /// It is taken.
    pub m_ready: Signal<In, Bit>,

    /// The packet FIFO to the host has dropped a frame of this port.
    pub lost: Signal<In, DropEvent>,
    /// To and from [`Counters`], by the same names.
    pub counter: Signal<In, Bits<9>>,
    pub capture: Signal<In, Bit>,
    pub captured: Signal<Out, Bit>,
    pub counter_word: Signal<Out, Tally>,
    pub counters_ready: Signal<Out, Bit>,
    /// A frame has left or was dropped: final verdict and reason.
    pub count: Signal<Out, CountEvent>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    accepting: RstReg<Bit>,
    full: Reg<Bit>,
    take: Signal<Local, Bit>,
    ingress: Ingress<DATA_W, KEEP_W, BEATS>,
    beats: Fifo<Beat<DATA_W, 16>, Bit, 9, 10>,
    lengths: Fifo<Bits<16>, Bits<16>, 9, 10>,
    decision_fifo: DecisionFifo,
    egress: Egress<DATA_W>,
    counters: Counters,
    has_room: Signal<Local, Bit>,
    limit: Const<10, ROOM>,
}

impl<const DATA_W: usize, const KEEP_W: usize, const BEATS: usize> Logic for PortStream<DATA_W, KEEP_W, BEATS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, accepting, full, ingress, beats, lengths, decision_fifo, egress, counters);
        self.accepting.rst.next = self.rst.val();
        self.ingress.rst.next = self.rst.val();
        self.beats.rst.next = self.rst.val();
        self.lengths.rst.next = self.rst.val();
        self.decision_fifo.rst.next = self.rst.val();
        self.egress.rst.next = self.rst.val();
        self.counters.rst.next = self.rst.val();

        // Ingress: frames come in while there is room; the eight words left are for beats in flight.
        self.has_room.next = self.beats.count.val() < self.limit.val();
        self.accepting.d.next = self.open.val() & self.has_room.val();
        self.full.d.next = !self.has_room.val();
        self.s_ready.next = self.accepting.q.val() & !self.rst.val();
        self.take.next = self.accepting.q.val() & self.s_valid.val();
        self.ingress.take.next = self.take.val();
        self.ingress.data.next = self.s_data.val();
        self.ingress.keep.next = self.s_keep.val();
        self.ingress.last.next = self.s_last.val();
        self.ingress.announced.next = self.s_announced.val();

        // The frame waits in the beat FIFO; its headers go to be decided.
        self.beats.push.next = self.ingress.valid.val();
        self.beats.data.next = self.ingress.beat.val();
        self.beats.mark.next = self.beats.word.val().last;
        self.lengths.push.next = self.ingress.length_valid.val();
        self.lengths.data.next = self.ingress.length.val();
        self.lengths.mark.next = self.lengths.word.val();
        self.fresh_valid.next = self.ingress.fresh_valid.val();
        self.fresh_data.next = self.ingress.fresh_data.val();
        self.fresh_last.next = self.ingress.fresh_last.val();
        self.fresh_turn.next = self.ingress.fresh_turn.val();
        self.beat.next = self.ingress.beat.val();
        self.offset.next = self.ingress.offset.val();
        self.length.next = self.ingress.length.val();

        // The decision waits in the decision FIFO.
        self.decision_fifo.decision_valid.next = self.decision_valid.val();
        self.decision_fifo.decision.next = self.decision.val();

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
        self.egress.length.next = self.lengths.front_mark.val();
        self.lengths.pop.next = self.egress.take_length.val();
        self.egress.full.next = self.full.q.val();
        self.m_valid.next = self.egress.m_valid.val();
        self.egress.m_ready.next = self.m_ready.val();
        self.m_beat.next = self.egress.m_beat.val();

        // It is counted once.
        self.counters.count.next = self.egress.count.val();
        self.counters.lost.next = self.lost.val();
        self.counters.counter.next = self.counter.val();
        self.counters.capture.next = self.capture.val();
        self.captured.next = self.counters.captured.val();
        self.counter_word.next = self.counters.counter_word.val();
        self.counters_ready.next = self.counters.counters_ready.val();
        self.count.next = self.egress.count.val();
    }
}
