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
    for0: RstReg<Bit>,
    for1: RstReg<Bit>,
    for_host: RstReg<Bit>,
    moves: Signal<Local, Bit>,
    comes: Signal<Local, Bit>,
    host: Signal<Local, Bit>,
    one: Signal<Local, Bit>,
    next0: Signal<Local, Bit>,
    next1: Signal<Local, Bit>,
}

impl<const DATA_W: usize> Logic for Route<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, slice, for0, for1, for_host);
        self.slice.rst.next = self.rst.val();
        self.for0.rst.next = self.rst.val();
        self.for1.rst.next = self.rst.val();
        self.for_host.rst.next = self.rst.val();
        self.slice.s_beat.next = self.s_beat.val();
        self.slice.s_valid.next = self.s_valid.val();
        self.s_ready.next = self.slice.s_ready.val();

        // Where the next beat goes is told before it is offered. Whether a port takes the one before it is known late, and only chooses.
        self.moves.next = (!self.for0.q.val() | self.taken0.val()) & (!self.for1.q.val() | self.taken1.val());
        self.comes.next = self.moves.val() & self.slice.behind_valid.val();
        self.host.next = self.slice.behind_said.val().get_bit(15);
        self.one.next = self.slice.behind_said.val().get_bit(8);
        self.next0.next = (self.for0.q.val() & !self.taken0.val()) | (self.comes.val() & !self.host.val() & !self.one.val());
        self.next1.next = (self.for1.q.val() & !self.taken1.val()) | (self.comes.val() & !self.host.val() & self.one.val());
        self.for0.d.next = self.next0.val();
        self.for1.d.next = self.next1.val();
        self.for_host.d.next = self.comes.val() & self.host.val();
        self.next_valid0.next = self.next0.val();
        self.next_valid1.next = self.next1.val();
        self.valid_host.next = self.for_host.q.val();
        self.slice.m_taken.next = self.for_host.q.val() | self.taken0.val() | self.taken1.val();
        self.beat.next = self.slice.m_beat.val();
    }
}
