//! A register slice.

use crate::beat::Beat;
use crate::primitive::{Reg, RstReg};
use rust_hdl::prelude::*;

/// Two places for beats, so that neither `valid` nor `ready` crosses it in the same clock.
///
/// Latency: 1. Rate: a beat a clock.
#[derive(LogicBlock, Default)]
pub struct Slice<const DATA_W: usize, const KEEP_W: usize> {
    /// A beat.
    pub s_beat: Signal<In, Beat<DATA_W>>,
    /// Which of its bytes count.
    pub s_keep: Signal<In, Bits<KEEP_W>>,
    /// What is said of its frame.
    pub s_metadata: Signal<In, Bits<32>>,
    /// The beat is offered.
    pub s_valid: Signal<In, Bit>,
    /// It is taken.
    pub s_ready: Signal<Out, Bit>,
    /// A beat.
    pub m_beat: Signal<Out, Beat<DATA_W>>,
    /// Which of its bytes count.
    pub m_keep: Signal<Out, Bits<KEEP_W>>,
    /// What is said of its frame.
    pub m_metadata: Signal<Out, Bits<32>>,
    /// The beat is offered.
    pub m_valid: Signal<Out, Bit>,
    /// It is taken.
    pub m_ready: Signal<In, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    front_beat: Reg<Beat<DATA_W>>,
    front_keep: Reg<Bits<KEEP_W>>,
    front_metadata: Reg<Bits<32>>,
    front_valid: RstReg<Bit>,
    spare_beat: Reg<Beat<DATA_W>>,
    spare_keep: Reg<Bits<KEEP_W>>,
    spare_metadata: Reg<Bits<32>>,
    spare_valid: RstReg<Bit>,
    moves: Signal<Local, Bit>,
}

impl<const DATA_W: usize, const KEEP_W: usize> Logic for Slice<DATA_W, KEEP_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, front_beat, front_keep, front_metadata, front_valid, spare_beat, spare_keep, spare_metadata, spare_valid);
        self.front_valid.rst.next = self.rst.val();
        self.spare_valid.rst.next = self.rst.val();
        self.moves.next = self.m_ready.val() | !self.front_valid.q.val();

        // The spare place takes what comes in while the front is held.
        self.spare_beat.d.next = self.spare_beat.q.val();
        self.spare_keep.d.next = self.spare_keep.q.val();
        self.spare_metadata.d.next = self.spare_metadata.q.val();
        if !self.spare_valid.q.val() {
            self.spare_beat.d.next = self.s_beat.val();
            self.spare_keep.d.next = self.s_keep.val();
            self.spare_metadata.d.next = self.s_metadata.val();
        }
        self.spare_valid.d.next = !self.moves.val() & (self.spare_valid.q.val() | self.s_valid.val());

        self.front_beat.d.next = self.front_beat.q.val();
        self.front_keep.d.next = self.front_keep.q.val();
        self.front_metadata.d.next = self.front_metadata.q.val();
        self.front_valid.d.next = self.front_valid.q.val();
        if self.moves.val() {
            self.front_beat.d.next = self.s_beat.val();
            self.front_keep.d.next = self.s_keep.val();
            self.front_metadata.d.next = self.s_metadata.val();
            self.front_valid.d.next = self.spare_valid.q.val() | self.s_valid.val();
            if self.spare_valid.q.val() {
                self.front_beat.d.next = self.spare_beat.q.val();
                self.front_keep.d.next = self.spare_keep.q.val();
                self.front_metadata.d.next = self.spare_metadata.q.val();
            }
        }

        self.s_ready.next = !self.spare_valid.q.val();
        self.m_beat.next = self.front_beat.q.val();
        self.m_keep.next = self.front_keep.q.val();
        self.m_metadata.next = self.front_metadata.q.val();
        self.m_valid.next = self.front_valid.q.val();
    }
}
