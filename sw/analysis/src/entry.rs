//! What is kept of a flow: an entry for each kind of packets, as small as it can be.

use crate::flow::{Direction, Flow};

/// What the card does with packets of a flow: each kind is counted by itself, so that an entry stays small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Decides them.
    Own,
    /// Decides them: ICMP errors about the flow.
    Errors,
    /// Bridges them.
    Bridged,
    /// In a [`FlowSet`](crate::flow_set::FlowSet): decides them, and others of the flow are in its table of others.
    Mixed,
}

/// A flow's packets of one kind: one line of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct Entry {
    addresses: [u128; 2],
    ports: [u16; 2],
    protocol: u8,
    pub(crate) kind: Kind,
    /// Packets by direction, but for their lower 32 bits; those come next, and then bytes.
    carries: [u8; 2],
    packets: [u32; 2],
    pub(crate) bytes: [u64; 2],
}

const _: () = assert!(size_of::<Entry>() == 64, "an entry is one line of a cache");

impl Entry {
    pub(crate) fn new(Flow { addresses, ports, protocol }: Flow, kind: Kind) -> Self {
        Self { addresses, ports, protocol, kind, carries: [0; 2], packets: [0; 2], bytes: [0; 2] }
    }

    #[inline]
    pub(crate) fn flow(&self) -> Flow {
        Flow { addresses: self.addresses, ports: self.ports, protocol: self.protocol }
    }

    /// Whether it is this flow's of this kind; most often it is, so everything is compared before anything is asked.
    #[inline]
    pub(crate) fn is(&self, flow: &Flow, kind: Kind) -> bool {
        let addresses = (self.addresses[0] ^ flow.addresses[0]) | (self.addresses[1] ^ flow.addresses[1]);
        (addresses == 0) & (self.ports == flow.ports) & (self.protocol == flow.protocol) & (self.kind == kind)
    }

    #[inline]
    pub(crate) fn add(&mut self, direction: Direction, bytes: u32) {
        let way = direction as usize;
        let (packets, carry) = self.packets[way].overflowing_add(1);
        self.packets[way] = packets;
        self.carries[way] += u8::from(carry);
        self.bytes[way] += u64::from(bytes);
    }

    pub(crate) fn packets(&self, way: usize) -> u64 {
        u64::from(self.carries[way]) << 32 | u64::from(self.packets[way])
    }

    /// Adds another entry's packets.
    pub(crate) fn merge(&mut self, other: &Self) {
        for way in [0, 1] {
            let packets = self.packets(way) + other.packets(way);
            (self.packets[way], self.carries[way]) = (packets as u32, (packets >> 32) as u8);
            self.bytes[way] += other.bytes[way];
        }
    }
}
