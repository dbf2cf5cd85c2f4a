//! The fields of one fragment, and the datagram that it is a part of.

use crate::walk::deep;
use contract::code::Reason;
use model::extension::Extension;
use model::network::{Address, V4_LENGTH, V6_LENGTH, Version};
use model::transport::{TCP, UDP};
use model::{Subject, Walk};
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// Bytes of an IPv6 fragment header.
const HEADER: usize = 8;
/// Bit of an IPv4 header's flags, in its byte 6: more fragments follow.
const V4_MORE: u8 = 0x20;

/// What a datagram is known by while its fragments come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Source address. An IPv4 address is mapped as in keys that are hashed; `v6` tells it from an IPv6 address that looks the same.
    pub source: Address,
    /// Destination address.
    pub destination: Address,
    /// Identification: 16 bits of IPv4, 32 of IPv6.
    pub identification: u32,
    /// IPv4 protocol, or the next header that the IPv6 fragment header names.
    pub protocol: u8,
    /// Whether it is IPv6.
    pub v6: bool,
    /// The VLAN ids of at most two tags, the outer one first; `u16::MAX` where there is none.
    pub vlans: [u16; 2],
}

/// As few words as hold all fields: a quarter of a fragment's time was spent in hashing them one by one.
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(u128::from_ne_bytes(self.source));
        state.write_u128(u128::from_ne_bytes(self.destination));
        state.write_u64(u64::from(self.identification) << 32 | u64::from(self.vlans[0]) << 16 | u64::from(self.vlans[1]));
        state.write_u16(u16::from(self.protocol) << 8 | u16::from(self.v6));
    }
}

/// What a fragment needs for its decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Its own addresses and protocol: it is neither TCP nor UDP.
    Nothing,
    /// The ports, which the first fragment has; or, after an extension header, to know from it whether there are any.
    First,
}

/// A fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Its datagram.
    pub key: Key,
    /// Which bytes of its datagram it carries. The end is as the fragment's length fields have it, and may lie beyond the longest datagram.
    pub bytes: Range<usize>,
    /// Whether more follow.
    pub more: bool,
    /// Bytes of headers that the datagram's length counts, too.
    pub headers: usize,
    /// Whether all of its bytes are in the frame.
    pub is_whole: bool,
    /// Byte of the frame at which its fragment fields lie: an IPv4 header, or an IPv6 fragment header.
    at: usize,
}

impl Fragment {
    /// The fragment in a frame whose walk ended with `fragment`.
    pub fn of(frame: &[u8], walk: &Walk) -> Option<Self> {
        let (network, ethernet) = (walk.network.as_ref()?, walk.ethernet.as_ref()?);
        if walk.subject != Err(Reason::Fragment) {
            return None;
        }
        let v6 = network.version == Version::V6;
        // The walk of IPv6 stops in front of the fragment header, whose fields still have to be read.
        let (at, start, protocol, identification, offset, more, headers) = if v6 {
            let at = network.transport_at;
            let header = frame.get(at..at + HEADER)?;
            let fields = word(header, 2);
            let identification = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
            (at, at + HEADER, header[0], identification, fields >> 3, fields & 1 == 1, at - network.at - V6_LENGTH)
        } else {
            let identification = word(frame.get(network.at..)?, 4).into();
            let part = network.part;
            (network.at, network.transport_at, network.protocol, identification, part.offset, part.more, network.transport_at - network.at)
        };
        let from = usize::from(offset) * 8;
        let vlan = |tag: usize| if tag < ethernet.tags { word(frame, 14 + 4 * tag) & 0xfff } else { u16::MAX };
        let key = Key { source: network.source, destination: network.destination, identification, protocol, v6, vlans: [vlan(0), vlan(1)] };
        let bytes = from..from + network.end.saturating_sub(start);
        Some(Self { key, bytes, more, headers, is_whole: (start..=frame.len()).contains(&network.end), at })
    }

    /// What it weighs against the bytes that its datagram may hold: its bytes, options and extension headers. Without the latter, headers of no
    /// use would fill the memory.
    pub fn weight(&self) -> usize {
        self.bytes.len() + self.headers - if self.key.v6 { 0 } else { V4_LENGTH }
    }

    /// What its decision needs.
    pub fn need(&self) -> Need {
        let ports = matches!(self.key.protocol, TCP | UDP) || self.key.v6 && Extension::is(self.key.protocol);
        if ports { Need::First } else { Need::Nothing }
    }

    /// What a fragment is decided by that needs no ports.
    pub fn alone(&self) -> Subject {
        let Key { source, destination, protocol, .. } = self.key;
        Subject { protocol, source, destination, ports: None, embedded: false }
    }

    /// What the datagram of a first fragment is decided by: as the card would decide this very frame, were it no fragment.
    ///
    /// # Errors
    /// `Malformed` if the ports are not there; `TooDeep` if they follow after too many headers; `Fragment` for a fragment of a fragment.
    pub fn unfragmented(&self, frame: &[u8]) -> Result<Subject, Reason> {
        let mut whole = frame.to_vec();
        if self.key.v6 {
            whole[self.at + 3] &= !1;
        } else {
            whole[self.at + 6] &= !V4_MORE;
        }
        deep(&whole).subject
    }
}

fn word(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}
