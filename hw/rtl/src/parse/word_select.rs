//! One word of a frame, by its position. Only words that can be meant are selected from.

use crate::primitive::{Concat, Reg, Shift};
use rust_hdl::prelude::*;

/// Selects the first word of the second extension header by its position. Latency: `STAGES` - 1.
///
/// That header begins at word 12 at the earliest, after an IPv6 header of ten words and an extension header of two. Of word 28, which the window's
/// end cuts, the first half holds its number and length.
#[derive(LogicBlock, Default)]
pub struct WordSelect<const STAGES: usize> {
    /// The frame from word 4 on, counted from byte 14, as far as the header window goes.
    pub rest: Signal<In, Bits<800>>,
    /// Which word, counted from byte 14; before word 12 and beyond the window the word is undefined.
    pub position: Signal<In, Bits<11>>,
    /// The word, first byte least significant.
    pub word: Signal<Out, Bits<32>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    word_d1: Shift<Bits<32>, STAGES, 1, -1>,
    words: Signal<Local, Bits<512>>,
    at: Signal<Local, Bits<4>>,
    whole: Signal<Local, Bits<32>>,
    is_cut: Signal<Local, Bit>,
}

impl<const STAGES: usize> Logic for WordSelect<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, word_d1);
        // Words 16 to 27, then 12 to 15: sixteen words in the order of their numbers modulo 16.
        self.words.next = bit_cast::<512, 384>(self.rest.val().get_bits::<384>(384))
            | (bit_cast::<512, 128>(self.rest.val().get_bits::<128>(256)) << 384);
        self.at.next = self.position.val().get_bits::<4>(0);
        self.whole.next = self.words.val().get_bits::<32>(self.at.val().index() * 32);
        self.is_cut.next = self.position.val().get_bits::<3>(2).all() & !self.position.val().get_bits::<2>(0).any();
        self.word_d1.d.next = self.whole.val();
        if self.is_cut.val() {
            self.word_d1.d.next =
                bit_cast::<32, 16>(self.rest.val().get_bits::<16>(768)) | (bit_cast::<32, 16>(self.whole.val().get_bits::<16>(16)) << 16);
        }
        self.word.next = self.word_d1.q.val();
    }
}

/// Selects the first word of the transport header by its position, in two steps: four words first, then one of them. Latency: `STAGES`.
///
/// That header begins at word 5 at the earliest; where it begins at word 28 or later, it is not all in the window.
#[derive(LogicBlock, Default)]
pub struct LateWordSelect<const STAGES: usize> {
    /// As in [`WordSelect`].
    pub rest: Signal<In, Bits<800>>,
    /// Which word, counted from byte 14; before word 4 and from word 28 on the word is undefined.
    pub position: Signal<In, Bits<11>>,
    /// As in [`WordSelect`].
    pub word: Signal<Out, Bits<32>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    fours: Concat<128, 4, 512>,
    words_d1: Shift<Bits<128>, STAGES, 1, -1>,
    low_d1: Shift<Bits<2>, STAGES, 1, -1>,
    word_d2: Reg<Bits<32>>,
    late: Signal<Local, Bit>,
    at: Signal<Local, Bits<2>>,
}

impl<const STAGES: usize> Logic for LateWordSelect<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, words_d1, low_d1, word_d2);
        // Words 16 to 19, 4 to 7 or 20 to 23, 8 to 11 or 24 to 27, and 12 to 15.
        self.late.next = self.position.val().get_bit(4);
        self.fours.part[0].next = self.rest.val().get_bits::<128>(384);
        self.fours.part[1].next = self.rest.val().get_bits::<128>(0);
        self.fours.part[2].next = self.rest.val().get_bits::<128>(128);
        if self.late.val() {
            self.fours.part[1].next = self.rest.val().get_bits::<128>(512);
            self.fours.part[2].next = self.rest.val().get_bits::<128>(640);
        }
        self.fours.part[3].next = self.rest.val().get_bits::<128>(256);
        self.at.next = self.position.val().get_bits::<2>(2);
        self.words_d1.d.next = self.fours.q.val().get_bits::<128>(self.at.val().index() * 128);
        self.low_d1.d.next = self.position.val().get_bits::<2>(0);
        self.word_d2.d.next = self.words_d1.q.val().get_bits::<32>(self.low_d1.q.val().index() * 32);
        self.word.next = self.word_d2.q.val();
    }
}
