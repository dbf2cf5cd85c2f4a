//! Whether a frame is sent to a group MAC.

use crate::bundle::GroupMac;
use crate::primitive::{Reg, Shift};
use rust_hdl::prelude::*;

/// Whether a frame is sent to one of the group MACs. Latency: `STAGES`.
#[derive(LogicBlock, Default)]
pub struct MacMatch<const STAGES: usize> {
    /// The destination MAC of the frame.
    pub destination: Signal<In, Bits<48>>,
    /// The group MAC to compare with.
    pub wanted: Signal<In, GroupMac>,
    /// The answer.
    pub hit: Signal<Out, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    low_equal_d1: Reg<Bit>,
    middle_equal_d1: Reg<Bit>,
    high_equal_d1: Reg<Bit>,
    hit_d2: Shift<Bit, STAGES, 1, -1>,
    wanted_mac: Signal<Local, Bits<48>>,
}

impl<const STAGES: usize> Logic for MacMatch<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, low_equal_d1, middle_equal_d1, high_equal_d1, hit_d2);
        self.wanted_mac.next = self.wanted.val().mac;
        self.low_equal_d1.d.next =
            self.wanted.val().enabled & (self.wanted_mac.val().get_bits::<16>(0) == self.destination.val().get_bits::<16>(0));
        self.middle_equal_d1.d.next = self.wanted_mac.val().get_bits::<16>(16) == self.destination.val().get_bits::<16>(16);
        self.high_equal_d1.d.next = self.wanted_mac.val().get_bits::<16>(32) == self.destination.val().get_bits::<16>(32);
        self.hit_d2.d.next = self.low_equal_d1.q.val() & self.middle_equal_d1.q.val() & self.high_equal_d1.q.val();
        self.hit.next = self.hit_d2.q.val();
    }
}
