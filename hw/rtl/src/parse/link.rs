//! What the EtherTypes of a frame hold.

use rust_hdl::prelude::*;

/// What the EtherTypes of a frame announce.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Link {
    /// VLAN tags in front of the network header: 0 to 2. Also its distance from byte 14 in 32-bit words.
    pub tags: Bits<2>,
    /// An IPv4 header follows.
    pub v4: Bit,
    /// An IPv6 header follows.
    pub v6: Bit,
    /// An ARP packet follows.
    pub arp: Bit,
}
