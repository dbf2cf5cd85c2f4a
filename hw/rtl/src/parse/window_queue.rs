//! Header windows that wait for their turn.

use super::ether_type_match::{EtherTypeMatch, EtherTypes};
use super::next_header_match::{Kinds, NextHeaderMatch};
use crate::primitive::{Array, Concat, Const, LutRam, Reg, RstReg};
use crate::stream::beat::Beat;
use rust_hdl::prelude::*;

/// Collects the first `BEATS` beats of each frame, and holds them as one window until it is its turn: a queue of up to 32 windows.
///
/// It takes its beats from `Ingress`, by the same names. Latency: 1 from the last beat of the window, or of the frame. Rate: a beat a clock, a
/// window a clock. When full: loses windows; whoever sends must stop three clocks after `room` is low, which is while 24 wait.
#[derive(LogicBlock, Default)]
pub struct WindowQueue<const DATA_W: usize, const BEATS: usize> {
    pub fresh_valid: Signal<In, Bit>,
    pub fresh_data: Signal<In, Bits<DATA_W>>,
    pub fresh_last: Signal<In, Bit>,
    pub fresh_turn: Signal<In, Bits<8>>,
    pub beat: Signal<In, Beat<DATA_W, 16>>,
    pub offset: Signal<In, Bits<16>>,
    /// Fewer than 24 windows wait.
    pub room: Signal<Out, Bit>,

    /// A window waits: the oldest is shown.
    pub valid: Signal<Out, Bit>,
    /// The first 128 bytes of its frame, first byte least significant; undefined beyond its end.
    pub window: Signal<Out, Bits<1024>>,
    /// What stands where its EtherTypes can be.
    pub types: Signal<Out, EtherTypes>,
    /// What its next-header numbers announce, if it is IPv6.
    pub first: Signal<Out, Kinds>,
    pub second: Signal<Out, Kinds>,
    /// It is taken; only while `valid`.
    pub pop: Signal<In, Bit>,
    /// Bytes of the frame whose window was shown one clock ago; 129 stands for all above 128.
    pub bytes: Signal<Out, Bits<8>>,
    /// Synchronous reset: empties the queue.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    beats: Array<LutRam<Bits<DATA_W>, 5>, BEATS>,
    window_now: Concat<DATA_W, BEATS, 1024>,
    ether_types: EtherTypeMatch<DATA_W>,
    next_headers: NextHeaderMatch<DATA_W, BEATS>,
    types_held: LutRam<EtherTypes, 5>,
    first_held: LutRam<Kinds, 5>,
    second_held: LutRam<Kinds, 5>,
    lengths: LutRam<Bits<8>, 5>,
    head: RstReg<Bits<5>>,
    tail: RstReg<Bits<5>>,
    fill_count: RstReg<Bits<5>>,
    waits: RstReg<Bit>,
    completes_d1: RstReg<Bit>,
    head_d1: Reg<Bits<5>>,
    tail_d1: Reg<Bits<5>>,
    completes: Signal<Local, Bit>,
    is_window: Signal<Local, Bit>,
    is_last: Signal<Local, Bit>,
    beat_bytes: Signal<Local, Bits<7>>,
    measured: Signal<Local, Bits<16>>,
    one: Const<5, 1>,
    longer: Const<8, 129>,
}

impl<const DATA_W: usize, const BEATS: usize> Logic for WindowQueue<DATA_W, BEATS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, types_held, first_held, second_held, lengths, head, tail, fill_count, waits, completes_d1, head_d1, tail_d1);
        self.head.rst.next = self.rst.val();
        self.tail.rst.next = self.rst.val();
        self.fill_count.rst.next = self.rst.val();
        self.waits.rst.next = self.rst.val();
        self.completes_d1.rst.next = self.rst.val();

        // The open window takes a beat as long as it is its turn, so that no wide enable depends on `fresh_valid`: it keeps the turn's last.
        self.is_window.next = false;
        self.is_last.next = false;
        for i in 0..BEATS {
            self.beats[i].clock.next = self.clock.val();
            self.beats[i].write.next = self.fresh_turn.val().get_bit(i);
            self.beats[i].write_address.next = self.head.q.val();
            self.beats[i].write_data.next = self.fresh_data.val();
            self.beats[i].read_address.next = self.tail.q.val();
            self.window_now.part[i].next = self.beats[i].q.val();
            if self.fresh_turn.val().get_bit(i) {
                self.is_window.next = true;
            }
            self.is_last.next = self.fresh_turn.val().get_bit(i);
        }
        self.window.next = self.window_now.q.val();

        // Questions 3 and 4: what the EtherTypes and the next-header numbers announce, wherever they are.
        self.ether_types.data.next = self.fresh_data.val();
        self.next_headers.data.next = self.fresh_data.val();
        self.next_headers.turn.next = self.fresh_turn.val();
        self.types_held.write.next = self.fresh_turn.val().get_bit(0);
        self.types_held.write_address.next = self.head.q.val();
        self.types_held.write_data.next = self.ether_types.types.val();
        self.types_held.read_address.next = self.tail.q.val();
        self.types.next = self.types_held.q.val();
        self.first_held.write.next = self.fresh_turn.val().get_bit(0);
        self.first_held.write_address.next = self.head.q.val();
        self.first_held.write_data.next = self.next_headers.first.val();
        self.first_held.read_address.next = self.tail.q.val();
        self.first.next = self.first_held.q.val();
        self.second_held.write.next = self.next_headers.second_turn.val();
        self.second_held.write_address.next = self.head.q.val();
        self.second_held.write_data.next = self.next_headers.second.val();
        self.second_held.read_address.next = self.tail.q.val();
        self.second.next = self.second_held.q.val();

        // A window is complete with its last beat, or with that of its frame. Its frame is measured one clock later.
        self.completes.next = self.fresh_valid.val() & self.is_window.val() & (self.is_last.val() | self.fresh_last.val());
        self.completes_d1.d.next = self.completes.val();
        self.head_d1.d.next = self.head.q.val();
        self.beat_bytes.next = self.beat.val().bytes;
        self.measured.next = self.offset.val() + bit_cast::<16, 7>(self.beat_bytes.val());
        self.lengths.write.next = self.completes_d1.q.val();
        self.lengths.write_address.next = self.head_d1.q.val();
        self.lengths.write_data.next = self.longer.val();
        if self.beat.val().last {
            self.lengths.write_data.next = self.measured.val().get_bits::<8>(0);
        }
        self.tail_d1.d.next = self.tail.q.val();
        self.lengths.read_address.next = self.tail_d1.q.val();
        self.bytes.next = self.lengths.q.val();

        // The queue.
        self.head.d.next = self.head.q.val();
        self.tail.d.next = self.tail.q.val();
        self.fill_count.d.next = self.fill_count.q.val();
        self.waits.d.next = self.waits.q.val();
        if self.completes.val() {
            self.head.d.next = self.head.q.val() + self.one.val();
        }
        if self.pop.val() {
            self.tail.d.next = self.tail.q.val() + self.one.val();
        }
        if self.completes.val() & !self.pop.val() {
            self.fill_count.d.next = self.fill_count.q.val() + self.one.val();
            self.waits.d.next = true;
        }
        if !self.completes.val() & self.pop.val() {
            self.fill_count.d.next = self.fill_count.q.val() - self.one.val();
            self.waits.d.next = self.fill_count.q.val() != self.one.val();
        }
        self.valid.next = self.waits.q.val();
        self.room.next = !self.fill_count.q.val().get_bits::<2>(3).all();
    }
}
