//! MAC addresses between the bytes on the wire and the words of registers.

use rust_hdl::prelude::*;

/// Six bytes, the first on the wire first.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Octets {
    pub a: Bits<8>,
    pub b: Bits<8>,
    pub c: Bits<8>,
    pub d: Bits<8>,
    pub e: Bits<8>,
    pub f: Bits<8>,
}

/// A register's word of four bytes, the last on the wire least significant.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct LowWord {
    pub f: Bits<8>,
    pub e: Bits<8>,
    pub d: Bits<8>,
    pub c: Bits<8>,
}

/// The first two bytes as a register carries them.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct HighWord {
    pub b: Bits<8>,
    pub a: Bits<8>,
}

/// The address that two words write, as `row::mac_from_words`. Shape: `mac` has the first byte on the wire least significant.
#[derive(LogicBlock, Default)]
pub struct MacFromWords {
    /// Bits 31:0 of the number.
    pub low: Signal<In, Bits<32>>,
    /// Bits 47:32 of the number.
    pub high: Signal<In, Bits<16>>,
    /// The address.
    pub mac: Signal<Out, Bits<48>>,
    octets: Signal<Local, Octets>,
}

impl Logic for MacFromWords {
    #[hdl_gen]
    fn update(&mut self) {
        self.octets.next.a = self.high.val().get_bits::<8>(8);
        self.octets.next.b = self.high.val().get_bits::<8>(0);
        self.octets.next.c = self.low.val().get_bits::<8>(24);
        self.octets.next.d = self.low.val().get_bits::<8>(16);
        self.octets.next.e = self.low.val().get_bits::<8>(8);
        self.octets.next.f = self.low.val().get_bits::<8>(0);
        self.mac.next = self.octets.val().into();
    }
}

/// The two words that show an address, as `row::mac_words`.
#[derive(LogicBlock, Default)]
pub struct MacToWords {
    /// The address.
    pub mac: Signal<In, Bits<48>>,
    /// Bits 31:0 of the number.
    pub low: Signal<Out, Bits<32>>,
    /// Bits 47:32 of the number.
    pub high: Signal<Out, Bits<16>>,
    low_word: Signal<Local, LowWord>,
    high_word: Signal<Local, HighWord>,
}

impl Logic for MacToWords {
    #[hdl_gen]
    fn update(&mut self) {
        self.high_word.next.a = self.mac.val().get_bits::<8>(0);
        self.high_word.next.b = self.mac.val().get_bits::<8>(8);
        self.low_word.next.c = self.mac.val().get_bits::<8>(16);
        self.low_word.next.d = self.mac.val().get_bits::<8>(24);
        self.low_word.next.e = self.mac.val().get_bits::<8>(32);
        self.low_word.next.f = self.mac.val().get_bits::<8>(40);
        self.low.next = self.low_word.val().into();
        self.high.next = self.high_word.val().into();
    }
}
