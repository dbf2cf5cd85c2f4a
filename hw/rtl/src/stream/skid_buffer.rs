//! A skid buffer.

use crate::primitive::{Reg, RstReg};
use crate::stream::beat::Beat;
use rust_hdl::prelude::*;

/// Two slots for beats, so that neither `valid` nor `ready` passes through in the same clock.
///
/// The slots are filled in turn and offered in turn; an empty slot registers its input every clock, so that no wide enable depends on `valid` or
/// `ready`. The receiver selects the slot, together with its other selections. Latency: 1. Rate: one beat a clock.
#[derive(LogicBlock, Default)]
pub struct SkidBuffer<const DATA_W: usize> {
    /// A beat.
    pub s_beat: Signal<In, Beat<DATA_W, 48>>,
    /// The beat is offered.
    pub s_valid: Signal<In, Bit>,
    /// It is taken.
    pub s_ready: Signal<Out, Bit>,
    /// The slots.
    pub even: Signal<Out, Beat<DATA_W, 48>>,
    pub odd: Signal<Out, Beat<DATA_W, 48>>,
    /// In the next clock the beat in the odd slot is offered, if one is.
    pub next_odd: Signal<Out, Bit>,
    /// The beat that is offered ends its frame; straight from a register.
    pub last: Signal<Out, Bit>,
    /// The beat is taken: it was offered.
    pub m_taken: Signal<In, Bit>,
    /// Another beat will be offered in the next clock, if none is offered now or the one that is offered is taken.
    pub next_beat_valid: Signal<Out, Bit>,
    /// Its `tuser`.
    pub next_beat_tuser: Signal<Out, Bits<48>>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    even_beat: Reg<Beat<DATA_W, 48>>,
    odd_beat: Reg<Beat<DATA_W, 48>>,
    last_held: Reg<Bit>,
    even_valid: RstReg<Bit>,
    odd_valid: RstReg<Bit>,
    filling_odd: RstReg<Bit>,
    showing_odd: RstReg<Bit>,
    front_valid: RstReg<Bit>,
    full: RstReg<Bit>,
    push: Signal<Local, Bit>,
    follows: Signal<Local, Bit>,
    next_beat: Signal<Local, Beat<DATA_W, 48>>,
}

impl<const DATA_W: usize> Logic for SkidBuffer<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, even_beat, odd_beat, last_held, even_valid, odd_valid, filling_odd, showing_odd, front_valid, full);
        self.even_valid.rst.next = self.rst.val();
        self.odd_valid.rst.next = self.rst.val();
        self.filling_odd.rst.next = self.rst.val();
        self.showing_odd.rst.next = self.rst.val();
        self.front_valid.rst.next = self.rst.val();
        self.full.rst.next = self.rst.val();

        self.push.next = self.s_valid.val() & !self.full.q.val();
        self.front_valid.d.next = self.push.val() | self.full.q.val() | (self.front_valid.q.val() & !self.m_taken.val());
        self.full.d.next = !self.m_taken.val() & (self.full.q.val() | (self.front_valid.q.val() & self.push.val()));
        self.filling_odd.d.next = self.filling_odd.q.val() ^ self.push.val();
        self.follows.next = self.showing_odd.q.val() ^ self.m_taken.val();
        self.showing_odd.d.next = self.follows.val();
        self.next_odd.next = self.follows.val();
        self.even_valid.d.next =
            (self.push.val() & !self.filling_odd.q.val()) | (self.even_valid.q.val() & (self.showing_odd.q.val() | !self.m_taken.val()));
        self.odd_valid.d.next =
            (self.push.val() & self.filling_odd.q.val()) | (self.odd_valid.q.val() & (!self.showing_odd.q.val() | !self.m_taken.val()));

        self.even_beat.d.next = self.s_beat.val();
        if self.even_valid.q.val() {
            self.even_beat.d.next = self.even_beat.q.val();
        }
        self.odd_beat.d.next = self.s_beat.val();
        if self.odd_valid.q.val() {
            self.odd_beat.d.next = self.odd_beat.q.val();
        }

        self.s_ready.next = !self.full.q.val();
        self.even.next = self.even_beat.q.val();
        self.odd.next = self.odd_beat.q.val();
        self.next_beat.next = self.odd_beat.q.val();
        if self.showing_odd.q.val() {
            self.next_beat.next = self.even_beat.q.val();
        }
        if !self.full.q.val() {
            self.next_beat.next = self.s_beat.val();
        }
        self.next_beat_valid.next = self.full.q.val() | self.s_valid.val();
        self.next_beat_tuser.next = self.next_beat.val().tuser;
        self.last_held.d.next = self.last_held.q.val();
        if self.m_taken.val() | !self.front_valid.q.val() {
            self.last_held.d.next = self.next_beat.val().last;
        }
        self.last.next = self.last_held.q.val();
    }
}
