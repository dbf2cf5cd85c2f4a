//! IPv6 extension headers: the outer packet's walk past them, and the one header that both walks share.

use crate::bundle::Settled;
use crate::network::{Extent, Head};
use crate::primitive::{Literal, Reg};
use contract::code::{Reason, Verdict};
use rust_hdl::prelude::*;

/// Reads one extension header from its first 32 bits. Combinational.
///
/// Positions are counted in 32-bit words from byte 14 of the frame.
#[derive(LogicBlock, Default)]
pub struct ExtensionHeader {
    /// The next-header number that announced it.
    pub kind: Signal<In, Bits<8>>,
    /// Its first 32 bits, first byte least significant.
    pub word: Signal<In, Bits<32>>,
    /// Where it begins.
    pub start: Signal<In, Bits<11>>,
    /// Whether `kind` is an extension header at all.
    pub is: Signal<Out, Bit>,
    /// Where it ends.
    pub stop: Signal<Out, Bits<11>>,
    /// The next-header number in it.
    pub next_header: Signal<Out, Bits<8>>,
    /// It is a fragment header with an offset.
    pub later: Signal<Out, Bit>,
    /// It is a fragment header with more to follow.
    pub more: Signal<Out, Bit>,
    length: Signal<Local, Bits<11>>,
    double: Signal<Local, Bits<11>>,
    fragment: Signal<Local, Bit>,
    authentication: Signal<Local, Bit>,
    two: Literal<11, 2>,
    hop_by_hop: Literal<8, 0>,
    routing: Literal<8, 43>,
    fragment_header: Literal<8, 44>,
    authentication_header: Literal<8, 51>,
    destination: Literal<8, 60>,
}

impl Logic for ExtensionHeader {
    #[hdl_gen]
    fn update(&mut self) {
        self.fragment.next = self.kind.val() == self.fragment_header.val();
        self.authentication.next = self.kind.val() == self.authentication_header.val();
        self.is.next = (self.kind.val() == self.hop_by_hop.val())
            | (self.kind.val() == self.routing.val())
            | (self.kind.val() == self.destination.val())
            | self.fragment.val()
            | self.authentication.val();

        // Lengths are in units of 8 bytes behind the first 8; the authentication header's in units of 4.
        self.length.next = bit_cast::<11, 8>(self.word.val().get_bits::<8>(8));
        self.double.next = self.length.val() << 1;
        self.stop.next = self.start.val() + self.two.val() + self.double.val();
        if self.fragment.val() {
            self.stop.next = self.start.val() + self.two.val();
        }
        if self.authentication.val() {
            self.stop.next = self.start.val() + self.two.val() + self.length.val();
        }

        self.next_header.next = self.word.val().get_bits::<8>(0);
        self.later.next = self.fragment.val() & (self.word.val().get_bits::<8>(16).any() | self.word.val().get_bits::<5>(27).any());
        self.more.next = self.fragment.val() & self.word.val().get_bit(24);
    }
}

/// Where the outer packet's headers have led.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Reached {
    /// Where the transport header begins, in words from byte 14.
    pub position: Bits<11>,
    /// Its protocol.
    pub protocol: Bits<8>,
}

/// Walks past the second extension header, and settles packets that end, break off or go too deep there.
///
/// Latency: `reached` one clock, `settled` and `need` two clocks.
#[derive(LogicBlock, Default)]
pub struct Extension {
    /// Where the network header and the first extension header have led.
    pub head: Signal<In, Head>,
    /// The word there.
    pub word: Signal<In, Bits<32>>,
    /// How much of the frame there is.
    pub extent: Signal<In, Extent>,
    /// What was settled before, in step with `head`.
    pub earlier: Signal<In, Settled>,
    /// How much of the frame that needs, in words from byte 14.
    pub needed: Signal<In, Bits<11>>,

    /// Where the walk ends.
    pub reached: Signal<Out, Reached>,
    /// The answer.
    pub settled: Signal<Out, Settled>,
    /// A frame that is `too_deep` is malformed if it ends before this word.
    pub need: Signal<Out, Bits<11>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    header: ExtensionHeader,
    where_to: Reg<Reached>,
    present: Reg<Bit>,
    fragment: Reg<Bit>,
    third: Reg<Bit>,
    extents: Reg<Extent>,
    befores: Reg<Settled>,
    needs: Reg<Bits<11>>,
    answer: Reg<Settled>,
    answer_need: Reg<Bits<11>>,
    follows: ExtensionHeader,
    beyond: Signal<Local, Bit>,
    outside: Signal<Local, Bit>,
    hop: Signal<Local, Bit>,
    position: Signal<Local, Bits<11>>,
    control: Literal<3, { Verdict::Control.code() as u64 }>,
    fragments: Literal<3, { Verdict::Fragment.code() as u64 }>,
    malformed: Literal<5, { Reason::Malformed.code() as u64 }>,
    too_deep: Literal<5, { Reason::TooDeep.code() as u64 }>,
    is_fragment: Literal<5, { Reason::Fragment.code() as u64 }>,
}

impl Logic for Extension {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, where_to, present, fragment, third, extents, befores, needs, answer, answer_need);

        // First clock: walk.
        self.header.kind.next = self.head.val().protocol;
        self.header.word.next = self.word.val();
        self.header.start.next = self.head.val().position;
        self.hop.next = self.head.val().extended & self.header.is.val();
        self.where_to.d.next.position = self.head.val().position;
        self.where_to.d.next.protocol = self.head.val().protocol;
        if self.hop.val() {
            self.where_to.d.next.position = self.header.stop.val();
            self.where_to.d.next.protocol = self.header.next_header.val();
        }
        self.follows.kind.next = self.header.next_header.val();
        self.follows.word.next = self.word.val();
        self.follows.start.next = self.head.val().position;
        self.present.d.next = self.hop.val();
        self.third.d.next = self.hop.val() & self.follows.is.val();
        self.fragment.d.next = self.header.later.val() | self.header.more.val();
        self.extents.d.next = self.extent.val();
        self.befores.d.next = self.earlier.val();
        self.needs.d.next = self.needed.val();
        self.reached.next = self.where_to.q.val();

        // Second clock: is what was walked over really there?
        self.position.next = self.where_to.q.val().position;
        self.beyond.next = self.position.val() > self.extents.q.val().words;
        self.outside.next = bit_cast::<16, 11>(self.position.val()) > self.extents.q.val().limit;
        self.answer.d.next = self.befores.q.val();
        self.answer_need.d.next = self.needs.q.val();
        if !self.befores.q.val().yes & self.present.q.val() {
            self.answer_need.d.next = self.position.val();
            self.answer.d.next.verdict = self.control.val();
            self.answer.d.next.reason = self.malformed.val();
            self.answer.d.next.yes = self.outside.val() | self.beyond.val() | self.fragment.q.val() | self.third.q.val();
            if !self.outside.val() & (!self.beyond.val() | self.extents.q.val().long) {
                self.answer.d.next.reason = self.too_deep.val();
                if !self.beyond.val() & self.fragment.q.val() {
                    self.answer.d.next.verdict = self.fragments.val();
                    self.answer.d.next.reason = self.is_fragment.val();
                }
            }
        }
        self.settled.next = self.answer.q.val();
        self.need.next = self.answer_need.q.val();
    }
}
