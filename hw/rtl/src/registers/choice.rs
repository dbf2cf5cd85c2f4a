//! One row out of eight.

use rust_hdl::prelude::*;

/// Shows row `row`, through a tree of three levels.
#[derive(LogicBlock, Default)]
pub struct Choice<T: Synth> {
    /// The rows.
    pub rows: [Signal<In, T>; 8],
    /// Which one.
    pub row: Signal<In, Bits<3>>,
    /// The row.
    pub chosen: Signal<Out, T>,
    pairs: [Signal<Local, T>; 4],
    halves: [Signal<Local, T>; 2],
}

impl<T: Synth> Logic for Choice<T> {
    #[hdl_gen]
    fn update(&mut self) {
        for k in 0..4 {
            self.pairs[k].next = self.rows[2 * k].val();
            if self.row.val().get_bit(0) {
                self.pairs[k].next = self.rows[2 * k + 1].val();
            }
        }
        for k in 0..2 {
            self.halves[k].next = self.pairs[2 * k].val();
            if self.row.val().get_bit(1) {
                self.halves[k].next = self.pairs[2 * k + 1].val();
            }
        }
        self.chosen.next = self.halves[0].val();
        if self.row.val().get_bit(2) {
            self.chosen.next = self.halves[1].val();
        }
    }
}
