//! Which protocols have ports.

use crate::primitive::Const;
use rust_hdl::prelude::*;

/// Whether a protocol has ports. Combinational.
#[derive(LogicBlock, Default)]
pub struct Ported {
    /// The protocol.
    pub protocol: Signal<In, Bits<8>>,
    /// It is TCP or UDP.
    pub ported: Signal<Out, Bit>,
    tcp: Const<8, 6>,
    udp: Const<8, 17>,
}

impl Logic for Ported {
    #[hdl_gen]
    fn update(&mut self) {
        self.ported.next = (self.protocol.val() == self.tcp.val()) | (self.protocol.val() == self.udp.val());
    }
}
