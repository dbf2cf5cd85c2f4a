//! Question 7 and the last part of question 4: does the packet have ports, and are they inside the frame? Is it neighbour discovery?

use super::extent::Extent;
use super::head::Reached;
use super::ported::Ported;
use super::word_select::LateWordSelect;
use crate::bundle::EarlyVerdict;
use crate::primitive::{Const, Reg, Shift};
use contract::code::{Reason, Verdict};
use rust_hdl::prelude::*;

/// Selects the outer transport header's first word, and decides packets whose ports are not inside the frame, and those of neighbour discovery.
///
/// Latency: `ported` one clock, `word` `STAGES`, `early_verdict` and `need` one more.
#[derive(LogicBlock, Default)]
pub struct Transport<const STAGES: usize> {
    /// The frame from word 4 on, counted from byte 14, as far as the header window goes.
    pub rest: Signal<In, Bits<800>>,
    /// Where the walk has ended.
    pub reached: Signal<In, Reached>,
    /// How much of the frame there is.
    pub extent: Signal<In, Extent>,
    /// The packet is IPv6.
    pub v6: Signal<In, Bit>,
    /// The verdict of earlier questions, `STAGES` clocks later than `reached`.
    pub earlier: Signal<In, EarlyVerdict>,
    /// How much of the frame that needs, `STAGES` clocks later than `reached`.
    pub needed: Signal<In, Bits<11>>,

    /// The transport header's first 32 bits, first byte least significant.
    pub word: Signal<Out, Bits<32>>,
    /// They are ports.
    pub ported: Signal<Out, Bit>,
    /// The verdict of questions 1 to 5, and of question 7 for neighbour discovery.
    pub early_verdict: Signal<Out, EarlyVerdict>,
    /// A frame that is `too_deep` is malformed if it ends before this word.
    pub need: Signal<Out, Bits<11>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    has_ports: Ported,
    word_select: LateWordSelect<STAGES>,
    ported_d1: Reg<Bit>,
    ported_d2: Shift<Bit, STAGES, 1, -1>,
    icmp6_d1: Reg<Bit>,
    icmp6_d2: Shift<Bit, STAGES, 1, -1>,
    kind: Signal<Local, Bits<8>>,
    discovery: Signal<Local, Bit>,
    stop_d1: Reg<Bits<11>>,
    stop_d2: Shift<Bits<11>, STAGES, 1, -1>,
    extent_d1: Reg<Extent>,
    long_d2: Shift<Bit, STAGES, 1, -1>,
    beyond_d2: Shift<Bit, STAGES, 1, -1>,
    outside_d2: Shift<Bit, STAGES, 1, -1>,
    early_verdict_d3: Reg<EarlyVerdict>,
    need_d3: Reg<Bits<11>>,
    position: Signal<Local, Bits<11>>,
    one: Const<11, 1>,
    icmp6_protocol: Const<8, 58>,
    first_discovery: Const<8, 133>,
    last_discovery: Const<8, 137>,
    control: Const<3, { Verdict::Control.code() as u64 }>,
    neighbour: Const<5, { Reason::Neighbour.code() as u64 }>,
    malformed: Const<5, { Reason::Malformed.code() as u64 }>,
    too_deep: Const<5, { Reason::TooDeep.code() as u64 }>,
}

impl<const STAGES: usize> Logic for Transport<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, word_select, ported_d1, ported_d2, stop_d1, stop_d2, extent_d1, long_d2, beyond_d2, outside_d2);
        clock!(self, clock, early_verdict_d3, need_d3, icmp6_d1, icmp6_d2);

        // Question 7: which protocols have ports? The transport header's first word.
        self.position.next = self.reached.val().position;
        self.word_select.rest.next = self.rest.val();
        self.word_select.position.next = self.position.val();
        self.has_ports.protocol.next = self.reached.val().protocol;
        self.ported_d1.d.next = self.has_ports.ported.val();
        self.icmp6_d1.d.next = self.v6.val() & (self.reached.val().protocol == self.icmp6_protocol.val());
        self.stop_d1.d.next = self.position.val() + self.one.val();
        self.extent_d1.d.next = self.extent.val();
        self.word.next = self.word_select.word.val();
        self.ported.next = self.ported_d1.q.val();

        // Question 4, second clock: are the ports inside the frame?
        self.beyond_d2.d.next = self.stop_d1.q.val() > self.extent_d1.q.val().words;
        self.outside_d2.d.next = bit_cast::<16, 11>(self.stop_d1.q.val()) > self.extent_d1.q.val().limit;
        self.long_d2.d.next = self.extent_d1.q.val().long;
        self.stop_d2.d.next = self.stop_d1.q.val();
        self.ported_d2.d.next = self.ported_d1.q.val();
        self.icmp6_d2.d.next = self.icmp6_d1.q.val();

        // Questions 4 and 5, last clock: the verdict, unless an earlier question decided.
        self.early_verdict_d3.d.next = self.earlier.val();
        self.need_d3.d.next = self.needed.val();
        if !self.earlier.val().valid & self.ported_d2.q.val() {
            self.early_verdict_d3.d.next.valid = self.outside_d2.q.val() | self.beyond_d2.q.val();
            self.early_verdict_d3.d.next.verdict = self.control.val();
            self.early_verdict_d3.d.next.reason = self.malformed.val();
            if !self.outside_d2.q.val() & self.long_d2.q.val() {
                self.early_verdict_d3.d.next.reason = self.too_deep.val();
            }
            self.need_d3.d.next = self.stop_d2.q.val();
        }

        // Question 7 for neighbour discovery, whose first four bytes are there.
        self.kind.next = self.word_select.word.val().get_bits::<8>(0);
        self.discovery.next =
            self.icmp6_d2.q.val() & (self.kind.val() >= self.first_discovery.val()) & (self.kind.val() <= self.last_discovery.val());
        if !self.earlier.val().valid & self.discovery.val() & !self.outside_d2.q.val() & !self.beyond_d2.q.val() {
            self.early_verdict_d3.d.next.valid = true;
            self.early_verdict_d3.d.next.verdict = self.control.val();
            self.early_verdict_d3.d.next.reason = self.neighbour.val();
        }
        self.early_verdict.next = self.early_verdict_d3.q.val();
        self.need.next = self.need_d3.q.val();
    }
}
