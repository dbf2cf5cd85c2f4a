//! Addresses of both families in one form: 16 bytes, IPv4 as ::ffff:a.b.c.d, as the tag's MAC has them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address of either family.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Address([u8; 16]);

const MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

impl Address {
    /// No address: all bytes 0.
    pub const NONE: Self = Self([0; 16]);

    /// The 16 bytes.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Whether it is one of IPv4.
    pub fn is_v4(&self) -> bool {
        self.0[..12] == MAPPED
    }

    /// Its bytes in a packet: 4, or 16.
    pub fn wire(&self) -> &[u8] {
        if self.is_v4() { &self.0[12..] } else { &self.0 }
    }

    /// As the standard library has it.
    pub fn ip(&self) -> IpAddr {
        Ipv6Addr::from(self.0).to_canonical()
    }
}

impl From<Ipv4Addr> for Address {
    fn from(address: Ipv4Addr) -> Self {
        Self(address.to_ipv6_mapped().octets())
    }
}

impl From<Ipv6Addr> for Address {
    fn from(address: Ipv6Addr) -> Self {
        Self(address.octets())
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => address.into(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ip().fmt(f)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ip().fmt(f)
    }
}

/// Addresses that begin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    network: Address,
    /// Bits of the 16 bytes that count.
    bits: u8,
}

impl Prefix {
    /// The addresses whose first `length` bits are those of `address`; `None` if its family has not that many.
    pub fn new(address: IpAddr, length: u8) -> Option<Self> {
        let (most, mapped) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        (length <= most).then(|| Self { network: masked(address.into(), mapped + length), bits: mapped + length })
    }

    /// Whether an address is one of these.
    pub fn contains(&self, address: &Address) -> bool {
        masked(*address, self.bits) == self.network
    }

    /// The first of its addresses.
    pub fn network(&self) -> Address {
        self.network
    }

    /// The network of an address for which one limit holds: its /24, or its /48.
    pub fn of_limit(address: Address) -> Address {
        masked(address, if address.is_v4() { 120 } else { 48 })
    }
}

fn masked(address: Address, bits: u8) -> Address {
    let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
    Address((u128::from_be_bytes(address.0) & mask).to_be_bytes())
}
