//! The first stage: frames come in, a beat at a time, and are measured.

use crate::primitive::{Const, ConstSize, Reg, RstReg};
use crate::stream::beat::Beat;
use rust_hdl::prelude::*;

/// How many bytes of a beat count, in binary.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct ByteCount {
    pub b0: Bit,
    pub b1: Bit,
    pub b2: Bit,
    pub b3: Bit,
    pub b4: Bit,
    pub b5: Bit,
    pub b6: Bit,
}

/// Registers what comes in, numbers the beats of a frame, counts bytes.
///
/// Latency: `fresh` is the beat one clock after it was taken, `beat` two clocks, `length` three.
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
    /// The length that was announced; counts on a frame's first beat only.
    pub announced: Signal<In, Bits<16>>,

    /// `fresh_data` and its companions hold a beat.
    pub fresh: Signal<Out, Bit>,
    /// The bytes of the beat.
    pub fresh_data: Signal<Out, Bits<DATA_W>>,
    /// The frame ends with it.
    pub fresh_last: Signal<Out, Bit>,
    /// Its number in the frame: bit 0 for the first, up to bit `BEATS` for all behind the window.
    pub fresh_turn: Signal<Out, Bits<8>>,

    /// `beat` holds a beat.
    pub valid: Signal<Out, Bit>,
    /// The beat, measured.
    pub beat: Signal<Out, Beat<DATA_W, 16>>,
    /// Bytes of the frame before `beat`.
    pub offset: Signal<Out, Bits<16>>,

    /// A frame has ended: `length` is its length in bytes.
    pub ended: Signal<Out, Bit>,
    /// Bytes of the frame up to and with the beat before.
    pub length: Signal<Out, Bits<16>>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    index: RstReg<Bits<3>>,
    a_valid: RstReg<Bit>,
    a_data: Reg<Bits<DATA_W>>,
    a_keep: Reg<Bits<KEEP_W>>,
    a_last: Reg<Bit>,
    a_announced: Reg<Bits<16>>,
    a_turn: Reg<Bits<8>>,
    b_valid: RstReg<Bit>,
    b_data: Reg<Bits<DATA_W>>,
    b_bytes: Reg<Bits<7>>,
    b_last: Reg<Bit>,
    b_announced: Reg<Bits<16>>,
    preceding: RstReg<Bits<16>>,
    ends: RstReg<Bit>,
    total: Reg<Bits<16>>,
    ones: Signal<Local, Bits<64>>,
    byte_count: Signal<Local, ByteCount>,
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
        clock!(self, clock, index, a_valid, a_data, a_keep, a_last, a_announced, a_turn);
        clock!(self, clock, b_valid, b_data, b_bytes, b_last, b_announced, preceding, ends, total);
        self.index.rst.next = self.rst.val();
        self.a_valid.rst.next = self.rst.val();
        self.b_valid.rst.next = self.rst.val();
        self.preceding.rst.next = self.rst.val();
        self.ends.rst.next = self.rst.val();

        // One clock after the beat was taken.
        self.index.d.next = self.index.q.val();
        if self.take.val() {
            if self.last.val() {
                self.index.d.next = self.zero3.val();
            } else if self.index.q.val() != self.beyond.val() {
                self.index.d.next = self.index.q.val() + self.one3.val();
            }
        }
        self.a_valid.d.next = self.take.val();
        self.a_data.d.next = self.data.val();
        self.a_keep.d.next = self.keep.val();
        self.a_last.d.next = self.last.val();
        self.a_announced.d.next = self.announced.val();
        self.a_turn.d.next = self.first.val() << self.index.q.val();
        self.fresh.next = self.a_valid.q.val();
        self.fresh_data.next = self.a_data.q.val();
        self.fresh_last.next = self.a_last.q.val();
        self.fresh_turn.next = self.a_turn.q.val();

        // The ones of `keep` have no gaps: a bit of their count is set where the last of them lies in a run that has that bit.
        self.ones.next = bit_cast::<64, KEEP_W>(self.a_keep.q.val());
        self.byte_count.next.b6 = self.ones.val().get_bit(63);
        self.byte_count.next.b5 = self.ones.val().get_bit(31) & !self.ones.val().get_bit(63);
        self.byte_count.next.b4 = false;
        self.byte_count.next.b3 = false;
        self.byte_count.next.b2 = false;
        self.byte_count.next.b1 = false;
        self.byte_count.next.b0 = false;
        for i in 0..2 {
            if self.ones.val().get_bit(32 * i + 15) & !self.ones.val().get_bit(32 * i + 31) {
                self.byte_count.next.b4 = true;
            }
        }
        for i in 0..4 {
            if self.ones.val().get_bit(16 * i + 7) & !self.ones.val().get_bit(16 * i + 15) {
                self.byte_count.next.b3 = true;
            }
        }
        for i in 0..8 {
            if self.ones.val().get_bit(8 * i + 3) & !self.ones.val().get_bit(8 * i + 7) {
                self.byte_count.next.b2 = true;
            }
        }
        for i in 0..16 {
            if self.ones.val().get_bit(4 * i + 1) & !self.ones.val().get_bit(4 * i + 3) {
                self.byte_count.next.b1 = true;
            }
        }
        for i in 0..32 {
            if self.ones.val().get_bit(2 * i) & !self.ones.val().get_bit(2 * i + 1) {
                self.byte_count.next.b0 = true;
            }
        }

        // Two clocks after: measured.
        self.b_valid.d.next = self.a_valid.q.val();
        self.b_data.d.next = self.a_data.q.val();
        self.b_bytes.d.next = self.byte_count.val().into();
        self.b_last.d.next = self.a_last.q.val();
        self.b_announced.d.next = self.a_announced.q.val();
        self.preceding.d.next = self.preceding.q.val();
        if self.b_valid.q.val() {
            self.preceding.d.next = self.preceding.q.val() + self.full.val();
            if self.b_last.q.val() {
                self.preceding.d.next = self.zero16.val();
            }
        }
        self.valid.next = self.b_valid.q.val();
        self.beat.next.data = self.b_data.q.val();
        self.beat.next.bytes = self.b_bytes.q.val();
        self.beat.next.last = self.b_last.q.val();
        self.beat.next.tuser = self.b_announced.q.val();
        self.offset.next = self.preceding.q.val();

        // Three clocks after: the frame's length.
        self.ends.d.next = self.b_valid.q.val() & self.b_last.q.val();
        self.total.d.next = self.preceding.q.val() + bit_cast::<16, 7>(self.b_bytes.q.val());
        self.ended.next = self.ends.q.val();
        self.length.next = self.total.q.val();
    }
}
