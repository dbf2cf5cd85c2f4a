//! A kernel that a macro writes.

use rust_hdl::prelude::*;

#[derive(LogicBlock, Default)]
pub(crate) struct Written {
    pub i: Signal<In, Bit>,
    pub o: Signal<Out, Bit>,
}

macro_rules! kernel {
    ($of:ident) => {
        impl Logic for $of {
            #[hdl_gen]
            fn update(&mut self) {
                self.o.next = self.i.val();
            }
        }
    };
}

kernel!(Written);
