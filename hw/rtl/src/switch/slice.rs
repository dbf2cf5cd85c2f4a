//! A register slice.

use crate::beat::Beat;
use crate::primitive::{Reg, RstReg};
use rust_hdl::prelude::*;

/// Two places for beats, so that neither `valid` nor `ready` crosses it in the same clock.
///
/// The places are filled in turn and shown in turn; whatever comes is caught in the place whose turn it is, as long as it is free, so that no wide
/// enable waits for `valid` or `ready`. Latency: 1. Rate: a beat a clock.
#[derive(LogicBlock, Default)]
pub struct Slice<const DATA_W: usize> {
    /// A beat.
    pub s_beat: Signal<In, Beat<DATA_W, 48>>,
    /// The beat is offered.
    pub s_valid: Signal<In, Bit>,
    /// It is taken.
    pub s_ready: Signal<Out, Bit>,
    /// A beat.
    pub m_beat: Signal<Out, Beat<DATA_W, 48>>,
    /// The beat is taken: it was offered.
    pub m_taken: Signal<In, Bit>,
    /// A beat will be offered in the next clock.
    pub next_valid: Signal<Out, Bit>,
    /// What is said of it.
    pub next_said: Signal<Out, Bits<48>>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    even_beat: Reg<Beat<DATA_W, 48>>,
    odd_beat: Reg<Beat<DATA_W, 48>>,
    even_holds: RstReg<Bit>,
    odd_catches: RstReg<Bit>,
    filling_odd: RstReg<Bit>,
    showing_odd: RstReg<Bit>,
    some: RstReg<Bit>,
    full: RstReg<Bit>,
    push: Signal<Local, Bit>,
    fills_odd: Signal<Local, Bit>,
    fills_up: Signal<Local, Bit>,
    stays: Signal<Local, Bit>,
    shows_odd: Signal<Local, Bit>,
    even_later: Signal<Local, Beat<DATA_W, 48>>,
    odd_later: Signal<Local, Beat<DATA_W, 48>>,
}

impl<const DATA_W: usize> Logic for Slice<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, even_beat, odd_beat, even_holds, odd_catches, filling_odd, showing_odd, some, full);
        self.even_holds.rst.next = self.rst.val();
        self.odd_catches.rst.next = self.rst.val();
        self.filling_odd.rst.next = self.rst.val();
        self.showing_odd.rst.next = self.rst.val();
        self.some.rst.next = self.rst.val();
        self.full.rst.next = self.rst.val();

        self.push.next = self.s_valid.val() & !self.full.q.val();
        self.stays.next = self.push.val() | self.full.q.val() | (self.some.q.val() & !self.m_taken.val());
        self.some.d.next = self.stays.val();
        self.next_valid.next = self.stays.val();
        self.fills_up.next = !self.m_taken.val() & (self.full.q.val() | (self.some.q.val() & self.push.val()));
        self.full.d.next = self.fills_up.val();
        self.fills_odd.next = self.filling_odd.q.val() ^ self.push.val();
        self.filling_odd.d.next = self.fills_odd.val();
        self.shows_odd.next = self.showing_odd.q.val() ^ self.m_taken.val();
        self.showing_odd.d.next = self.shows_odd.val();
        self.even_holds.d.next = self.fills_odd.val() | self.fills_up.val();
        self.odd_catches.d.next = self.fills_odd.val() & !self.fills_up.val();

        self.even_later.next = self.s_beat.val();
        if self.even_holds.q.val() {
            self.even_later.next = self.even_beat.q.val();
        }
        self.odd_later.next = self.odd_beat.q.val();
        if self.odd_catches.q.val() {
            self.odd_later.next = self.s_beat.val();
        }
        self.even_beat.d.next = self.even_later.val();
        self.odd_beat.d.next = self.odd_later.val();
        self.next_said.next = self.even_later.val().said;
        if self.shows_odd.val() {
            self.next_said.next = self.odd_later.val().said;
        }

        self.s_ready.next = !self.full.q.val();
        self.m_beat.next = self.even_beat.q.val();
        if self.showing_odd.q.val() {
            self.m_beat.next = self.odd_beat.q.val();
        }
    }
}
