//! A signal in a field that rust-hdl leaves out.

use rust_hdl::prelude::*;

#[derive(LogicBlock, Default)]
pub(crate) struct Hides {
    pub i: Signal<In, Bit>,
    pub o: Signal<Out, Bit>,
    _spare: Signal<Local, Bit>,
}

impl Logic for Hides {
    #[hdl_gen]
    fn update(&mut self) {
        self.o.next = self.i.val();
    }
}
