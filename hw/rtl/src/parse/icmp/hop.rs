//! The embedded packet's second extension header.

use crate::parse::next_header::{Kind, NextHeader};
use crate::parse::ported::Ported;
use crate::parse::span::Span;
use crate::primitive::Shift;
use rust_hdl::prelude::*;

/// The fields of a second extension header.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct HopFields {
    /// It has one 32-bit word after its first two.
    pub longer: Bit,
    /// What follows.
    pub protocol: Bits<8>,
    /// That has ports.
    pub ported: Bit,
    /// It has more than one, and leads beyond the window.
    pub far: Bit,
    /// A third extension header follows.
    pub third: Bit,
    /// If it is a fragment header: the fragment is not the first.
    pub later: Bit,
}

/// Reads the second extension header in one of the places where it can be. Latency: `STAGES` - 1.
#[derive(LogicBlock, Default)]
pub struct Hop<const STAGES: usize> {
    /// Its first 32 bits.
    pub word: Signal<In, Bits<32>>,
    /// What it is, if it is there.
    pub kind: Signal<In, Kind>,
    /// What it holds.
    pub fields: Signal<Out, HopFields>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    span: Span,
    follows: NextHeader,
    has_ports: Ported,
    fields_d1: Shift<HopFields, STAGES, 1, -1>,
}

impl<const STAGES: usize> Logic for Hop<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, fields_d1);
        self.span.kind.next = self.kind.val();
        self.span.length.next = self.word.val().get_bits::<8>(8);
        self.follows.number.next = self.word.val().get_bits::<8>(0);
        self.fields_d1.d.next.longer = self.span.words.val().get_bit(0);
        self.has_ports.protocol.next = self.word.val().get_bits::<8>(0);
        self.fields_d1.d.next.protocol = self.word.val().get_bits::<8>(0);
        self.fields_d1.d.next.ported = self.has_ports.ported.val();
        self.fields_d1.d.next.far = self.span.words.val().get_bits::<10>(1).any();
        self.fields_d1.d.next.third = self.follows.kind.val().valid;
        self.fields_d1.d.next.later = self.word.val().get_bits::<8>(16).any() | self.word.val().get_bits::<5>(27).any();
        self.fields.next = self.fields_d1.q.val();
    }
}
