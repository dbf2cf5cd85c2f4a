//! What the filter reads of a frame: the model's walk, and the checks that the walk leaves to end points.

use crate::key::{Endpoint, Key, Vlans};
use contract::code::Reason as Walked;
use model::Walk;
use model::common::Common;
use model::ethernet::LENGTH as ETHERNET;
use model::icmp::{ICMP, ICMPV6};
use model::network::{Address, Network, V4_LENGTH, V6_LENGTH, Version};
use model::transport::{Ports, TCP, UDP};
use packet::Sum;
use packet::ip::Addresses;
use std::net::{Ipv4Addr, Ipv6Addr};

/// How an IPv4 address begins in a key.
const MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/// Where the headers of an IP packet lie in its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Headers {
    pub(crate) version: Version,
    /// Byte at which the IP header starts.
    pub(crate) at: usize,
    /// Byte at which the packet ends.
    pub(crate) end: usize,
    /// Byte at which the header after the last IP header starts.
    pub(crate) transport_at: usize,
    pub(crate) protocol: u8,
    pub(crate) source: Address,
    pub(crate) destination: Address,
    pub(crate) vlans: Vlans,
}

/// What a frame holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// No IP, behind at most two tags.
    NotIp,
    /// A packet of TCP or UDP, whole, with its ports.
    Ports(Headers, Ports),
    /// Any other packet.
    Other(Headers),
    /// A fragment.
    Fragment(Headers),
    /// Not well formed; with its headers, as far as they go.
    Malformed(Option<Headers>),
}

impl Content {
    /// Reads a frame of any content.
    pub(crate) fn of(frame: &[u8]) -> Self {
        if let Some((headers, ports)) = Headers::of_common(frame) {
            return if headers.is_sound(frame) { Self::Ports(headers, ports) } else { Self::Malformed(Some(headers)) };
        }
        let walk = slowpath::walk::deep(frame);
        let headers = Headers::of_walk(frame, &walk);
        match (walk.subject, headers) {
            (Err(Walked::NotIp), _) => Self::NotIp,
            (Ok(_), Some(headers)) if headers.is_sound(frame) => match walk.ports {
                Some(ports) => Self::Ports(headers, ports),
                None => Self::Other(headers),
            },
            (Err(Walked::Fragment), Some(headers)) if headers.is_whole(frame) => Self::Fragment(headers),
            _ => Self::Malformed(headers),
        }
    }

    pub(crate) fn headers(&self) -> Option<&Headers> {
        match self {
            Self::NotIp => None,
            Self::Ports(headers, _) | Self::Other(headers) | Self::Fragment(headers) => Some(headers),
            Self::Malformed(headers) => headers.as_ref(),
        }
    }
}

impl Headers {
    /// The headers of a frame of a common shape.
    #[inline]
    pub(crate) fn of_common(frame: &[u8]) -> Option<(Self, Ports)> {
        let common = Common::of(frame)?;
        let at = common.at;
        let v6 = common.version == Version::V6;
        let (source, destination, length, header) = if v6 {
            (v6_address(frame, at + 8), v6_address(frame, at + 24), V6_LENGTH + usize::from(word(frame, at + 4)), V6_LENGTH)
        } else {
            (v4_address(frame, at + 12), v4_address(frame, at + 16), usize::from(word(frame, at + 2)), V4_LENGTH)
        };
        let headers = Self {
            version: common.version,
            at,
            end: at + length,
            transport_at: at + header,
            protocol: common.protocol,
            source,
            destination,
            vlans: vlans(frame, (at - ETHERNET) / 4),
        };
        Some((headers, common.ports))
    }

    pub(crate) fn of_walk(frame: &[u8], walk: &Walk) -> Option<Self> {
        let (ethernet, network) = (walk.ethernet?, walk.network?);
        Some(Self::of_network(&network, vlans(frame, ethernet.tags)))
    }

    /// Those of an IP header that was walked, also of a packet inside an ICMP error.
    pub(crate) fn of_network(network: &Network, vlans: Vlans) -> Self {
        Self {
            version: network.version,
            at: network.at,
            end: network.end,
            transport_at: network.transport_at,
            protocol: network.protocol,
            source: network.source,
            destination: network.destination,
            vlans,
        }
    }

