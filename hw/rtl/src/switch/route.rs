//! The fork behind a core.

use super::slice::Slice;
use crate::beat::Beat;
use crate::primitive::RstReg;
use contract::{limits, metadata};
use rust_hdl::prelude::*;

// With two ports, bit 0 of the egress port tells them apart, and bit 7 tells the host.
const _: () = assert!(limits::PORTS == 2 && metadata::EGRESS_HOST == 0xff);

/// Gives each beat of a core to the one egress that its metadata names; the host's takes every beat.
///
/// Latency: 1. Rate: a beat a clock. A beat that is not taken holds up those behind it, whatever their egress.
#[derive(LogicBlock, Default)]
pub struct Route<const DATA_W: usize> {
    /// A beat from the core.
    pub s_beat: Signal<In, Beat<DATA_W, 48>>,
    /// The beat is offered.
    pub s_valid: Signal<In, Bit>,
    /// It is taken.
    pub s_ready: Signal<Out, Bit>,
    /// A beat, for whichever egress has `valid`.
    pub beat: Signal<Out, Beat<DATA_W, 48>>,
    /// In the next clock the beat is for port 0.
    pub next_valid0: Signal<Out, Bit>,
    /// Port 0 takes the beat: it is for port 0.
    pub taken0: Signal<In, Bit>,
    /// In the next clock the beat is for port 1.
    pub next_valid1: Signal<Out, Bit>,
    /// Port 1 takes the beat: it is for port 1.
    pub taken1: Signal<In, Bit>,
    /// The beat is for the host, which takes it.
    pub valid_host: Signal<Out, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    slice: Slice<DATA_W>,
    for_host: RstReg<Bit>,
    next_host: Signal<Local, Bit>,
    next_one: Signal<Local, Bit>,
}

impl<const DATA_W: usize> Logic for Route<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, slice, for_host);
        self.slice.rst.next = self.rst.val();
        self.for_host.rst.next = self.rst.val();
        self.slice.s_beat.next = self.s_beat.val();
        self.slice.s_valid.next = self.s_valid.val();
        self.s_ready.next = self.slice.s_ready.val();

        // Where the next beat goes is told before it is offered.
        self.next_host.next = self.slice.next_said.val().get_bit(15);
        self.next_one.next = self.slice.next_said.val().get_bit(8);
        self.next_valid0.next = self.slice.next_valid.val() & !self.next_host.val() & !self.next_one.val();
        self.next_valid1.next = self.slice.next_valid.val() & !self.next_host.val() & self.next_one.val();
        self.for_host.d.next = self.slice.next_valid.val() & self.next_host.val();
        self.valid_host.next = self.for_host.q.val();
        self.slice.m_taken.next = self.for_host.q.val() | self.taken0.val() | self.taken1.val();
        self.beat.next = self.slice.m_beat.val();
    }
}
