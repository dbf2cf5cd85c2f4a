//! A function that rust-hdl takes for a cast.

use rust_hdl::prelude::*;

fn bits_inverted(x: Bits<8>) -> Bits<8> {
    !x
}

#[derive(LogicBlock, Default)]
pub(crate) struct Inverts {
    pub i: Signal<In, Bits<8>>,
    pub o: Signal<Out, Bits<8>>,
}

impl Logic for Inverts {
    #[hdl_gen]
    fn update(&mut self) {
        self.o.next = bits_inverted(self.i.val());
    }
}
