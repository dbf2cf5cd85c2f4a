//! Two rounds of HalfSipHash.

use super::half_round::{FirstHalfRound, SecondHalfRound, Sip};
use crate::primitive::Const;
use rust_hdl::prelude::*;

/// Two rounds, and the XOR that follows them. Latency: 2 `STAGES`.
#[derive(LogicBlock, Default)]
pub struct Rounds<const STAGES: usize> {
    /// State before.
    pub i: Signal<In, Sip>,
    /// What the state is XORed with after the second round, 2 `STAGES` - 1 clocks later than `i`.
    pub mix: Signal<In, Sip>,
    /// State after.
    pub o: Signal<Out, Sip>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    first: [FirstHalfRound<STAGES>; 2],
    second: [SecondHalfRound; 2],
    unmixed: Signal<Local, Sip>,
    nothing: Const<32, 0>,
}

impl<const STAGES: usize> Logic for Rounds<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        for k in 0..2 {
            self.first[k].clock.next = self.clock.val();
            self.second[k].clock.next = self.clock.val();
            self.second[k].i.next = self.first[k].o.val();
        }
        self.unmixed.next.v0 = self.nothing.val();
        self.unmixed.next.v1 = self.nothing.val();
        self.unmixed.next.v2 = self.nothing.val();
        self.unmixed.next.v3 = self.nothing.val();
        self.first[0].i.next = self.i.val();
        self.second[0].mix.next = self.unmixed.val();
        self.first[1].i.next = self.second[0].o.val();
        self.second[1].mix.next = self.mix.val();
        self.o.next = self.second[1].o.val();
    }
}
