//! A walk over a table's rows after reset, to clear them.

use crate::primitive::{Const, Reg, RstReg};
use rust_hdl::prelude::*;

/// Shows every address of a table of `2^A` rows once after reset, one a clock, for its rows to be cleared.
#[derive(LogicBlock, Default)]
pub struct TableClear<const A: usize> {
    /// The row to clear in this clock.
    pub address: Signal<Out, Bits<A>>,
    /// Clear it.
    pub clearing: Signal<Out, Bit>,
    /// All rows but for the last clock's are cleared.
    pub cleared: Signal<Out, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    row: RstReg<Bits<A>>,
    clean: RstReg<Bit>,
    running: Reg<Bit>,
    one: Const<A, 1>,
}

impl<const A: usize> Logic for TableClear<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, row, clean, running);
        self.row.rst.next = self.rst.val();
        self.clean.rst.next = self.rst.val();
        self.row.d.next = self.row.q.val() + self.one.val();
        self.clean.d.next = self.clean.q.val() | self.row.q.val().all();
        self.running.d.next = !self.clean.q.val();
        self.address.next = self.row.q.val();
        self.clearing.next = self.running.q.val();
        self.cleared.next = self.clean.q.val();
    }
}
