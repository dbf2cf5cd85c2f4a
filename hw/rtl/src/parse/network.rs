//! Questions 4 and 5 for the IP header and the first IPv6 extension header: are they sound, is the packet a fragment?

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

/// Reads the outer IP header, and settles packets that break off, are fragments or go too deep there.
///
/// Latency: `head`, `source` and `destination` one clock; `extent` `STAGES`; `settled` and `need` one more.
#[derive(LogicBlock, Default)]
pub struct Network<const STAGES: usize> {
    /// The eleven words from the network header on, first byte least significant.
    pub header: Signal<In, Bits<352>>,
    /// What the EtherTypes say.
    pub link: Signal<In, Link>,
    /// What the next-header numbers say.
    pub headers: Signal<In, Headers>,
    /// Words of the frame inside the header window, one clock later than `header`.
    pub words: Signal<In, Bits<11>>,
    /// The frame goes on behind the window, one clock later than `header`.
    pub long: Signal<In, Bit>,

    /// Where the headers lead.
    pub head: Signal<Out, Head>,
    /// Source address as 16 bytes, first byte least significant.
    pub source: Signal<Out, Bits<128>>,
    /// Destination address as 16 bytes, first byte least significant.
    pub destination: Signal<Out, Bits<128>>,
    /// How much of the frame there is.
    pub extent: Signal<Out, Extent>,
    /// The answer.
    pub settled: Signal<Out, EarlyVerdict>,
    /// A frame that is `too_deep` is malformed if it ends before this word.
    pub need: Signal<Out, Bits<11>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    span: Span,
    ip: IpHeader,
    lead: Reg<Head>,
    from: Reg<Bits<128>>,
    to: Reg<Bits<128>>,
    header_end: Reg<Bits<5>>,
    limit: Reg<Bits<16>>,
    bad: Shift<Bit, STAGES, 1, 0>,
    fragment: Shift<Bit, STAGES, 1, 0>,
    extents: Shift<Extent, STAGES, 1, -1>,
    cut: Shift<Bit, STAGES, 1, -1>,
    beyond: Shift<Bit, STAGES, 1, -1>,
    outside: Shift<Bit, STAGES, 1, -1>,
    extended: Shift<Bit, STAGES, 1, -1>,
    after_header: Signal<Local, Bits<12>>,
    after_first: Signal<Local, Bits<12>>,
    left: Signal<Local, Bits<17>>,
    is_outside: Signal<Local, Bit>,
    is_beyond: Signal<Local, Bit>,
    answer: Reg<EarlyVerdict>,
    needs: Shift<Bits<11>, STAGES, 1, 0>,
    control: Const<3, { Verdict::Control.code() as u64 }>,
    fragments: Const<3, { Verdict::Fragment.code() as u64 }>,
    malformed: Const<5, { Reason::Malformed.code() as u64 }>,
    too_deep: Const<5, { Reason::TooDeep.code() as u64 }>,
    is_fragment: Const<5, { Reason::Fragment.code() as u64 }>,
}

impl<const STAGES: usize> Logic for Network<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, lead, from, to, header_end, limit, bad, fragment, extents, cut, beyond, outside, extended, answer, needs);

        // First clock: read.
        self.ip.header.next = self.header.val();
        self.ip.v6.next = self.link.val().v6;
        self.ip.start.next = self.link.val().tags;
        self.ip.headers.next = self.headers.val();
        self.span.kind.next = self.headers.val().first;
        self.span.length.next = self.header.val().get_bits::<8>(328);
        self.ip.span.next = self.span.words.val();
        self.lead.d.next = self.ip.head.val();
        self.from.d.next = self.ip.source.val();
        self.to.d.next = self.ip.destination.val();
        self.header_end.d.next = self.ip.stop.val();
        self.limit.d.next = self.ip.limit.val();
        self.bad.d.next = self.ip.bad.val();
        self.fragment.d.next = self.ip.later.val() | self.ip.more.val();
        self.head.next = self.lead.q.val();
        self.source.next = self.from.q.val();
        self.destination.next = self.to.q.val();

        // Second clock: is what was read really there?
        self.extents.d.next.words = self.words.val();
        self.extents.d.next.limit = self.limit.q.val();
        self.extents.d.next.long = self.long.val();
        // Something is missing where the difference is negative: its sign comes straight from the carry chain.
        self.after_header.next = bit_cast::<12, 11>(self.words.val()) - bit_cast::<12, 5>(self.header_end.q.val());
        self.after_first.next = bit_cast::<12, 11>(self.words.val()) - bit_cast::<12, 11>(self.lead.q.val().position);
        self.left.next = bit_cast::<17, 16>(self.limit.q.val()) - bit_cast::<17, 11>(self.lead.q.val().position);
        self.cut.d.next = self.after_header.val().get_bit(11);
        self.beyond.d.next = self.after_first.val().get_bit(11);
        self.outside.d.next = self.left.val().get_bit(16);
        self.extended.d.next = self.lead.q.val().extended;

        // Last clock: what follows from that.
        self.is_outside.next = self.extended.q.val() & self.outside.q.val();
        self.is_beyond.next = self.extended.q.val() & self.beyond.q.val();
        self.answer.d.next.valid =
            self.bad.q.val() | self.cut.q.val() | self.is_outside.val() | self.is_beyond.val() | self.fragment.q.val();
        self.answer.d.next.verdict = self.control.val();
        self.answer.d.next.reason = self.malformed.val();
        if !self.bad.q.val() & !self.cut.q.val() & !self.is_outside.val() {
            if !self.is_beyond.val() {
                self.answer.d.next.verdict = self.fragments.val();
                self.answer.d.next.reason = self.is_fragment.val();
            } else if self.extents.q.val().long {
                self.answer.d.next.reason = self.too_deep.val();
            }
        }
        self.needs.d.next = self.lead.q.val().position;
        self.extent.next = self.extents.q.val();
        self.settled.next = self.answer.q.val();
        self.need.next = self.needs.q.val();
    }
}
