//! The upper 32 bits of counters, which take the carries of the lower ones.

use crate::primitive::{Const, Delay, Reg, RstReg, SdpRam};
use rust_hdl::prelude::*;

/// The high words of `2^A` counts; each clock adds a carry to any one of them.
///
/// A count's carries are 65,000 frames apart, so its last sum is always stored before the next one. `name_dN` is a signal N
/// clocks after `address`.
#[derive(LogicBlock, Default)]
pub struct CounterHigh<const A: usize> {
    /// Which count a carry may be for.
    pub address: Signal<In, Bits<A>>,
    /// Two clocks later: it has one.
    pub carry_d2: Signal<In, Bit>,
    /// Store zero instead.
    pub clear: Signal<In, Bit>,
    /// Which count to show.
    pub host_address: Signal<In, Bits<A>>,
    /// Its high word as stored, two clocks later.
    pub shown: Signal<Out, Bits<32>>,
    /// Synchronous reset: discards the carries in flight.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: SdpRam<Bits<32>, A>,
    copy: SdpRam<Bits<32>, A>,
    address_d4: Delay<Bits<A>, 4>,
    clears: RstReg<Bits<4>>,
    base_d3: Reg<Bits<32>>,
    sum_d4: RstReg<Bits<32>>,
    carry_d3: RstReg<Bit>,
    carry_d4: RstReg<Bit>,
    stores: Signal<Local, Bit>,
    clears_now: Signal<Local, Bits<1>>,
    one: Const<32, 1>,
}

impl<const A: usize> Logic for CounterHigh<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory, copy, address_d4, clears, base_d3, sum_d4, carry_d3, carry_d4);
        self.clears.rst.next = self.rst.val();
        self.carry_d3.rst.next = self.rst.val();
        self.carry_d4.rst.next = self.rst.val();

        self.memory.read_address.next = self.address.val();
        self.address_d4.d.next = self.address.val();
        self.clears_now.next = self.clear.val().into();
        self.clears.d.next = (self.clears.q.val() << 1) | bit_cast::<4, 1>(self.clears_now.val());
        self.base_d3.d.next = self.memory.q.val();
        self.carry_d3.d.next = self.carry_d2.val();
        self.sum_d4.rst.next = self.clears.q.val().get_bit(2);
        self.sum_d4.d.next = self.base_d3.q.val() + self.one.val();
        self.carry_d4.d.next = self.carry_d3.q.val();

        self.stores.next = self.carry_d4.q.val() | self.clears.q.val().get_bit(3);
        self.memory.write.next = self.stores.val();
        self.memory.write_address.next = self.address_d4.q.val();
        self.memory.write_data.next = self.sum_d4.q.val();
        self.copy.write.next = self.stores.val();
        self.copy.write_address.next = self.address_d4.q.val();
        self.copy.write_data.next = self.sum_d4.q.val();
        self.copy.read_address.next = self.host_address.val();
        self.shown.next = self.copy.q.val();
    }
}
