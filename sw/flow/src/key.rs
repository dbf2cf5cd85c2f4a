//! What a connection is known by in one direction.

use model::network::Address;
use model::transport::Ports;

/// An address and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Endpoint {
    /// The address; IPv4 a.b.c.d is `::ffff:a.b.c.d`.
    pub address: Address,
    /// The port.
    pub port: u16,
}

/// The VLAN ids of at most two tags, the outer one first; 0xfff where there is none. Shape: 12 bits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Vlans(pub u32);

impl Vlans {
    /// A frame without tags.
    pub const NONE: Self = Self(0xff_ffff);

    /// Appends these tags: the outer one of two is 0x88a8 (IEEE 802.1ad), every other one 0x8100, all without priority.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        let ids = [(self.0 >> 12 & 0xfff) as u16, (self.0 & 0xfff) as u16];
        let has_two = ids.iter().all(|id| *id != NO_TAG);
        for (number, id) in ids.into_iter().enumerate().filter(|(_, id)| *id != NO_TAG) {
            let kind: u16 = if has_two && number == 0 { 0x88a8 } else { 0x8100 };
            out.extend(kind.to_be_bytes().into_iter().chain(id.to_be_bytes()));
        }
    }
}

/// The id where there is no tag.
const NO_TAG: u16 = 0xfff;

/// A packet's endpoints, protocol and VLANs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Where it comes from.
    pub source: Endpoint,
    /// Where it goes.
    pub destination: Endpoint,
    /// TCP or UDP.
    pub protocol: u8,
    /// The tags of its frame.
    pub vlans: Vlans,
}

/// 64-bit words of a key.
pub const WORDS: usize = 5;

impl Key {
    /// The key of the packets that answer.
    #[must_use]
    #[inline]
    pub fn reversed(self) -> Self {
        Self { source: self.destination, destination: self.source, ..self }
    }

    /// The ports alone.
    pub fn ports(&self) -> Ports {
        Ports { source: self.source.port, destination: self.destination.port }
    }

    /// The key as words: two for each address, then ports, VLANs and protocol.
    #[inline]
    pub fn to_words(self) -> [u64; WORDS] {
        let [a, b] = halves(self.source.address);
        let [c, d] = halves(self.destination.address);
        let ports = u64::from(self.source.port) << 48 | u64::from(self.destination.port) << 32;
        [a, b, c, d, ports | u64::from(self.vlans.0) << 8 | u64::from(self.protocol)]
    }

    /// The key of these words.
    #[inline]
    pub fn from_words([a, b, c, d, last]: [u64; WORDS]) -> Self {
        Self {
            source: Endpoint { address: whole(a, b), port: (last >> 48) as u16 },
            destination: Endpoint { address: whole(c, d), port: (last >> 32) as u16 },
            protocol: last as u8,
            vlans: Vlans((last >> 8) as u32 & 0xff_ffff),
        }
    }
}

fn halves(address: Address) -> [u64; 2] {
    let whole = u128::from_be_bytes(address);
    [(whole >> 64) as u64, whole as u64]
}

fn whole(high: u64, low: u64) -> Address {
    (u128::from(high) << 64 | u128::from(low)).to_be_bytes()
}
