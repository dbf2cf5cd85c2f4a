//! A beat's `tkeep`.

use crate::primitive::Const;
use rust_hdl::prelude::*;

/// Which bytes of a beat count. Combinational.
#[derive(LogicBlock, Default)]
pub struct Keep<const KEEP_W: usize> {
    /// How many of them, from 1.
    pub bytes: Signal<In, Bits<7>>,
    /// A one for each.
    pub keep: Signal<Out, Bits<KEEP_W>>,
    beyond: Signal<Local, Bits<64>>,
    all: Const<64, { u64::MAX }>,
}

impl<const KEEP_W: usize> Logic for Keep<KEEP_W> {
    #[hdl_gen]
    fn update(&mut self) {
        self.beyond.next = self.all.val() << self.bytes.val();
        self.keep.next = !self.beyond.val().get_bits::<KEEP_W>(0);
    }
}
