//! IP headers without options or extension headers. Source: RFC 791, RFC 8200.

use crate::Sum;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Two addresses of one family: where a packet comes from, and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// IPv4.
    V4(Ipv4Addr, Ipv4Addr),
    /// IPv6.
    V6(Ipv6Addr, Ipv6Addr),
}

impl Addresses {
    /// These two; `None` if they are of two families.
    pub fn new(source: IpAddr, destination: IpAddr) -> Option<Self> {
        match (source, destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => Some(Self::V4(source, destination)),
            (IpAddr::V6(source), IpAddr::V6(destination)) => Some(Self::V6(source, destination)),
            _ => None,
        }
    }

    /// Bytes of the header that [`Addresses::header`] writes.
    pub fn header_length(&self) -> usize {
        match self {
            Self::V4(..) => 20,
            Self::V6(..) => 40,
        }
    }

    /// The sum over the pseudo header of an upper-layer packet of `length` bytes.
    pub fn pseudo_header(&self, protocol: u8, length: usize) -> Sum {
        match self {
            Self::V4(source, destination) => Sum::default().pseudo_header(&source.octets(), &destination.octets(), protocol, length),
            Self::V6(source, destination) => Sum::default().pseudo_header(&source.octets(), &destination.octets(), protocol, length),
        }
    }

    /// Appends the header of a packet with a payload of `length` bytes: not to be fragmented, hop limit 64.
    pub fn header(&self, protocol: u8, length: usize, out: &mut Vec<u8>) {
        let start = out.len();
        match self {
            Self::V4(source, destination) => {
                out.extend([0x45, 0]);
                out.extend(((length + 20) as u16).to_be_bytes());
                out.extend([0, 0, 0x40, 0, HOP_LIMIT, protocol, 0, 0]);
                out.extend(source.octets());
                out.extend(destination.octets());
                let checksum = Sum::default().bytes(&out[start..]).checksum();
                out[start + 10..start + 12].copy_from_slice(&checksum.to_be_bytes());
            }
            Self::V6(source, destination) => {
                out.extend([0x60, 0, 0, 0]);
                out.extend((length as u16).to_be_bytes());
                out.extend([protocol, HOP_LIMIT]);
                out.extend(source.octets());
                out.extend(destination.octets());
            }
        }
    }
}

/// TTL or hop limit of what is written anew.
const HOP_LIMIT: u8 = 64;
