//! IPv6 extension headers: the outer packet's walk past them, and what both walks share.

use super::extent::Extent;
use super::head::{Head, Reached};
use super::next_header::NextHeader;
use super::span::Span;
use crate::bundle::EarlyVerdict;
use crate::primitive::{Const, Reg, Shift};
use contract::code::{Reason, Verdict};
use rust_hdl::prelude::*;

/// Walks past the second extension header, and settles packets that end, break off or go too deep there.
///
/// Latency: `reached` one clock, `settled` and `need` `STAGES` more.
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
    /// What was settled before, `STAGES` clocks later than `head`.
    pub earlier: Signal<In, EarlyVerdict>,
    /// How much of the frame that needs, in words from byte 14, `STAGES` clocks later than `head`.
    pub needed: Signal<In, Bits<11>>,

    /// Where the walk ends.
    pub reached: Signal<Out, Reached>,
    /// The answer.
    pub settled: Signal<Out, EarlyVerdict>,
    /// A frame that is `too_deep` is malformed if it ends before this word.
    pub need: Signal<Out, Bits<11>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    span: Span,
    follows: NextHeader,
    where_to: Reg<Reached>,
    present: Shift<Bit, STAGES, 1, 0>,
    fragment: Shift<Bit, STAGES, 1, 0>,
    third: Shift<Bit, STAGES, 1, 0>,
    extents: Reg<Extent>,
    is_beyond: Shift<Bit, STAGES, 1, -1>,
    is_outside: Shift<Bit, STAGES, 1, -1>,
    is_long: Shift<Bit, STAGES, 1, -1>,
    stop: Shift<Bits<11>, STAGES, 1, -1>,
    answer: Reg<EarlyVerdict>,
    answer_need: Reg<Bits<11>>,
    position: Signal<Local, Bits<11>>,
    base: Signal<Local, Bits<11>>,
    middle: Signal<Local, Bits<11>>,
    control: Const<3, { Verdict::Control.code() as u64 }>,
    fragments: Const<3, { Verdict::Fragment.code() as u64 }>,
    malformed: Const<5, { Reason::Malformed.code() as u64 }>,
    too_deep: Const<5, { Reason::TooDeep.code() as u64 }>,
    is_fragment: Const<5, { Reason::Fragment.code() as u64 }>,
}

impl<const STAGES: usize> Logic for Extension<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, where_to, present, fragment, third, extents, is_beyond, is_outside, is_long, stop, answer, answer_need);

        // First clock: walk.
        self.span.kind.next.is = self.head.val().hop;
        self.span.kind.next.fragment = self.head.val().hop_fragment;
        self.span.kind.next.authentication = self.head.val().hop_authentication;
        self.span.length.next = self.word.val().get_bits::<8>(8);
        self.base.next = self.head.val().base;
        self.middle.next = self.span.words.val();
        self.where_to.d.next.position = self.base.val() + self.middle.val();
        self.where_to.d.next.shift = self.base_shift.val() + self.middle.val().get_bits::<5>(0);
        self.where_to.d.next.protocol = self.head.val().protocol;
        if self.head.val().hop {
            self.where_to.d.next.protocol = self.word.val().get_bits::<8>(0);
        }
        self.follows.number.next = self.word.val().get_bits::<8>(0);
        self.present.d.next = self.head.val().hop;
        self.third.d.next = self.head.val().hop & self.follows.kind.val().is;
        self.fragment.d.next = self.head.val().hop_fragment
            & (self.word.val().get_bits::<8>(16).any() | self.word.val().get_bits::<5>(27).any() | self.word.val().get_bit(24));
        self.extents.d.next = self.extent.val();
        self.reached.next = self.where_to.q.val();

        // Second clock: is what was walked over really there?
        self.position.next = self.where_to.q.val().position;
        self.is_beyond.d.next = self.position.val() > self.extents.q.val().words;
        self.is_outside.d.next = bit_cast::<16, 11>(self.position.val()) > self.extents.q.val().limit;
        self.is_long.d.next = self.extents.q.val().long;
        self.stop.d.next = self.position.val();

        // Last clock: what follows from that, unless it was settled before.
        self.answer.d.next = self.earlier.val();
        self.answer_need.d.next = self.needed.val();
        if !self.earlier.val().valid & self.present.q.val() {
            self.answer_need.d.next = self.stop.q.val();
            self.answer.d.next.verdict = self.control.val();
            self.answer.d.next.reason = self.malformed.val();
            self.answer.d.next.valid = self.is_outside.q.val() | self.is_beyond.q.val() | self.fragment.q.val() | self.third.q.val();
            if !self.is_outside.q.val() & (!self.is_beyond.q.val() | self.is_long.q.val()) {
                self.answer.d.next.reason = self.too_deep.val();
                if !self.is_beyond.q.val() & self.fragment.q.val() {
                    self.answer.d.next.verdict = self.fragments.val();
                    self.answer.d.next.reason = self.is_fragment.val();
                }
            }
        }
        self.settled.next = self.answer.q.val();
        self.need.next = self.answer_need.q.val();
    }
}
