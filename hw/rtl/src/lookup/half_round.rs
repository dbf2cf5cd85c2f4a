//! Half a round of HalfSipHash: one level of adders.

use crate::primitive::{Reg, Shift};
use rust_hdl::prelude::*;

/// The four words of the hash state.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Sip {
    pub v0: Bits<32>,
    pub v1: Bits<32>,
    pub v2: Bits<32>,
    pub v3: Bits<32>,
}

/// The first half of a round. Latency: `STAGES` - 1.
#[derive(LogicBlock, Default)]
pub struct FirstHalfRound<const STAGES: usize> {
    /// State before.
    pub i: Signal<In, Sip>,
    /// State after.
    pub o: Signal<Out, Sip>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    state: Shift<Sip, STAGES, 1, -1>,
    sum0: Signal<Local, Bits<32>>,
    sum2: Signal<Local, Bits<32>>,
    v1: Signal<Local, Bits<32>>,
    v3: Signal<Local, Bits<32>>,
}

impl<const STAGES: usize> Logic for FirstHalfRound<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, state);
        self.v1.next = self.i.val().v1;
        self.v3.next = self.i.val().v3;
        self.sum0.next = self.i.val().v0 + self.i.val().v1;
        self.sum2.next = self.i.val().v2 + self.i.val().v3;
        self.state.d.next.v0 = (self.sum0.val() << 16) | (self.sum0.val() >> 16);
        self.state.d.next.v1 = ((self.v1.val() << 5) | (self.v1.val() >> 27)) ^ self.sum0.val();
        self.state.d.next.v2 = self.sum2.val();
        self.state.d.next.v3 = ((self.v3.val() << 8) | (self.v3.val() >> 24)) ^ self.sum2.val();
        self.o.next = self.state.q.val();
    }
}

/// The second half of a round, and the XOR that follows it, so that no half round begins with more than its adders. Latency: 1.
#[derive(LogicBlock, Default)]
pub struct SecondHalfRound {
    /// State before.
    pub i: Signal<In, Sip>,
    /// What each word of the state is XORed with after the round, in step with `i`.
    pub mix: Signal<In, Sip>,
    /// State after.
    pub o: Signal<Out, Sip>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    state: Reg<Sip>,
    sum0: Signal<Local, Bits<32>>,
    sum2: Signal<Local, Bits<32>>,
    v1: Signal<Local, Bits<32>>,
    v3: Signal<Local, Bits<32>>,
    mix0: Signal<Local, Bits<32>>,
    mix1: Signal<Local, Bits<32>>,
    mix2: Signal<Local, Bits<32>>,
    mix3: Signal<Local, Bits<32>>,
}

impl Logic for SecondHalfRound {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, state);
        self.v1.next = self.i.val().v1;
        self.v3.next = self.i.val().v3;
        self.sum0.next = self.i.val().v0 + self.i.val().v3;
        self.sum2.next = self.i.val().v2 + self.i.val().v1;
        self.mix0.next = self.mix.val().v0;
        self.mix1.next = self.mix.val().v1;
        self.mix2.next = self.mix.val().v2;
        self.mix3.next = self.mix.val().v3;
        self.state.d.next.v0 = self.sum0.val() ^ self.mix0.val();
        self.state.d.next.v1 = ((self.v1.val() << 13) | (self.v1.val() >> 19)) ^ self.sum2.val() ^ self.mix1.val();
        self.state.d.next.v2 = ((self.sum2.val() << 16) | (self.sum2.val() >> 16)) ^ self.mix2.val();
        self.state.d.next.v3 = ((self.v3.val() << 7) | (self.v3.val() >> 25)) ^ self.sum0.val() ^ self.mix3.val();
        self.o.next = self.state.q.val();
    }
}
