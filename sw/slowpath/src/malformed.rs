//! Malformed frames: what is wrong with each, and the last ones for whoever wants to see them.

use crate::Time;
use model::Walk;
use model::extension::Extension;
use model::network::{V4_LENGTH, V6_LENGTH, Version};
use std::collections::VecDeque;

/// What is wrong with a malformed frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Fault {
    /// It ends inside a VLAN tag.
    TagCut,
    /// It, or its packet, ends inside the IP header.
    IpCut,
    /// The header's version is not what the EtherType announces.
    Version,
    /// An IPv4 header of fewer than 20 bytes.
    HeaderLength,
    /// An IPv4 packet that is shorter than its header.
    TotalLength,
    /// It ends inside an extension header.
    ExtensionCut,
    /// It ends before the ports of TCP or UDP.
    PortsCut,
}

impl Fault {
    /// Every fault, in the order of the counters.
    pub const ALL: &'static [Self] =
        &[Self::TagCut, Self::IpCut, Self::Version, Self::HeaderLength, Self::TotalLength, Self::ExtensionCut, Self::PortsCut];

    /// The name used in reports and counters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TagCut => "malformed_tag_cut",
            Self::IpCut => "malformed_ip_cut",
            Self::Version => "malformed_version",
            Self::HeaderLength => "malformed_header_length",
            Self::TotalLength => "malformed_total_length",
            Self::ExtensionCut => "malformed_extension_cut",
            Self::PortsCut => "malformed_ports_cut",
        }
    }

    /// What is wrong with a frame whose walk ended with `malformed`: the header that the walk did not get past tells.
    pub fn of(frame: &[u8], walk: &Walk) -> Self {
        let Some((ethernet, version)) = walk.ethernet.and_then(|ethernet| Some((ethernet, ethernet.ip_version().ok()?))) else {
            return Self::TagCut;
        };
        let Some(network) = walk.network else {
            return Self::of_ip(&frame[ethernet.network_at.min(frame.len())..], version);
        };
        if Extension::is(network.protocol) && version == Version::V6 { Self::ExtensionCut } else { Self::PortsCut }
    }

    fn of_ip(packet: &[u8], version: Version) -> Self {
        let (number, length) = match version {
            Version::V4 => (4, V4_LENGTH),
            Version::V6 => (6, V6_LENGTH),
        };
        match packet {
            _ if packet.len() < length => Self::IpCut,
            [first, ..] if first >> 4 != number => Self::Version,
            [first, ..] if version == Version::V4 && first & 0x0f < 5 => Self::HeaderLength,
            [first, _, high, low, ..] if u16::from_be_bytes([*high, *low]) < u16::from(first & 0x0f) * 4 => Self::TotalLength,
            _ => Self::IpCut,
        }
    }
}

/// A malformed frame that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// When it came.
    pub time: Time,
    /// The port by which it came.
    pub port: u8,
    /// What is wrong with it.
    pub fault: Fault,
    /// Its bytes.
    pub frame: Box<[u8]>,
}

/// The last malformed frames, the oldest first.
#[derive(Clone, Debug)]
pub struct Ring {
    room: usize,
    kept: VecDeque<Kept>,
}

impl Ring {
    /// A ring for this many frames.
    pub fn new(room: usize) -> Self {
        Self { room, kept: VecDeque::new() }
    }

    /// Keeps a frame, in the place of the oldest where the ring is full.
    pub fn keep(&mut self, kept: Kept) {
        if self.kept.len() >= self.room {
            self.kept.pop_front();
        }
        if self.room > 0 {
            self.kept.push_back(kept);
        }
    }

    /// The frames that are kept, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Kept> {
        self.kept.iter()
    }
}
