//! The next-header numbers of a frame.

use super::next_header::{Kind, NextHeader};
use crate::primitive::{Concat, ConstSize};
use rust_hdl::prelude::*;

/// What a next-header number announces, in all three places where it can be.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Kinds {
    /// After no tag.
    pub untagged: Kind,
    /// After one tag.
    pub tagged: Kind,
    /// After two tags.
    pub twice: Kind,
}

/// Reads the next-header numbers in a beat of a frame, wherever they can be. Combinational.
///
/// The first number, at byte 20, 24 or 28, is in the first beat; the second, 34 bytes further, in the last beat of the first 64 bytes of the window.
#[derive(LogicBlock, Default)]
pub struct NextHeaderMatch<const DATA_W: usize, const BEATS: usize> {
    /// A beat.
    pub data: Signal<In, Bits<DATA_W>>,
    /// Its number in the frame, one-hot.
    pub turn: Signal<In, Bits<8>>,
    /// What the first number announces, if it is the first beat.
    pub first: Signal<Out, Kinds>,
    /// It is the beat of the second number.
    pub second_turn: Signal<Out, Bit>,
    /// What that announces.
    pub second: Signal<Out, Kinds>,
    beat_repeated: Concat<DATA_W, BEATS, 1024>,
    first_numbers: [NextHeader; 3],
    second_numbers: [NextHeader; 3],
    second_number_turn: Signal<Local, Bits<8>>,
    beats: ConstSize<8, BEATS>,
}

impl<const DATA_W: usize, const BEATS: usize> Logic for NextHeaderMatch<DATA_W, BEATS> {
    #[hdl_gen]
    fn update(&mut self) {
        for i in 0..BEATS {
            self.beat_repeated.part[i].next = self.data.val();
        }
        for i in 0..3 {
            self.first_numbers[i].number.next = self.beat_repeated.q.val().get_bits::<8>(160 + 32 * i);
            self.second_numbers[i].number.next = self.beat_repeated.q.val().get_bits::<8>(432 + 32 * i);
        }
        self.first.next.untagged = self.first_numbers[0].kind.val();
        self.first.next.tagged = self.first_numbers[1].kind.val();
        self.first.next.twice = self.first_numbers[2].kind.val();
        self.second.next.untagged = self.second_numbers[0].kind.val();
        self.second.next.tagged = self.second_numbers[1].kind.val();
        self.second.next.twice = self.second_numbers[2].kind.val();
        self.second_number_turn.next = (self.turn.val() << 1) & self.beats.val();
        self.second_turn.next = self.second_number_turn.val().any();
    }
}
