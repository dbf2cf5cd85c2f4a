//! Question 7 and the last part of question 4: are there ports, and are they really there?

use super::extent::Extent;
use super::head::Reached;
use super::ported::Ported;
use super::word_select::LateWordSelect;
use crate::bundle::EarlyVerdict;
use crate::primitive::{Const, Reg, Shift};
use contract::code::{Reason, Verdict};
use rust_hdl::prelude::*;

/// Picks the outer transport header's first word, and settles packets whose ports are not there.
///
/// Latency: `ported` one clock, `word` `STAGES`, `settled` and `need` one more.
#[derive(LogicBlock, Default)]
pub struct Transport<const STAGES: usize> {
    /// The frame from byte 14 on, as far as the header window goes.
    pub rest: Signal<In, Bits<1024>>,
    /// Where the walk has ended.
    pub reached: Signal<In, Reached>,
    /// How much of the frame there is.
    pub extent: Signal<In, Extent>,
    /// What was settled before, `STAGES` clocks later than `reached`.
    pub earlier: Signal<In, EarlyVerdict>,
    /// How much of the frame that needs, `STAGES` clocks later than `reached`.
    pub needed: Signal<In, Bits<11>>,

    /// The transport header's first 32 bits, first byte least significant.
    pub word: Signal<Out, Bits<32>>,
    /// They are ports.
    pub ported: Signal<Out, Bit>,
    /// The answer of questions 1 to 5.
    pub settled: Signal<Out, EarlyVerdict>,
    /// A frame that is `too_deep` is malformed if it ends before this word.
    pub need: Signal<Out, Bits<11>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    protocol: Ported,
    word_select: LateWordSelect<STAGES>,
    has_ports: Reg<Bit>,
    had_ports: Shift<Bit, STAGES, 1, -1>,
    stop: Reg<Bits<11>>,
    stopped: Shift<Bits<11>, STAGES, 1, -1>,
    extents: Reg<Extent>,
    long: Shift<Bit, STAGES, 1, -1>,
    beyond: Shift<Bit, STAGES, 1, -1>,
    outside: Shift<Bit, STAGES, 1, -1>,
    answer: Reg<EarlyVerdict>,
    needs: Reg<Bits<11>>,
    position: Signal<Local, Bits<11>>,
    one: Const<11, 1>,
    control: Const<3, { Verdict::Control.code() as u64 }>,
    malformed: Const<5, { Reason::Malformed.code() as u64 }>,
    too_deep: Const<5, { Reason::TooDeep.code() as u64 }>,
}

impl<const STAGES: usize> Logic for Transport<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, word_select, has_ports, had_ports, stop, stopped, extents, long, beyond, outside, answer, needs);

        // First clock: pick.
        self.position.next = self.reached.val().position;
        self.word_select.rest.next = self.rest.val();
        self.word_select.position.next = self.position.val();
        self.protocol.protocol.next = self.reached.val().protocol;
        self.has_ports.d.next = self.protocol.yes.val();
        self.stop.d.next = self.position.val() + self.one.val();
        self.extents.d.next = self.extent.val();
        self.word.next = self.word_select.word.val();
        self.ported.next = self.has_ports.q.val();

        // Second clock: are the ports really there?
        self.beyond.d.next = self.stop.q.val() > self.extents.q.val().words;
        self.outside.d.next = bit_cast::<16, 11>(self.stop.q.val()) > self.extents.q.val().limit;
        self.long.d.next = self.extents.q.val().long;
        self.stopped.d.next = self.stop.q.val();
        self.had_ports.d.next = self.has_ports.q.val();

        // Last clock: what follows from that, unless it was settled before.
        self.answer.d.next = self.earlier.val();
        self.needs.d.next = self.needed.val();
        if !self.earlier.val().valid & self.had_ports.q.val() {
            self.answer.d.next.valid = self.outside.q.val() | self.beyond.q.val();
            self.answer.d.next.verdict = self.control.val();
            self.answer.d.next.reason = self.malformed.val();
            if !self.outside.q.val() & self.long.q.val() {
                self.answer.d.next.reason = self.too_deep.val();
            }
            self.needs.d.next = self.stopped.q.val();
        }
        self.settled.next = self.answer.q.val();
        self.need.next = self.needs.q.val();
    }
}
