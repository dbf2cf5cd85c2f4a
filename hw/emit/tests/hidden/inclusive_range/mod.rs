//! A loop to an inclusive end.

use rust_hdl::prelude::*;

#[derive(LogicBlock, Default)]
pub(crate) struct Ors {
    pub i: [Signal<In, Bit>; 4],
    pub o: Signal<Out, Bit>,
}

impl Logic for Ors {
    #[hdl_gen]
    fn update(&mut self) {
        self.o.next = false;
        for k in 0..=3 {
            self.o.next = self.o.val() | self.i[k].val();
        }
    }
}
