//! Questions 4 and 5 for the IP header and the first IPv6 extension header: are they sound, is the packet a fragment?

use crate::bundle::Settled;
use crate::extension::{Kind, Span};
use crate::primitive::{Literal, Reg, Shift};
use crate::window::{Headers, Link};
use contract::code::{Reason, Verdict};
use rust_hdl::prelude::*;

/// How much of the frame there is to walk over, in 32-bit words from byte 14.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Extent {
    /// Words inside both the frame and the header window.
    pub words: Bits<11>,
    /// Words up to the end that the IP header announces.
    pub limit: Bits<16>,
    /// The frame goes on behind the header window.
    pub long: Bit,
}

/// Where the network header and the first extension header lead.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Head {
    /// The next header begins here, in words from byte 14.
    pub position: Bits<11>,
    /// Its number.
    pub protocol: Bits<8>,
    /// One extension header lies behind.
    pub extended: Bit,
    /// `position`, and two words more if there is a second extension header: where to count on from.
    pub base: Bits<11>,
    /// There is a second extension header.
    pub hop: Bit,
    /// It is a fragment header.
    pub hop_fragment: Bit,
    /// It is an authentication header.
    pub hop_authentication: Bit,
}

/// An IPv4 address as 16 bytes.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Mapped {
    /// Ten bytes of zero and two of ones, less the first four.
    pub prefix: Bits<96>,
    /// The address.
    pub v4: Bits<32>,
}

/// Reads an IP header and, in IPv6, the first extension header behind it. Combinational; the outer and the embedded packet share it.
#[derive(LogicBlock, Default)]
pub struct IpHeader {
    /// Eleven words from the header on, first byte least significant.
    pub header: Signal<In, Bits<352>>,
    /// It is to be read as IPv6.
    pub v6: Signal<In, Bit>,
    /// Where it begins, in words: 0 to 2.
    pub start: Signal<In, Bits<2>>,
    /// What its next-header numbers say, if it is IPv6.
    pub headers: Signal<In, Headers>,
    /// How many words the first extension header has behind its first two.
    pub span: Signal<In, Bits<11>>,

    /// Where it ends, in words, extension headers not counted.
    pub stop: Signal<Out, Bits<5>>,
    /// Where the packet ends by its length field, in whole words.
    pub limit: Signal<Out, Bits<16>>,
    /// Where it and the first extension header lead.
    pub head: Signal<Out, Head>,
    /// It contradicts itself.
    pub bad: Signal<Out, Bit>,
    /// The packet is a fragment other than the first.
    pub later: Signal<Out, Bit>,
    /// More fragments follow.
    pub more: Signal<Out, Bit>,
    /// Source address as 16 bytes, first byte least significant.
    pub source: Signal<Out, Bits<128>>,
    /// Destination address as 16 bytes, first byte least significant.
    pub destination: Signal<Out, Bits<128>>,

    first: Signal<Local, Kind>,
    second: Signal<Local, Kind>,
    version: Signal<Local, Bits<4>>,
    ihl: Signal<Local, Bits<4>>,
    total: Signal<Local, Bits<16>>,
    payload: Signal<Local, Bits<16>>,
    length: Signal<Local, Bits<16>>,
    plain6: Signal<Local, Bits<5>>,
    extended6: Signal<Local, Bits<5>>,
    hop6: Signal<Local, Bits<5>>,
    foot: Signal<Local, Bits<5>>,
    near: Signal<Local, Bits<5>>,
    near_hop: Signal<Local, Bits<5>>,
    further: Signal<Local, Bits<11>>,
    source4: Signal<Local, Mapped>,
    destination4: Signal<Local, Mapped>,
    version4: Literal<4, 4>,
    version6: Literal<4, 6>,
    shortest: Literal<4, 5>,
    once: Literal<2, 1>,
    twice: Literal<2, 2>,
    ten: Literal<5, 10>,
    eleven: Literal<5, 11>,
    twelve: Literal<5, 12>,
    thirteen: Literal<5, 13>,
    fourteen: Literal<5, 14>,
    fifteen: Literal<5, 15>,
    sixteen: Literal<5, 16>,
    mark: Literal<32, 0xffff_0000>,
}

