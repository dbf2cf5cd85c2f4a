//! What a next-header number announces.

use crate::primitive::Const;
use rust_hdl::prelude::*;

/// What a next-header number announces.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Kind {
    /// An extension header that is walked past.
    pub valid: Bit,
    /// A fragment header.
    pub fragment: Bit,
    /// An authentication header.
    pub authentication: Bit,
}

/// Whether a next-header number announces an extension header that is walked past, and which. Combinational.
#[derive(LogicBlock, Default)]
pub struct NextHeader {
    /// The number.
    pub number: Signal<In, Bits<8>>,
    /// What it announces.
    pub kind: Signal<Out, Kind>,
    hop_by_hop: Const<8, 0>,
    routing: Const<8, 43>,
    fragment_header: Const<8, 44>,
    authentication_header: Const<8, 51>,
    destination: Const<8, 60>,
}

impl Logic for NextHeader {
    #[hdl_gen]
    fn update(&mut self) {
        self.kind.next.fragment = self.number.val() == self.fragment_header.val();
        self.kind.next.authentication = self.number.val() == self.authentication_header.val();
        self.kind.next.valid = (self.number.val() == self.hop_by_hop.val())
            | (self.number.val() == self.routing.val())
            | (self.number.val() == self.fragment_header.val())
            | (self.number.val() == self.authentication_header.val())
            | (self.number.val() == self.destination.val());
    }
}

/// What the next-header numbers of an IPv6 header and of the extension header after it announce.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Headers {
    /// The first.
    pub first: Kind,
    /// The second, if the first announces an extension header.
    pub second: Kind,
}
