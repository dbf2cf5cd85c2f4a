//! The embedded packet's first extension header.

use crate::parse::next_header::{Headers, Kind, NextHeader};
use crate::parse::span::Span;
use crate::primitive::{Reg, RstReg};
use rust_hdl::prelude::*;

/// How many words the first extension header has after its first two. Shape: a number, 4 or more for all from there on, which is beyond the window.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Further {
    /// Bits 1:0.
    pub words: Bits<2>,
    /// It is more than 3.
    pub far: Bit,
}

/// What the next-header numbers of an embedded IPv6 packet announce, and how long its first extension header is. Latency: 1.
#[derive(LogicBlock, Default)]
pub struct FirstExtension {
    /// The packet's second word.
    pub second_word: Signal<In, Bits<32>>,
    /// The packet's eleventh word: the first of an extension header, if there is one.
    pub eleventh_word: Signal<In, Bits<32>>,
    /// The packet is IPv6; otherwise it has no extension header.
    pub v6: Signal<In, Bit>,
    /// What the next-header numbers announce.
    pub headers: Signal<Out, Headers>,
    /// How many words the first extension header has after its first two.
    pub span: Signal<Out, Bits<11>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    first_number: NextHeader,
    second_number: NextHeader,
    length: Span,
    first_d1: RstReg<Kind>,
    second_d1: Reg<Kind>,
    further_d1: Reg<Further>,
    further_bits: Signal<Local, Bits<3>>,
}

impl Logic for FirstExtension {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, first_d1, second_d1, further_d1);
        self.first_d1.rst.next = !self.v6.val();
        self.first_number.number.next = self.second_word.val().get_bits::<8>(16);
        self.second_number.number.next = self.eleventh_word.val().get_bits::<8>(0);
        self.first_d1.d.next = self.first_number.kind.val();
        self.second_d1.d.next = self.second_number.kind.val();
        self.length.kind.next = self.first_number.kind.val();
        self.length.length.next = self.eleventh_word.val().get_bits::<8>(8);
        self.further_d1.d.next.words = self.length.words.val().get_bits::<2>(0);
        self.further_d1.d.next.far = self.length.words.val().get_bits::<9>(2).any();
        self.headers.next.first = self.first_d1.q.val();
        self.headers.next.second = self.second_d1.q.val();
        self.further_bits.next = self.further_d1.q.val().into();
        self.span.next = bit_cast::<11, 3>(self.further_bits.val());
    }
}
