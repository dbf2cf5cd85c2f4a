//! The upper 32 bits of a few counters, which take the carries of the lower ones.

use crate::primitive::{Const, LutRam, Reg, RstReg};
use rust_hdl::prelude::*;

/// The high words of `2^A` counts, so few that distributed memory holds them; each clock adds a carry to any one of them.
///
/// A count's carries are 65,000 frames apart, so its last sum is always stored before the next one. `name_dN` is a signal N
/// clocks after `address`.
#[derive(LogicBlock, Default)]
pub struct SmallCounterHigh<const A: usize> {
    /// Which count a carry may be for.
    pub address: Signal<In, Bits<A>>,
    /// It has one.
    pub carry: Signal<In, Bit>,
    /// Store zero instead.
    pub clear: Signal<In, Bit>,
    /// Which count to show.
    pub host_address: Signal<In, Bits<A>>,
    /// Its high word as stored, in the same clock.
    pub shown: Signal<Out, Bits<32>>,
    /// Synchronous reset: discards the carries in flight.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: LutRam<Bits<32>, A>,
    copy: LutRam<Bits<32>, A>,
    address_d1: Reg<Bits<A>>,
    address_d2: Reg<Bits<A>>,
    carry_d1: RstReg<Bit>,
    carry_d2: RstReg<Bit>,
    clear_d1: RstReg<Bit>,
    clear_d2: RstReg<Bit>,
    base_d1: Reg<Bits<32>>,
    sum_d2: RstReg<Bits<32>>,
    stores: Signal<Local, Bit>,
    one: Const<32, 1>,
}

impl<const A: usize> Logic for SmallCounterHigh<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory, copy, address_d1, address_d2, carry_d1, carry_d2, clear_d1, clear_d2, base_d1, sum_d2);
        self.carry_d1.rst.next = self.rst.val();
        self.carry_d2.rst.next = self.rst.val();
        self.clear_d1.rst.next = self.rst.val();
        self.clear_d2.rst.next = self.rst.val();

        self.memory.read_address.next = self.address.val();
        self.base_d1.d.next = self.memory.q.val();
        self.address_d1.d.next = self.address.val();
        self.carry_d1.d.next = self.carry.val();
        self.clear_d1.d.next = self.clear.val();
        self.sum_d2.rst.next = self.clear_d1.q.val();
        self.sum_d2.d.next = self.base_d1.q.val() + self.one.val();
        self.address_d2.d.next = self.address_d1.q.val();
        self.carry_d2.d.next = self.carry_d1.q.val();
        self.clear_d2.d.next = self.clear_d1.q.val();

        self.stores.next = self.carry_d2.q.val() | self.clear_d2.q.val();
        self.memory.write.next = self.stores.val();
        self.memory.write_address.next = self.address_d2.q.val();
        self.memory.write_data.next = self.sum_d2.q.val();
        self.copy.write.next = self.stores.val();
        self.copy.write_address.next = self.address_d2.q.val();
        self.copy.write_data.next = self.sum_d2.q.val();
        self.copy.read_address.next = self.host_address.val();
        self.shown.next = self.copy.q.val();
    }
}
