//! The packet FIFO before the host: it drops frames when full.

use crate::bundle::DropEvent;
use crate::primitive::{Const, ConstSize, Reg, RstReg, SdpRam};
use crate::stream::beat::Beat;
use crate::stream::output_fifo::OutputFifo;
use contract::metadata;
use rust_hdl::prelude::*;

const _: () = assert!(metadata::field("verdict").is_at(31, 29), "where `tuser` holds the verdict of a dropped frame");

/// A FIFO of at least 509 beats that accepts every beat and delivers whole frames.
///
/// Latency: 4 clocks from a frame's last beat in to its first beat out. Rate: a beat a clock.
/// When full: the frame that does not fit is dropped as a whole and reported once; so is every frame longer than the FIFO.
#[derive(LogicBlock, Default)]
pub struct PacketFifo<const DATA_W: usize> {
    /// Frames in; a beat is taken whenever `s_valid`.
    pub s_beat: Signal<In, Beat<DATA_W, 48>>,
    pub s_valid: Signal<In, Bit>,
    /// Frames out.
    pub m_beat: Signal<Out, Beat<DATA_W, 48>>,
    /// The beat ends its frame; straight from a register.
    pub m_last: Signal<Out, Bit>,
    /// A beat will be offered in the next clock.
    pub m_next_valid: Signal<Out, Bit>,
    /// The beat is taken: it was offered.
    pub m_taken: Signal<In, Bit>,
    /// A frame is dropped.
    pub dropped: Signal<Out, DropEvent>,
    /// Synchronous reset: empties the FIFO.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: SdpRam<Beat<DATA_W, 48>, 9>,
    output_fifo: OutputFifo<Beat<DATA_W, 48>, Bit, 10>,
    head: RstReg<Bits<10>>,
    committed: RstReg<Bits<10>>,
    gap: RstReg<Bits<10>>,
    full: RstReg<Bit>,
    dropping: RstReg<Bit>,
    bytes_before: RstReg<Bits<16>>,
    drop_d1: Reg<DropEvent>,
    drop_valid: RstReg<Bit>,
    last: Signal<Local, Bit>,
    bytes: Signal<Local, Bits<7>>,
    drops: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    following: Signal<Local, Bits<10>>,
    tuser: Signal<Local, Bits<48>>,
    one: Const<10, 1>,
    nearly_all: Const<10, 509>,
    full_beat: ConstSize<16, DATA_W>,
    zero: Const<16, 0>,
}

impl<const DATA_W: usize> Logic for PacketFifo<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory, output_fifo, head, committed, gap, full, dropping, bytes_before, drop_d1, drop_valid);
        self.head.rst.next = self.rst.val();
        self.committed.rst.next = self.rst.val();
        self.output_fifo.rst.next = self.rst.val();
        self.dropping.rst.next = self.rst.val();
        self.bytes_before.rst.next = self.rst.val();
        self.drop_valid.rst.next = self.rst.val();

        // A beat is written after the others, or its frame is dropped: then `head` returns to the end of the last whole frame. The word at
        // `head` is always free: `full` comes two clocks late, so it leaves room for two more beats and one word.
        self.last.next = self.s_beat.val().last;
        self.gap.rst.next = self.rst.val();
        self.full.rst.next = self.rst.val();
        self.gap.d.next = self.head.q.val() - self.output_fifo.tail.val();
        self.full.d.next = self.gap.q.val() >= self.nearly_all.val();
        self.drops.next = self.dropping.q.val() | self.full.q.val();
        self.ends.next = self.s_valid.val() & self.last.val() & !self.drops.val();
        self.following.next = self.head.q.val() + self.one.val();
        self.head.d.next = self.head.q.val();
        self.committed.d.next = self.committed.q.val();
        self.dropping.d.next = self.dropping.q.val();
        self.bytes_before.d.next = self.bytes_before.q.val();
        if self.s_valid.val() {
            self.dropping.d.next = self.drops.val() & !self.last.val();
            self.bytes_before.d.next = self.bytes_before.q.val() + (self.full_beat.val() >> 3);
            if self.last.val() {
                self.bytes_before.d.next = self.zero.val();
            }
            if self.drops.val() {
                self.head.d.next = self.committed.q.val();
            } else {
                self.head.d.next = self.following.val();
            }
        }
        if self.ends.val() {
            self.committed.d.next = self.following.val();
        }
        self.bytes.next = self.s_beat.val().bytes;
        self.tuser.next = self.s_beat.val().tuser;
        self.drop_d1.d.next.bytes = self.bytes_before.q.val() + bit_cast::<16, 7>(self.bytes.val());
        self.drop_d1.d.next.verdict = self.tuser.val().get_bits::<3>(29);
        self.drop_d1.d.next.valid = true;
        self.drop_valid.d.next = self.s_valid.val() & self.drops.val() & self.last.val();
        self.dropped.next.bytes = self.drop_d1.q.val().bytes;
        self.dropped.next.verdict = self.drop_d1.q.val().verdict;
        self.dropped.next.valid = self.drop_valid.q.val();

        self.memory.write.next = self.s_valid.val();
        self.memory.write_address.next = self.head.q.val().get_bits::<9>(0);
        self.memory.write_data.next = self.s_beat.val();

        // Whole frames go out.
        self.output_fifo.bound.next = self.committed.q.val();
        self.output_fifo.grows.next = self.ends.val();
        self.memory.read_address.next = self.output_fifo.tail.val().get_bits::<9>(0);
        self.output_fifo.word.next = self.memory.q.val();
        self.output_fifo.mark.next = self.memory.q.val().last;
        self.output_fifo.pop.next = self.m_taken.val();
        self.m_beat.next = self.output_fifo.front.val();
        self.m_last.next = self.output_fifo.front_mark.val();
        self.m_next_valid.next = self.output_fifo.next_valid.val();
    }
}
