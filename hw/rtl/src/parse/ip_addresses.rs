//! The addresses of an IP header.

use crate::primitive::Const;
use rust_hdl::prelude::*;

/// An IPv4 address as 16 bytes.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Mapped {
    /// Ten bytes of zero and two of ones, less the first four.
    pub prefix: Bits<96>,
    /// The address.
    pub v4: Bits<32>,
}

/// The addresses of an IP header as 16 bytes each, first byte least significant; an IPv4 address is mapped to IPv6. Combinational.
#[derive(LogicBlock, Default)]
pub struct IpAddresses {
    /// The third to tenth word of the header: the addresses if it is IPv6, and those of IPv4 among them.
    pub words: Signal<In, Bits<256>>,
    /// It is to be read as IPv6.
    pub v6: Signal<In, Bit>,
    /// Source address.
    pub source: Signal<Out, Bits<128>>,
    /// Destination address.
    pub destination: Signal<Out, Bits<128>>,
    source4: Signal<Local, Mapped>,
    destination4: Signal<Local, Mapped>,
    mark: Const<32, 0xffff_0000>,
}

impl Logic for IpAddresses {
    #[hdl_gen]
    fn update(&mut self) {
        self.source4.next.prefix = bit_cast::<96, 32>(self.mark.val()) << 64;
        self.source4.next.v4 = self.words.val().get_bits::<32>(32);
        self.destination4.next.prefix = bit_cast::<96, 32>(self.mark.val()) << 64;
        self.destination4.next.v4 = self.words.val().get_bits::<32>(64);
        if self.v6.val() {
            self.source.next = self.words.val().get_bits::<128>(0);
            self.destination.next = self.words.val().get_bits::<128>(128);
        } else {
            self.source.next = self.source4.val().into();
            self.destination.next = self.destination4.val().into();
        }
    }
}
