//! The fork behind a core.

use super::slice::Slice;
use crate::beat::Beat;
use crate::primitive::RstReg;
use contract::{limits, metadata};
use rust_hdl::prelude::*;

// With two ports, bit 0 of the egress port tells them apart, and bit 7 tells the host.
const _: () = assert!(limits::PORTS == 2 && metadata::EGRESS_HOST == 0xff);

/// Offers each beat of a core to the one egress that its metadata names; the host's takes every beat.
///
/// Latency: 1. Rate: a beat a clock. A beat that is not taken holds up those behind it, whatever their egress.
#[derive(LogicBlock, Default)]
pub struct Route<const DATA_W: usize, const KEEP_W: usize> {
    /// A beat from the core.
    pub s_beat: Signal<In, Beat<DATA_W>>,
    /// Which of its bytes count.
    pub s_keep: Signal<In, Bits<KEEP_W>>,
    /// What is said of its frame.
    pub s_metadata: Signal<In, Bits<32>>,
    /// The beat is offered.
    pub s_valid: Signal<In, Bit>,
    /// It is taken.
    pub s_ready: Signal<Out, Bit>,
    /// A beat, for whichever egress has `valid`.
    pub beat: Signal<Out, Beat<DATA_W>>,
    /// Which of its bytes count.
    pub keep: Signal<Out, Bits<KEEP_W>>,
    /// What is said of its frame.
    pub metadata: Signal<Out, Bits<32>>,
    /// The beat is offered to port 0.
    pub valid0: Signal<Out, Bit>,
    /// Port 0 takes it.
    pub ready0: Signal<In, Bit>,
    /// The beat is offered to port 1.
    pub valid1: Signal<Out, Bit>,
    /// Port 1 takes it.
    pub ready1: Signal<In, Bit>,
    /// The beat is for the host.
    pub valid_host: Signal<Out, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    slice: Slice<DATA_W, KEEP_W>,
    offers0: RstReg<Bit>,
    offers1: RstReg<Bit>,
    offers_host: RstReg<Bit>,
    to_host: Signal<Local, Bit>,
    to_one: Signal<Local, Bit>,
}

impl<const DATA_W: usize, const KEEP_W: usize> Logic for Route<DATA_W, KEEP_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, slice, offers0, offers1, offers_host);
        self.slice.rst.next = self.rst.val();
        self.slice.s_beat.next = self.s_beat.val();
        self.slice.s_keep.next = self.s_keep.val();
        self.slice.s_metadata.next = self.s_metadata.val();
        self.slice.s_valid.next = self.s_valid.val();
        self.s_ready.next = self.slice.s_ready.val();

        // Where the next beat goes is found out before it is offered.
        self.offers0.rst.next = self.rst.val();
        self.offers1.rst.next = self.rst.val();
        self.offers_host.rst.next = self.rst.val();
        self.to_host.next = self.slice.next_metadata.val().get_bit(15);
        self.to_one.next = self.slice.next_metadata.val().get_bit(8);
        self.offers_host.d.next = self.slice.next_valid.val() & self.to_host.val();
        self.offers0.d.next = self.slice.next_valid.val() & !self.to_host.val() & !self.to_one.val();
        self.offers1.d.next = self.slice.next_valid.val() & !self.to_host.val() & self.to_one.val();
        self.valid_host.next = self.offers_host.q.val();
        self.valid0.next = self.offers0.q.val();
        self.valid1.next = self.offers1.q.val();
        self.slice.m_ready.next =
            self.offers_host.q.val() | (self.offers1.q.val() & self.ready1.val()) | (self.offers0.q.val() & self.ready0.val());
        self.beat.next = self.slice.m_beat.val();
        self.keep.next = self.slice.m_keep.val();
        self.metadata.next = self.slice.m_metadata.val();
    }
}
