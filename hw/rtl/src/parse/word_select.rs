//! One word of a frame, by its position.

use crate::primitive::{Reg, Shift};
use rust_hdl::prelude::*;

/// Selects one 32-bit word of a frame by its position. Latency: `STAGES` - 1.
#[derive(LogicBlock, Default)]
pub struct WordSelect<const STAGES: usize> {
    /// The frame from byte 14 on, as far as the header window goes.
    pub rest: Signal<In, Bits<1024>>,
    /// Which word, from byte 14; beyond the window the word is undefined.
    pub position: Signal<In, Bits<11>>,
    /// The word, first byte least significant.
    pub word: Signal<Out, Bits<32>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    word_d1: Shift<Bits<32>, STAGES, 1, -1>,
    at: Signal<Local, Bits<5>>,
}

impl<const STAGES: usize> Logic for WordSelect<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, word_d1);
        self.at.next = self.position.val().get_bits::<5>(0);
        self.word_d1.d.next = self.rest.val().get_bits::<32>(self.at.val().index() * 32);
        self.word.next = self.word_d1.q.val();
    }
}

/// Selects one 32-bit word of a frame by its position in two steps: four words first, then one of them. Latency: `STAGES`.
#[derive(LogicBlock, Default)]
pub struct LateWordSelect<const STAGES: usize> {
    /// As in [`WordSelect`].
    pub rest: Signal<In, Bits<1024>>,
    /// As in [`WordSelect`].
    pub position: Signal<In, Bits<11>>,
    /// As in [`WordSelect`].
    pub word: Signal<Out, Bits<32>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    words_d1: Shift<Bits<128>, STAGES, 1, -1>,
    low_d1: Shift<Bits<2>, STAGES, 1, -1>,
    word_d2: Reg<Bits<32>>,
    at: Signal<Local, Bits<3>>,
}

impl<const STAGES: usize> Logic for LateWordSelect<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, words_d1, low_d1, word_d2);
        self.at.next = self.position.val().get_bits::<3>(2);
        self.words_d1.d.next = self.rest.val().get_bits::<128>(self.at.val().index() * 128);
        self.low_d1.d.next = self.position.val().get_bits::<2>(0);
        self.word_d2.d.next = self.words_d1.q.val().get_bits::<32>(self.low_d1.q.val().index() * 32);
        self.word.next = self.word_d2.q.val();
    }
}