impl Logic for IpHeader {
    #[hdl_gen]
    fn update(&mut self) {
        // Lengths on the wire are big-endian.
        self.version.next = self.header.val().get_bits::<4>(4);
        self.ihl.next = self.header.val().get_bits::<4>(0);
        self.total.next =
            bit_cast::<16, 8>(self.header.val().get_bits::<8>(24)) | (bit_cast::<16, 8>(self.header.val().get_bits::<8>(16)) << 8);
        self.payload.next =
            bit_cast::<16, 8>(self.header.val().get_bits::<8>(40)) | (bit_cast::<16, 8>(self.header.val().get_bits::<8>(32)) << 8);

        // What follows begins behind an IPv4 header, the ten words of an IPv6 header, or these and the first two of one or two extension
        // headers, and by so much further as tags, or the rest of the first extension header, take. Both are chosen before they are added.
        self.first.next = self.headers.val().first;
        self.second.next = self.headers.val().second;
        self.plain6.next = self.ten.val();
        self.extended6.next = self.twelve.val();
        self.hop6.next = self.fourteen.val();
        if self.start.val() == self.once.val() {
            self.plain6.next = self.eleven.val();
            self.extended6.next = self.thirteen.val();
            self.hop6.next = self.fifteen.val();
        }
        if self.start.val() == self.twice.val() {
            self.plain6.next = self.twelve.val();
            self.extended6.next = self.fourteen.val();
            self.hop6.next = self.sixteen.val();
        }
        self.foot.next = bit_cast::<5, 2>(self.start.val());
        self.near.next = bit_cast::<5, 4>(self.ihl.val());
        self.near_hop.next = bit_cast::<5, 4>(self.ihl.val());
        self.further.next = bit_cast::<11, 2>(self.start.val());
        self.length.next = bit_cast::<16, 14>(self.total.val().get_bits::<14>(2));
        self.stop.next = bit_cast::<5, 4>(self.ihl.val()) + bit_cast::<5, 2>(self.start.val());
        if self.v6.val() {
            self.foot.next = self.plain6.val();
            self.near.next = self.plain6.val();
            self.near_hop.next = self.plain6.val();
            self.further.next = self.span.val();
            self.length.next = bit_cast::<16, 14>(self.payload.val().get_bits::<14>(2));
            self.stop.next = self.plain6.val();
            if self.first.val().is {
                self.near.next = self.extended6.val();
                self.near_hop.next = self.extended6.val();
                if self.second.val().is {
                    self.near_hop.next = self.hop6.val();
                }
            }
        }
        self.head.next.position = bit_cast::<11, 5>(self.near.val()) + self.further.val();
        self.head.next.base = bit_cast::<11, 5>(self.near_hop.val()) + self.further.val();
        self.limit.next = bit_cast::<16, 5>(self.foot.val()) + self.length.val();
        self.head.next.extended = self.v6.val() & self.first.val().is;
        self.head.next.hop = self.v6.val() & self.first.val().is & self.second.val().is;
        self.head.next.hop_fragment = self.v6.val() & self.first.val().is & self.second.val().fragment;
        self.head.next.hop_authentication = self.v6.val() & self.first.val().is & self.second.val().authentication;

        self.source4.next.prefix = bit_cast::<96, 32>(self.mark.val()) << 64;
        self.source4.next.v4 = self.header.val().get_bits::<32>(96);
        self.destination4.next.prefix = bit_cast::<96, 32>(self.mark.val()) << 64;
        self.destination4.next.v4 = self.header.val().get_bits::<32>(128);

        if self.v6.val() {
            self.head.next.protocol = self.header.val().get_bits::<8>(48);
            if self.first.val().is {
                self.head.next.protocol = self.header.val().get_bits::<8>(320);
            }
            self.bad.next = self.version.val() != self.version6.val();
            self.later.next =
                self.first.val().fragment & (self.header.val().get_bits::<8>(336).any() | self.header.val().get_bits::<5>(347).any());
            self.more.next = self.first.val().fragment & self.header.val().get_bit(344);
            self.source.next = self.header.val().get_bits::<128>(64);
            self.destination.next = self.header.val().get_bits::<128>(192);
        } else {
            self.head.next.protocol = self.header.val().get_bits::<8>(72);
            // A length below that of the header: whole words are enough to tell.
            self.bad.next = (self.version.val() != self.version4.val())
                | (self.ihl.val() < self.shortest.val())
                | (!self.total.val().get_bits::<10>(6).any() & (self.total.val().get_bits::<4>(2) < self.ihl.val()));
            self.later.next = self.header.val().get_bits::<5>(48).any() | self.header.val().get_bits::<8>(56).any();
            self.more.next = self.header.val().get_bit(53);
            self.source.next = self.source4.val().into();
            self.destination.next = self.destination4.val().into();
        }
    }
}

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
    pub settled: Signal<Out, Settled>,
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
    answer: Reg<Settled>,
    needs: Shift<Bits<11>, STAGES, 1, 0>,
    control: Literal<3, { Verdict::Control.code() as u64 }>,
    fragments: Literal<3, { Verdict::Fragment.code() as u64 }>,
    malformed: Literal<5, { Reason::Malformed.code() as u64 }>,
    too_deep: Literal<5, { Reason::TooDeep.code() as u64 }>,
    is_fragment: Literal<5, { Reason::Fragment.code() as u64 }>,
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
        self.answer.d.next.yes = self.bad.q.val() | self.cut.q.val() | self.is_outside.val() | self.is_beyond.val() | self.fragment.q.val();
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
