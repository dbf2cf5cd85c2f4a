//! An arbiter with its multiplexer, before an egress.

use crate::primitive::{Reg, RstReg};
use crate::stream::beat::Beat;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

const _: () = assert!(PORTS == 2, "one input for each port's core");

/// Merges the frames of two inputs, whole and in turn where both have one.
///
/// The input whose turn it is, and the slot in which its beat lies, are known before a beat is offered, so that a beat passes through one 4:1
/// multiplexer and nothing else.
/// Latency: 0. Rate: one beat a clock, with no gap between two frames of any input.
#[derive(LogicBlock, Default)]
pub struct ArbMux<const DATA_W: usize> {
    /// The two slots of input 0.
    pub s0_even: Signal<In, Beat<DATA_W, 48>>,
    pub s0_odd: Signal<In, Beat<DATA_W, 48>>,
    /// A beat will be offered in the next clock; one that is not taken is offered again.
    pub s0_next_valid: Signal<In, Bit>,
    /// It will be the one in the odd slot.
    pub s0_next_odd: Signal<In, Bit>,
    /// The beat that is offered ends its frame.
    pub s0_last: Signal<In, Bit>,
    /// The beat is taken: it was offered.
    pub s0_taken: Signal<Out, Bit>,
    /// The two slots of input 1.
    pub s1_even: Signal<In, Beat<DATA_W, 48>>,
    pub s1_odd: Signal<In, Beat<DATA_W, 48>>,
    /// A beat will be offered in the next clock; one that is not taken is offered again.
    pub s1_next_valid: Signal<In, Bit>,
    /// It will be the one in the odd slot.
    pub s1_next_odd: Signal<In, Bit>,
    /// The beat that is offered ends its frame.
    pub s1_last: Signal<In, Bit>,
    /// The beat is taken: it was offered.
    pub s1_taken: Signal<Out, Bit>,
    /// A beat.
    pub m_beat: Signal<Out, Beat<DATA_W, 48>>,
    /// The beat is offered.
    pub m_valid: Signal<Out, Bit>,
    /// It is taken.
    pub m_ready: Signal<In, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    /// Input 0 offers a beat, and has the turn.
    valid0: RstReg<Bit>,
    /// Input 1 offers a beat, and has the turn.
    valid1: RstReg<Bit>,
    /// A frame is under way, or offered.
    busy: RstReg<Bit>,
    /// Whose it is, or whose the last one was.
    owner: RstReg<Bit>,
    /// The slot of each input's beat: each arb_mux keeps its own copy, to halve the fan-out.
    odd0: Reg<Bit>,
    odd1: Reg<Bit>,
    ends: Signal<Local, Bit>,
    goes_on: Signal<Local, Bit>,
    next0: Signal<Local, Bit>,
    next1: Signal<Local, Bit>,
}

impl<const DATA_W: usize> Logic for ArbMux<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, valid0, valid1, busy, owner, odd0, odd1);
        self.valid0.rst.next = self.rst.val();
        self.valid1.rst.next = self.rst.val();
        self.busy.rst.next = self.rst.val();
        self.owner.rst.next = self.rst.val();

        // Within a frame its input keeps the turn; between frames the other input has it, if it has a frame.
        self.ends.next = self.m_ready.val() & ((self.valid0.q.val() & self.s0_last.val()) | (self.valid1.q.val() & self.s1_last.val()));
        self.goes_on.next = self.busy.q.val() & !self.ends.val();
        self.next0.next = self.s0_next_valid.val() & (self.owner.q.val() | !self.s1_next_valid.val());
        self.next1.next = self.s1_next_valid.val() & (!self.owner.q.val() | !self.s0_next_valid.val());
        if self.goes_on.val() {
            self.next0.next = self.s0_next_valid.val() & !self.owner.q.val();
            self.next1.next = self.s1_next_valid.val() & self.owner.q.val();
        }
        self.valid0.d.next = self.next0.val();
        self.valid1.d.next = self.next1.val();
        self.busy.d.next = self.goes_on.val() | self.next0.val() | self.next1.val();
        self.owner.d.next = self.next1.val() | (self.owner.q.val() & !self.next0.val());

        self.s0_taken.next = self.valid0.q.val() & self.m_ready.val();
        self.s1_taken.next = self.valid1.q.val() & self.m_ready.val();
        self.m_valid.next = self.valid0.q.val() | self.valid1.q.val();
        self.odd0.d.next = self.odd0.q.val();
        self.odd1.d.next = self.odd1.q.val();
        if self.s0_next_valid.val() {
            self.odd0.d.next = self.s0_next_odd.val();
        }
        if self.s1_next_valid.val() {
            self.odd1.d.next = self.s1_next_odd.val();
        }
        // Selected by `owner`, not by `valid1`, which drives `taken`: a lower fan-out.
        if self.owner.q.val() {
            self.m_beat.next = self.s1_even.val();
            if self.odd1.q.val() {
                self.m_beat.next = self.s1_odd.val();
            }
        } else {
            self.m_beat.next = self.s0_even.val();
            if self.odd0.q.val() {
                self.m_beat.next = self.s0_odd.val();
            }
        }
    }
}
