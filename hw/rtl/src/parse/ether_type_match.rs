//! The EtherTypes of a frame.

use crate::primitive::Const;
use rust_hdl::prelude::*;

/// What stands in the three places where an EtherType can be. A tag in the third is no IP, as any other EtherType there.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct EtherTypes {
    /// A VLAN tag.
    pub vlan0: Bit,
    pub vlan1: Bit,
    /// IPv4.
    pub v4_0: Bit,
    pub v4_1: Bit,
    pub v4_2: Bit,
    /// IPv6.
    pub v6_0: Bit,
    pub v6_1: Bit,
    pub v6_2: Bit,
    /// ARP.
    pub arp_0: Bit,
    pub arp_1: Bit,
    pub arp_2: Bit,
}

/// Compares the first beat of a frame, of `DATA_W` bits, with the EtherTypes of tags, of IP and of ARP. Combinational.
#[derive(LogicBlock, Default)]
pub struct EtherTypeMatch<const DATA_W: usize> {
    /// The beat.
    pub data: Signal<In, Bits<DATA_W>>,
    /// What it holds.
    pub types: Signal<Out, EtherTypes>,
    ether_type0: Signal<Local, Bits<16>>,
    ether_type1: Signal<Local, Bits<16>>,
    ether_type2: Signal<Local, Bits<16>>,
    customer_tag: Const<16, { 0x8100_u16.swap_bytes() as u64 }>,
    service_tag: Const<16, { 0x88a8_u16.swap_bytes() as u64 }>,
    ipv4: Const<16, { 0x0800_u16.swap_bytes() as u64 }>,
    ipv6: Const<16, { 0x86dd_u16.swap_bytes() as u64 }>,
    arp: Const<16, { 0x0806_u16.swap_bytes() as u64 }>,
}

impl<const DATA_W: usize> Logic for EtherTypeMatch<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        self.ether_type0.next = self.data.val().get_bits::<16>(96);
        self.ether_type1.next = self.data.val().get_bits::<16>(128);
        self.ether_type2.next = self.data.val().get_bits::<16>(160);
        self.types.next.vlan0 = (self.ether_type0.val() == self.customer_tag.val()) | (self.ether_type0.val() == self.service_tag.val());
        self.types.next.vlan1 = (self.ether_type1.val() == self.customer_tag.val()) | (self.ether_type1.val() == self.service_tag.val());
        self.types.next.v4_0 = self.ether_type0.val() == self.ipv4.val();
        self.types.next.v4_1 = self.ether_type1.val() == self.ipv4.val();
        self.types.next.v4_2 = self.ether_type2.val() == self.ipv4.val();
        self.types.next.v6_0 = self.ether_type0.val() == self.ipv6.val();
        self.types.next.v6_1 = self.ether_type1.val() == self.ipv6.val();
        self.types.next.v6_2 = self.ether_type2.val() == self.ipv6.val();
        self.types.next.arp_0 = self.ether_type0.val() == self.arp.val();
        self.types.next.arp_1 = self.ether_type1.val() == self.arp.val();
        self.types.next.arp_2 = self.ether_type2.val() == self.arp.val();
    }
}
