//! How far an extension header reaches.

use super::next_header::Kind;
use crate::primitive::Const;
use rust_hdl::prelude::*;

/// How many 32-bit words an extension header has after its first two. Combinational.
#[derive(LogicBlock, Default)]
pub struct Span {
    /// What it is; if there is none, none are counted.
    pub kind: Signal<In, Kind>,
    /// Its length field.
    pub length: Signal<In, Bits<8>>,
    /// The words.
    pub words: Signal<Out, Bits<11>>,
    none: Const<11, 0>,
}

impl Logic for Span {
    #[hdl_gen]
    fn update(&mut self) {
        // Lengths are in units of 8 bytes after the first 8; the authentication header's in units of 4; a fragment header has none.
        self.words.next = bit_cast::<11, 8>(self.length.val()) << 1;
        if self.kind.val().authentication {
            self.words.next = bit_cast::<11, 8>(self.length.val());
        }
        if self.kind.val().fragment | !self.kind.val().valid {
            self.words.next = self.none.val();
        }
    }
}
