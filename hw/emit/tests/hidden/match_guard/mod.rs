//! A match arm with a condition.

use rust_hdl::prelude::*;

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
#[allow(dead_code, reason = "nothing makes them")]
pub(crate) enum Way {
    Left,
    Right,
}

#[derive(LogicBlock, Default)]
pub(crate) struct Guarded {
    pub way: Signal<In, Way>,
    pub i: Signal<In, Bit>,
    pub o: Signal<Out, Bit>,
}

impl Logic for Guarded {
    #[hdl_gen]
    fn update(&mut self) {
        self.o.next = false;
        match self.way.val() {
            Way::Left if self.i.val() => {
                self.o.next = true;
            }
            _ => {}
        }
    }
}
