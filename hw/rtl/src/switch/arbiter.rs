//! The merge in front of an egress.

use super::slice::Slice;
use crate::beat::Beat;
use crate::primitive::RstReg;
use rust_hdl::prelude::*;

/// Lets whole frames of two inputs through, in turn where both have one.
///
/// Latency: 1. Rate: a beat a clock, none lost between two frames of whichever input.
#[derive(LogicBlock, Default)]
pub struct Arbiter<const DATA_W: usize, const KEEP_W: usize> {
    /// A beat of input 0.
    pub s0_beat: Signal<In, Beat<DATA_W>>,
    /// Which of its bytes count.
    pub s0_keep: Signal<In, Bits<KEEP_W>>,
    /// What is said of its frame.
    pub s0_metadata: Signal<In, Bits<32>>,
    /// The beat is offered.
    pub s0_valid: Signal<In, Bit>,
    /// It is taken.
    pub s0_ready: Signal<Out, Bit>,
    /// A beat of input 1.
    pub s1_beat: Signal<In, Beat<DATA_W>>,
    /// Which of its bytes count.
    pub s1_keep: Signal<In, Bits<KEEP_W>>,
    /// What is said of its frame.
    pub s1_metadata: Signal<In, Bits<32>>,
    /// The beat is offered.
    pub s1_valid: Signal<In, Bit>,
    /// It is taken.
    pub s1_ready: Signal<Out, Bit>,
    /// A beat; `bytes` is as `m_keep` says.
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
    slice: Slice<DATA_W, KEEP_W>,
    midway: RstReg<Bit>,
    owner: RstReg<Bit>,
    chosen: Signal<Local, Bit>,
    beat: Signal<Local, Beat<DATA_W>>,
    valid: Signal<Local, Bit>,
}

impl<const DATA_W: usize, const KEEP_W: usize> Logic for Arbiter<DATA_W, KEEP_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, slice, midway, owner);
        self.slice.rst.next = self.rst.val();
        self.midway.rst.next = self.rst.val();
        self.owner.rst.next = self.rst.val();

        // Midway in a frame its input keeps the turn; between frames the other input has it, if it has a frame.
        self.chosen.next = self.owner.q.val();
        if !self.midway.q.val() {
            self.chosen.next = (self.s1_valid.val() & !self.owner.q.val()) | (self.owner.q.val() & !self.s0_valid.val());
        }
        self.beat.next = self.s0_beat.val();
        self.slice.s_keep.next = self.s0_keep.val();
        self.slice.s_metadata.next = self.s0_metadata.val();
        self.valid.next = self.s0_valid.val();
        if self.chosen.val() {
            self.beat.next = self.s1_beat.val();
            self.slice.s_keep.next = self.s1_keep.val();
            self.slice.s_metadata.next = self.s1_metadata.val();
            self.valid.next = self.s1_valid.val();
        }
        self.slice.s_beat.next = self.beat.val();
        self.slice.s_valid.next = self.valid.val();
        self.s0_ready.next = self.slice.s_ready.val() & !self.chosen.val();
        self.s1_ready.next = self.slice.s_ready.val() & self.chosen.val();
        self.midway.d.next = self.midway.q.val();
        self.owner.d.next = self.owner.q.val();
        if self.valid.val() & self.slice.s_ready.val() {
            self.midway.d.next = !self.beat.val().last;
            self.owner.d.next = self.chosen.val();
        }

        self.m_beat.next = self.slice.m_beat.val();
        self.m_keep.next = self.slice.m_keep.val();
        self.m_metadata.next = self.slice.m_metadata.val();
        self.m_valid.next = self.slice.m_valid.val();
        self.slice.m_ready.next = self.m_ready.val();
    }
}
