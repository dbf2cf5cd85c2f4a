//! Questions 4 and 5 for the second IPv6 extension header of the outer packet.

use super::extent::Extent;
use super::head::{Head, Reached};
use super::next_header::NextHeader;
use super::span::Span;
use crate::bundle::EarlyVerdict;
use crate::primitive::{Const, Reg, Shift};
use contract::code::{Reason, Verdict};
use rust_hdl::prelude::*;

/// Walks past the second extension header, and decides packets that end, are truncated or go too deep there.
///
/// Latency: `reached` one clock, `early_verdict` and `need` `STAGES` more.
#[derive(LogicBlock, Default)]
pub struct Extension<const STAGES: usize> {
    /// Where the network header and the first extension header have led.
    pub head: Signal<In, Head>,
    /// `head.base` less [`NEAREST`], modulo 32.
    pub base_shift: Signal<In, Bits<5>>,
    /// The word at `head.position`.
    pub word: Signal<In, Bits<32>>,
    /// How much of the frame there is.
    pub extent: Signal<In, Extent>,
    /// The verdict of earlier questions, `STAGES` clocks later than `head`.
    pub earlier: Signal<In, EarlyVerdict>,
    /// How much of the frame that needs, in words from byte 14, `STAGES` clocks later than `head`.
    pub needed: Signal<In, Bits<11>>,

    /// Where the walk ends.
    pub reached: Signal<Out, Reached>,
    /// The answer.
    pub early_verdict: Signal<Out, EarlyVerdict>,
    /// A frame that is `too_deep` is malformed if it ends before this word.
    pub need: Signal<Out, Bits<11>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    span: Span,
    follows: NextHeader,
    reached_d1: Reg<Reached>,
    present_d2: Shift<Bit, STAGES, 1, 0>,
    fragment_d2: Shift<Bit, STAGES, 1, 0>,
    third_d2: Shift<Bit, STAGES, 1, 0>,
    extent_d1: Reg<Extent>,
    beyond_d2: Shift<Bit, STAGES, 1, -1>,
    outside_d2: Shift<Bit, STAGES, 1, -1>,
    long_d2: Shift<Bit, STAGES, 1, -1>,
    stop_d2: Shift<Bits<11>, STAGES, 1, -1>,
    early_verdict_d3: Reg<EarlyVerdict>,
    need_d3: Reg<Bits<11>>,
    position: Signal<Local, Bits<11>>,
    base: Signal<Local, Bits<11>>,
    second_words: Signal<Local, Bits<11>>,
    control: Const<3, { Verdict::Control.code() as u64 }>,
    fragments: Const<3, { Verdict::Fragment.code() as u64 }>,
    malformed: Const<5, { Reason::Malformed.code() as u64 }>,
    too_deep: Const<5, { Reason::TooDeep.code() as u64 }>,
    is_fragment: Const<5, { Reason::Fragment.code() as u64 }>,
}

impl<const STAGES: usize> Logic for Extension<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, reached_d1, present_d2, fragment_d2, third_d2, extent_d1, beyond_d2, outside_d2, long_d2, stop_d2);
        clock!(self, clock, early_verdict_d3, need_d3);

        // Questions 4 and 5, first clock: the second extension header.
        self.span.kind.next.valid = self.head.val().hop;
        self.span.kind.next.fragment = self.head.val().hop_fragment;
        self.span.kind.next.authentication = self.head.val().hop_authentication;
        self.span.length.next = self.word.val().get_bits::<8>(8);
        self.base.next = self.head.val().base;
        self.second_words.next = self.span.words.val();
        self.reached_d1.d.next.position = self.base.val() + self.second_words.val();
        self.reached_d1.d.next.shift = self.base_shift.val() + self.second_words.val().get_bits::<5>(0);
        self.reached_d1.d.next.protocol = self.head.val().protocol;
        if self.head.val().hop {
            self.reached_d1.d.next.protocol = self.word.val().get_bits::<8>(0);
        }
        self.follows.number.next = self.word.val().get_bits::<8>(0);
        self.present_d2.d.next = self.head.val().hop;
        self.third_d2.d.next = self.head.val().hop & self.follows.kind.val().valid;
        self.fragment_d2.d.next = self.head.val().hop_fragment
            & (self.word.val().get_bits::<8>(16).any() | self.word.val().get_bits::<5>(27).any() | self.word.val().get_bit(24));
        self.extent_d1.d.next = self.extent.val();
        self.reached.next = self.reached_d1.q.val();

        // Question 4, second clock: is what was walked over inside the frame?
        self.position.next = self.reached_d1.q.val().position;
        self.beyond_d2.d.next = self.position.val() > self.extent_d1.q.val().words;
        self.outside_d2.d.next = bit_cast::<16, 11>(self.position.val()) > self.extent_d1.q.val().limit;
        self.long_d2.d.next = self.extent_d1.q.val().long;
        self.stop_d2.d.next = self.position.val();

        // Questions 4 and 5, last clock: the verdict, unless an earlier question decided.
        self.early_verdict_d3.d.next = self.earlier.val();
        self.need_d3.d.next = self.needed.val();
        if !self.earlier.val().valid & self.present_d2.q.val() {
            self.need_d3.d.next = self.stop_d2.q.val();
            self.early_verdict_d3.d.next.verdict = self.control.val();
            self.early_verdict_d3.d.next.reason = self.malformed.val();
            self.early_verdict_d3.d.next.valid =
                self.outside_d2.q.val() | self.beyond_d2.q.val() | self.fragment_d2.q.val() | self.third_d2.q.val();
            if !self.outside_d2.q.val() & (!self.beyond_d2.q.val() | self.long_d2.q.val()) {
                self.early_verdict_d3.d.next.reason = self.too_deep.val();
                if !self.beyond_d2.q.val() & self.fragment_d2.q.val() {
                    self.early_verdict_d3.d.next.verdict = self.fragments.val();
                    self.early_verdict_d3.d.next.reason = self.is_fragment.val();
                }
            }
        }
        self.early_verdict.next = self.early_verdict_d3.q.val();
        self.need.next = self.need_d3.q.val();
    }
}