    /// Whether all of the packet is there, and an IPv4 header has its checksum.
    fn is_whole(&self, frame: &[u8]) -> bool {
        let header = match self.version {
            Version::V4 => frame.get(self.at..self.at + usize::from(frame[self.at] & 0xf) * 4),
            Version::V6 => Some(&[][..]),
        };
        self.end <= frame.len() && header.is_some_and(|header| header.is_empty() || Sum::default().bytes(header).folded() == 0xffff)
    }

    /// The same, and the header of TCP or UDP is all there and says nothing that cannot be.
    fn is_sound(&self, frame: &[u8]) -> bool {
        if !self.is_whole(frame) {
            return false;
        }
        let Some(bytes) = frame.get(self.transport_at..self.end) else { return false };
        match self.protocol {
            TCP => bytes.len() >= 20 && (20..=bytes.len()).contains(&(usize::from(bytes[12] >> 4) * 4)),
            UDP => {
                let length = bytes.len() >= 8 && (8..=bytes.len()).contains(&usize::from(word(bytes, 4)));
                length && (self.version == Version::V4 || word(bytes, 6) != 0)
            }
            ICMP | ICMPV6 => bytes.len() >= 4,
            _ => true,
        }
    }

    /// Whether the first fragment of a datagram has what its translation needs: the whole header of TCP, 8 bytes of UDP.
    pub(crate) fn has_transport_header(&self, frame: &[u8]) -> bool {
        let bytes = frame.get(self.transport_at..self.end).unwrap_or(&[]);
        match self.protocol {
            TCP => bytes.len() >= 20 && (20..=bytes.len()).contains(&(usize::from(bytes[12] >> 4) * 4)),
            _ => bytes.len() >= 8,
        }
    }

    /// Whether this packet is ICMP of its own family.
    pub(crate) fn is_icmp(&self) -> bool {
        matches!((self.version, self.protocol), (Version::V4, ICMP) | (Version::V6, ICMPV6))
    }

    /// Whether ICMP errors must not be sent about it, whatever it holds.
    pub(crate) fn is_mute(&self) -> bool {
        let last = self.source[15];
        let never = match self.version {
            Version::V4 => matches!(self.source[12], 0 | 127 | 224..) || matches!(self.destination[12], 224..),
            Version::V6 => self.source[0] == 0xff || self.destination[0] == 0xff || self.source[..15] == [0; 15] && last <= 1,
        };
        never || self.source == self.destination
    }

    pub(crate) fn key(&self, ports: Ports) -> Key {
        Key {
            source: Endpoint { address: self.source, port: ports.source },
            destination: Endpoint { address: self.destination, port: ports.destination },
            protocol: self.protocol,
            vlans: self.vlans,
        }
    }

    /// The addresses of what is sent back by `from`.
    pub(crate) fn back(&self, from: Address) -> Addresses {
        addresses(self.version, from, self.source)
    }

    pub(crate) fn ttl_at(&self) -> usize {
        self.at + if self.version == Version::V4 { 8 } else { 7 }
    }
}

/// The version of an address as keys carry it.
pub(crate) fn version_of(address: &Address) -> Version {
    if address.starts_with(&MAPPED) { Version::V4 } else { Version::V6 }
}

/// Two addresses of a version.
pub(crate) fn addresses(version: Version, source: Address, destination: Address) -> Addresses {
    let v4 = |address: Address| Ipv4Addr::new(address[12], address[13], address[14], address[15]);
    match version {
        Version::V4 => Addresses::V4(v4(source), v4(destination)),
        Version::V6 => Addresses::V6(Ipv6Addr::from(source), Ipv6Addr::from(destination)),
    }
}

/// An address as keys carry it.
pub fn address(address: std::net::IpAddr) -> Address {
    match address {
        std::net::IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        std::net::IpAddr::V6(address) => address.octets(),
    }
}

pub(crate) fn word(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

fn vlans(frame: &[u8], tags: usize) -> Vlans {
    (0..tags.min(2)).fold(Vlans::NONE, |Vlans(ids), tag| {
        let shift = 12 * (1 - tag);
        Vlans(ids & !(0xfff << shift) | u32::from(word(frame, ETHERNET + 4 * tag) & 0xfff) << shift)
    })
}

fn v4_address(frame: &[u8], at: usize) -> Address {
    let mut address = [0; 16];
    address[..12].copy_from_slice(&MAPPED);
    address[12..].copy_from_slice(&frame[at..at + 4]);
    address
}

fn v6_address(frame: &[u8], at: usize) -> Address {
    let mut address = [0; 16];
    address.copy_from_slice(&frame[at..at + 16]);
    address
}
