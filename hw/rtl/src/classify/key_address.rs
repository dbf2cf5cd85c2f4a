//! The address that a key begins with.

use rust_hdl::prelude::*;

/// The two 64-bit words of an address.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct AddressWords {
    pub low: Bits<64>,
    pub high: Bits<64>,
}

/// One of two addresses; for a pair key, folded with the other one, whose halves are exchanged. Combinational.
///
/// The fold of one with the other is that of the other with the one but for an exchange of halves, so a bit depends on two bits of each address,
/// on `pair` and on `by_source`: six inputs, one table.
#[derive(LogicBlock, Default)]
pub struct KeyAddress {
    /// Source address.
    pub source: Signal<In, Bits<128>>,
    /// Destination address.
    pub destination: Signal<In, Bits<128>>,
    /// Both are folded together.
    pub pair: Signal<In, Bit>,
    /// The key is the source's, or the source comes first.
    pub by_source: Signal<In, Bit>,
    /// The first 16 bytes of the key, first byte least significant.
    pub address: Signal<Out, Bits<128>>,
    one: Signal<Local, Bits<128>>,
    other: Signal<Local, Bits<128>>,
    turned: Signal<Local, AddressWords>,
    turned_bits: Signal<Local, Bits<128>>,
}

impl Logic for KeyAddress {
    #[hdl_gen]
    fn update(&mut self) {
        self.one.next = self.destination.val();
        self.other.next = self.source.val();
        if self.by_source.val() {
            self.one.next = self.source.val();
            self.other.next = self.destination.val();
        }
        self.turned.next.low = self.other.val().get_bits::<64>(64);
        self.turned.next.high = self.other.val().get_bits::<64>(0);
        self.turned_bits.next = self.turned.val().into();
        self.address.next = self.one.val();
        if self.pair.val() {
            self.address.next = self.one.val() ^ self.turned_bits.val();
        }
    }
}
