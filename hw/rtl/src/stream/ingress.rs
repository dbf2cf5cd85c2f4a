//! The first stage: frames come in, one beat a clock, and are measured.

use crate::primitive::{Const, ConstSize, OnesCount, Reg, RstReg};
use crate::stream::beat::Beat;
use crate::stream::keep_check::KeepCheck;
use rust_hdl::prelude::*;

/// Registers the beats that come in, numbers the beats of a frame, and counts its bytes.
///
/// Latency: `fresh_valid` is the beat one clock after it was taken, `beat` two clocks, `length` three.
#[derive(LogicBlock, Default)]
pub struct Ingress<const DATA_W: usize, const KEEP_W: usize, const BEATS: usize> {
    /// A beat is taken in this clock.
    pub take: Signal<In, Bit>,
    /// Its bytes, first byte least significant.
    pub data: Signal<In, Bits<DATA_W>>,
    /// Which of them count: all, or on the last beat the first ones.
    pub keep: Signal<In, Bits<KEEP_W>>,
    /// The frame ends with it.
    pub last: Signal<In, Bit>,
    /// The announced length; valid on a frame's first beat only.
    pub announced: Signal<In, Bits<16>>,

    /// `fresh_data` and its companions hold a beat.
    pub fresh_valid: Signal<Out, Bit>,
    /// The bytes of the beat.
    pub fresh_data: Signal<Out, Bits<DATA_W>>,
    /// The frame ends with it.
    pub fresh_last: Signal<Out, Bit>,
    /// Its number in the frame: bit 0 for the first, up to bit `BEATS` for all after the window.
    pub fresh_turn: Signal<Out, Bits<8>>,

    /// `beat` holds a beat.
    pub valid: Signal<Out, Bit>,
    /// The beat, measured.
    pub beat: Signal<Out, Beat<DATA_W, 16>>,
    /// Bytes of the frame before `beat`.
    pub offset: Signal<Out, Bits<16>>,

    /// A frame has ended: `length` is its length in bytes.
    pub length_valid: Signal<Out, Bit>,
    /// Bytes of the frame up to and with the beat before.
    pub length: Signal<Out, Bits<16>>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    beat_index: RstReg<Bits<3>>,
    valid_d1: RstReg<Bit>,
    data_d1: Reg<Bits<DATA_W>>,
    last_d1: Reg<Bit>,
    announced_d1: Reg<Bits<16>>,
    turn_d1: Reg<Bits<8>>,
    valid_d2: RstReg<Bit>,
    data_d2: Reg<Bits<DATA_W>>,
    bytes_d2: Reg<Bits<7>>,
    last_d2: Reg<Bit>,
    announced_d2: Reg<Bits<16>>,
    offset_d2: RstReg<Bits<16>>,
    length_valid_d3: RstReg<Bit>,
    length_d3: Reg<Bits<16>>,
    ones_count: OnesCount<KEEP_W>,
    keep_check: KeepCheck<KEEP_W>,
    first: Const<8, 1>,
    zero3: Const<3, 0>,
    one3: Const<3, 1>,
    beyond: ConstSize<3, BEATS>,
    zero16: Const<16, 0>,
    full: ConstSize<16, KEEP_W>,
}

impl<const DATA_W: usize, const KEEP_W: usize, const BEATS: usize> Logic for Ingress<DATA_W, KEEP_W, BEATS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, beat_index, valid_d1, data_d1, last_d1, announced_d1, turn_d1);
        clock!(
            self,
            clock,
            valid_d2,
            data_d2,
            bytes_d2,
            last_d2,
            announced_d2,
            offset_d2,
            length_valid_d3,
            length_d3,
            ones_count,
            keep_check
        );
        self.beat_index.rst.next = self.rst.val();
        self.valid_d1.rst.next = self.rst.val();
        self.valid_d2.rst.next = self.rst.val();
        self.offset_d2.rst.next = self.rst.val();
        self.length_valid_d3.rst.next = self.rst.val();
        self.keep_check.rst.next = self.rst.val();

        self.keep_check.take.next = self.take.val();
        self.keep_check.keep.next = self.keep.val();
        self.keep_check.last.next = self.last.val();

        // One clock after the beat was taken.
        self.beat_index.d.next = self.beat_index.q.val();
        if self.take.val() {
            if self.last.val() {
                self.beat_index.d.next = self.zero3.val();
            } else if self.beat_index.q.val() != self.beyond.val() {
                self.beat_index.d.next = self.beat_index.q.val() + self.one3.val();
            }
        }
        self.valid_d1.d.next = self.take.val();
        self.data_d1.d.next = self.data.val();
        self.ones_count.ones.next = self.keep.val();
        self.last_d1.d.next = self.last.val();
        self.announced_d1.d.next = self.announced.val();
        self.turn_d1.d.next = self.first.val() << self.beat_index.q.val();
        self.fresh_valid.next = self.valid_d1.q.val();
        self.fresh_data.next = self.data_d1.q.val();
        self.fresh_last.next = self.last_d1.q.val();
        self.fresh_turn.next = self.turn_d1.q.val();

        // Second clock: the bytes of the beat, and of the frame before it.
        self.valid_d2.d.next = self.valid_d1.q.val();
        self.data_d2.d.next = self.data_d1.q.val();
        self.bytes_d2.d.next = self.ones_count.count.val();
        self.last_d2.d.next = self.last_d1.q.val();
        self.announced_d2.d.next = self.announced_d1.q.val();
        self.offset_d2.d.next = self.offset_d2.q.val();
        if self.valid_d2.q.val() {
            self.offset_d2.d.next = self.offset_d2.q.val() + self.full.val();
            if self.last_d2.q.val() {
                self.offset_d2.d.next = self.zero16.val();
            }
        }
        self.valid.next = self.valid_d2.q.val();
        self.beat.next.data = self.data_d2.q.val();
        self.beat.next.bytes = self.bytes_d2.q.val();
        self.beat.next.last = self.last_d2.q.val();
        self.beat.next.tuser = self.announced_d2.q.val();
        self.offset.next = self.offset_d2.q.val();

        // Third clock: the frame's length.
        self.length_valid_d3.d.next = self.valid_d2.q.val() & self.last_d2.q.val();
        self.length_d3.d.next = self.offset_d2.q.val() + bit_cast::<16, 7>(self.bytes_d2.q.val());
        self.length_valid.next = self.length_valid_d3.q.val();
        self.length.next = self.length_d3.q.val();
    }
}
