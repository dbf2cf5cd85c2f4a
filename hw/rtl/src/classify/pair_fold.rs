//! The two addresses that a key can begin with.

use crate::primitive::{Reg, Shift};
use rust_hdl::prelude::*;

/// The two 64-bit words of an address.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct AddressWords {
    pub low: Bits<64>,
    pub high: Bits<64>,
}

/// The source and the destination address; for a pair key, each folded with the other, so that both directions give the same two.
///
/// Latency: `STAGES` from the addresses, 1 from `pair`.
#[derive(LogicBlock, Default)]
pub struct PairFold<const STAGES: usize> {
    /// Source address.
    pub source: Signal<In, Bits<128>>,
    /// Destination address.
    pub destination: Signal<In, Bits<128>>,
    /// The key is the pair's, `STAGES` - 1 clocks later.
    pub pair: Signal<In, Bit>,
    /// The source address, or the source folded with the destination.
    pub a: Signal<Out, Bits<128>>,
    /// The destination address, or the destination folded with the source.
    pub b: Signal<Out, Bits<128>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    source_d1: Shift<Bits<128>, STAGES, 1, -1>,
    destination_d1: Shift<Bits<128>, STAGES, 1, -1>,
    turned_source: Signal<Local, AddressWords>,
    turned_destination: Signal<Local, AddressWords>,
    turned_source_bits: Signal<Local, Bits<128>>,
    turned_destination_bits: Signal<Local, Bits<128>>,
    a_d2: Reg<Bits<128>>,
    b_d2: Reg<Bits<128>>,
}

impl<const STAGES: usize> Logic for PairFold<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, source_d1, destination_d1, a_d2, b_d2);
        self.source_d1.d.next = self.source.val();
        self.destination_d1.d.next = self.destination.val();
        self.turned_source.next.low = self.source_d1.q.val().get_bits::<64>(64);
        self.turned_source.next.high = self.source_d1.q.val().get_bits::<64>(0);
        self.turned_destination.next.low = self.destination_d1.q.val().get_bits::<64>(64);
        self.turned_destination.next.high = self.destination_d1.q.val().get_bits::<64>(0);
        self.turned_source_bits.next = self.turned_source.val().into();
        self.turned_destination_bits.next = self.turned_destination.val().into();
        self.a_d2.d.next = self.source_d1.q.val();
        self.b_d2.d.next = self.destination_d1.q.val();
        if self.pair.val() {
            self.a_d2.d.next = self.source_d1.q.val() ^ self.turned_destination_bits.val();
            self.b_d2.d.next = self.destination_d1.q.val() ^ self.turned_source_bits.val();
        }
        self.a.next = self.a_d2.q.val();
        self.b.next = self.b_d2.q.val();
    }
}
