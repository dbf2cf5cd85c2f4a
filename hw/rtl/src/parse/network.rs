//! Questions 4 and 5 for the IP header and the first IPv6 extension header: are they well formed, is the packet a fragment?

use super::extent::Extent;
use super::head::Head;
use super::ip_header::IpHeader;
use super::link::Link;
use super::next_header::Headers;
use super::span::Span;
use crate::bundle::EarlyVerdict;
use crate::primitive::{Const, Reg, Shift};
use contract::code::{Reason, Verdict};
use rust_hdl::prelude::*;

/// Reads the outer IP header, and decides packets that are truncated, are fragments or go too deep there.
///
/// Latency: `head` one clock; `extent` `STAGES`; `early_verdict` and `need` 2 `STAGES`.
#[derive(LogicBlock, Default)]
pub struct Network<const STAGES: usize> {
    /// The eleven words from the network header on, first byte least significant.
    pub header: Signal<In, Bits<352>>,
    /// What the EtherTypes announce.
    pub link: Signal<In, Link>,
    /// What the next-header numbers announce.
    pub headers: Signal<In, Headers>,
    /// Words of the frame inside the header window, `STAGES` clocks later than `header`.
    pub words: Signal<In, Bits<11>>,
    /// The frame continues after the window, `STAGES` clocks later than `header`.
    pub long: Signal<In, Bit>,
    /// The verdict of earlier questions, 2 `STAGES` - 1 clocks later than `header`.
    pub earlier: Signal<In, EarlyVerdict>,

    /// Where the headers lead.
    pub head: Signal<Out, Head>,
    /// How much of the frame there is.
    pub extent: Signal<Out, Extent>,
    /// The answer.
    pub early_verdict: Signal<Out, EarlyVerdict>,
    /// A frame that is `too_deep` is malformed if it ends before this word.
    pub need: Signal<Out, Bits<11>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    span: Span,
    ip: IpHeader,
    head_d1: Reg<Head>,
    stop_d2: Shift<Bits<5>, STAGES, 1, 0>,
    limit_d2: Shift<Bits<16>, STAGES, 1, 0>,
    position_d2: Shift<Bits<11>, STAGES, 1, -1>,
    bad_d3: Shift<Bit, STAGES, 2, -1>,
    fragment_d3: Shift<Bit, STAGES, 2, -1>,
    extended_d3: Shift<Bit, STAGES, 2, -2>,
    cut_d3: Shift<Bit, STAGES, 1, -1>,
    beyond_d3: Shift<Bit, STAGES, 1, -1>,
    outside_d3: Shift<Bit, STAGES, 1, -1>,
    long_d3: Shift<Bit, STAGES, 1, -1>,
    after_header: Signal<Local, Bits<12>>,
    after_first: Signal<Local, Bits<12>>,
    left: Signal<Local, Bits<17>>,
    is_outside: Signal<Local, Bit>,
    is_beyond: Signal<Local, Bit>,
    early_verdict_d4: Reg<EarlyVerdict>,
    need_d4: Shift<Bits<11>, STAGES, 1, 0>,
    control: Const<3, { Verdict::Control.code() as u64 }>,
    fragments: Const<3, { Verdict::Fragment.code() as u64 }>,
    malformed: Const<5, { Reason::Malformed.code() as u64 }>,
    too_deep: Const<5, { Reason::TooDeep.code() as u64 }>,
    is_fragment: Const<5, { Reason::Fragment.code() as u64 }>,
}

impl<const STAGES: usize> Logic for Network<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, head_d1, stop_d2, limit_d2, position_d2, bad_d3, fragment_d3, extended_d3, cut_d3, beyond_d3, outside_d3);
        clock!(self, clock, long_d3, early_verdict_d4, need_d4);

        // Question 4, first clock: the IP header.
        self.ip.header.next = self.header.val();
        self.ip.v6.next = self.link.val().v6;
        self.ip.start.next = self.link.val().tags;
        self.ip.headers.next = self.headers.val();
        self.span.kind.next = self.headers.val().first;
        self.span.length.next = self.header.val().get_bits::<8>(328);
        self.ip.span.next = self.span.words.val();
        self.head_d1.d.next = self.ip.head.val();
        self.stop_d2.d.next = self.ip.stop.val();
        self.limit_d2.d.next = self.ip.limit.val();
        self.bad_d3.d.next = self.ip.bad.val();
        self.fragment_d3.d.next = self.ip.later.val() | self.ip.more.val();
        self.head.next = self.head_d1.q.val();

        // Question 4, third clock, when the frame is measured: is what was read inside it?
        self.position_d2.d.next = self.head_d1.q.val().position;
        self.extent.next.words = self.words.val();
        self.extent.next.limit = self.limit_d2.q.val();
        self.extent.next.long = self.long.val();
        // The frame is too short where a difference is negative: the sign comes straight from the carry chain.
        self.after_header.next = bit_cast::<12, 11>(self.words.val()) - bit_cast::<12, 5>(self.stop_d2.q.val());
        self.after_first.next = bit_cast::<12, 11>(self.words.val()) - bit_cast::<12, 11>(self.position_d2.q.val());
        self.left.next = bit_cast::<17, 16>(self.limit_d2.q.val()) - bit_cast::<17, 11>(self.position_d2.q.val());
        self.cut_d3.d.next = self.after_header.val().get_bit(11);
        self.beyond_d3.d.next = self.after_first.val().get_bit(11);
        self.outside_d3.d.next = self.left.val().get_bit(16);
        self.extended_d3.d.next = self.head_d1.q.val().extended;
        self.long_d3.d.next = self.long.val();

        // Questions 4 and 5, last clock: the verdict, unless an earlier question decided.
        self.is_outside.next = self.extended_d3.q.val() & self.outside_d3.q.val();
        self.is_beyond.next = self.extended_d3.q.val() & self.beyond_d3.q.val();
        self.early_verdict_d4.d.next = self.earlier.val();
        if !self.earlier.val().valid {
            self.early_verdict_d4.d.next.valid =
                self.bad_d3.q.val() | self.cut_d3.q.val() | self.is_outside.val() | self.is_beyond.val() | self.fragment_d3.q.val();
            self.early_verdict_d4.d.next.verdict = self.control.val();
            self.early_verdict_d4.d.next.reason = self.malformed.val();
            if !self.bad_d3.q.val() & !self.cut_d3.q.val() & !self.is_outside.val() {
                if !self.is_beyond.val() {
                    self.early_verdict_d4.d.next.verdict = self.fragments.val();
                    self.early_verdict_d4.d.next.reason = self.is_fragment.val();
                } else if self.long_d3.q.val() {
                    self.early_verdict_d4.d.next.reason = self.too_deep.val();
                }
            }
        }
        self.need_d4.d.next = self.position_d2.q.val();
        self.early_verdict.next = self.early_verdict_d4.q.val();
        self.need.next = self.need_d4.q.val();
    }
}
