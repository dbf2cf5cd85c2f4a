//! Questions 6 and 7: whose protocol, ports and addresses decide, the packet's own or those of the packet embedded in it?

use crate::parse::ip_addresses::IpAddresses;
use crate::primitive::{Const, Reg};
use rust_hdl::prelude::*;

/// Protocol and ports, as rules see them.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Tuple {
    /// Source port; 0 where there are none.
    pub source: Bits<16>,
    /// Destination port; 0 where there are none.
    pub destination: Bits<16>,
    /// Protocol.
    pub protocol: Bits<8>,
    /// There are ports.
    pub ported: Bit,
    /// They are those of the packet embedded in an ICMP error.
    pub embedded: Bit,
}

/// Selects the outer or the embedded packet.
///
/// Latency: `tuple` one clock; `source` and `destination` two, from the addresses one. They are mapped to IPv6 when they are chosen, so that before it
/// they fit shift registers.
#[derive(LogicBlock, Default)]
pub struct TupleSelect {
    /// First word of the outer transport header, first byte least significant.
    pub word: Signal<In, Bits<32>>,
    /// It holds ports.
    pub ported: Signal<In, Bit>,
    /// The outer packet's protocol.
    pub protocol: Signal<In, Bits<8>>,
    /// Where the outer packet's addresses are if it is IPv6, one clock later: its header's third to tenth word.
    pub outer_addresses: Signal<In, Bits<256>>,
    /// Both packets are IPv6, in step with the addresses.
    pub v6: Signal<In, Bit>,
    /// The embedded packet is to be used.
    pub usable: Signal<In, Bit>,
    /// Its ports, first byte least significant.
    pub embedded_ports: Signal<In, Bits<32>>,
    /// Its protocol.
    pub embedded_protocol: Signal<In, Bits<8>>,
    /// Where its addresses are, likewise.
    pub embedded_addresses: Signal<In, Bits<256>>,

    /// What rules see.
    pub tuple: Signal<Out, Tuple>,
    /// Source address as 16 bytes, first byte least significant.
    pub source: Signal<Out, Bits<128>>,
    /// Destination address as 16 bytes, first byte least significant.
    pub destination: Signal<Out, Bits<128>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    tuple_d1: Reg<Tuple>,
    usable_d1: Reg<Bit>,
    ip_addresses: IpAddresses,
    source_d2: Reg<Bits<128>>,
    destination_d2: Reg<Bits<128>>,
    ports: Signal<Local, Bits<32>>,
    zero: Const<32, 0>,
}

impl Logic for TupleSelect {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, tuple_d1, usable_d1, source_d2, destination_d2);
        self.ports.next = self.zero.val();
        if self.ported.val() {
            self.ports.next = self.word.val();
        }
        self.tuple_d1.d.next.protocol = self.protocol.val();
        if self.usable.val() {
            self.ports.next = self.embedded_ports.val();
            self.tuple_d1.d.next.protocol = self.embedded_protocol.val();
        }
        // Ports on the wire are big-endian.
        self.tuple_d1.d.next.source =
            bit_cast::<16, 8>(self.ports.val().get_bits::<8>(8)) | (bit_cast::<16, 8>(self.ports.val().get_bits::<8>(0)) << 8);
        self.tuple_d1.d.next.destination =
            bit_cast::<16, 8>(self.ports.val().get_bits::<8>(24)) | (bit_cast::<16, 8>(self.ports.val().get_bits::<8>(16)) << 8);
        self.tuple_d1.d.next.ported = self.ported.val() | self.usable.val();
        self.tuple_d1.d.next.embedded = self.usable.val();
        self.tuple.next = self.tuple_d1.q.val();

        // One clock later, for their number: the addresses.
        self.usable_d1.d.next = self.usable.val();
        self.ip_addresses.v6.next = self.v6.val();
        self.ip_addresses.words.next = self.outer_addresses.val();
        if self.usable_d1.q.val() {
            self.ip_addresses.words.next = self.embedded_addresses.val();
        }
        self.source_d2.d.next = self.ip_addresses.source.val();
        self.destination_d2.d.next = self.ip_addresses.destination.val();
        self.source.next = self.source_d2.q.val();
        self.destination.next = self.destination_d2.q.val();
    }
}
