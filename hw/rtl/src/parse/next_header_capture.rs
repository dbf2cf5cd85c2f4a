//! The next-header numbers of a frame.

use super::next_header::{Kind, NextHeader};
use crate::primitive::{Concat, ConstSize, Reg};
use rust_hdl::prelude::*;

/// Holds what the next-header numbers of a frame announce, read in all three places where they can be: after zero, one or two tags.
///
/// The first number, at byte 20, 24 or 28, is in the first beat; the second, 34 bytes further, in the last beat of the first 64 bytes of the window.
/// Latency: 1.
#[derive(LogicBlock, Default)]
pub struct NextHeaderCapture<const DATA_W: usize, const BEATS: usize> {
    /// A beat.
    pub data: Signal<In, Bits<DATA_W>>,
    /// Its number in the frame, one-hot.
    pub turn: Signal<In, Bits<8>>,
    /// The first number, by the number of tags.
    pub first: [Signal<Out, Kind>; 3],
    /// The second number, by the number of tags.
    pub second: [Signal<Out, Kind>; 3],
    /// The clock.
    pub clock: Signal<In, Clock>,
    beat_repeated: Concat<DATA_W, BEATS, 1024>,
    first_numbers: [NextHeader; 3],
    first_kinds_held: [Reg<Kind>; 3],
    second_numbers: [NextHeader; 3],
    second_kinds_held: [Reg<Kind>; 3],
    second_number_turn: Signal<Local, Bits<8>>,
    beats: ConstSize<8, BEATS>,
}

impl<const DATA_W: usize, const BEATS: usize> Logic for NextHeaderCapture<DATA_W, BEATS> {
    #[hdl_gen]
    fn update(&mut self) {
        for i in 0..BEATS {
            self.beat_repeated.part[i].next = self.data.val();
        }
        self.second_number_turn.next = (self.turn.val() << 1) & self.beats.val();
        for i in 0..3 {
            self.first_kinds_held[i].clock.next = self.clock.val();
            self.second_kinds_held[i].clock.next = self.clock.val();
            self.first_numbers[i].number.next = self.beat_repeated.q.val().get_bits::<8>(160 + 32 * i);
            self.second_numbers[i].number.next = self.beat_repeated.q.val().get_bits::<8>(432 + 32 * i);
            self.first_kinds_held[i].d.next = self.first_kinds_held[i].q.val();
            self.second_kinds_held[i].d.next = self.second_kinds_held[i].q.val();
            if self.turn.val().get_bit(0) {
                self.first_kinds_held[i].d.next = self.first_numbers[i].kind.val();
            }
            if self.second_number_turn.val().any() {
                self.second_kinds_held[i].d.next = self.second_numbers[i].kind.val();
            }
            self.first[i].next = self.first_kinds_held[i].q.val();
            self.second[i].next = self.second_kinds_held[i].q.val();
        }
    }
}
