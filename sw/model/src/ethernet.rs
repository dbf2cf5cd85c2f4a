//! Stage `ethernet`: the Ethernet header. Questions 1 (enabled, runt), 2 (destination MAC) and 3 (VLAN tags, EtherType).

use crate::header_window::HeaderWindow;
use crate::network::Version;
use contract::code::Reason;
use contract::limits::VLAN_TAGS;
use contract::row::{GroupMac, Mac, Neighbours};

/// Bytes of an Ethernet header without tags.
pub const LENGTH: usize = 14;
/// Bytes that each VLAN tag adds.
pub const TAG_LENGTH: usize = 4;
/// EtherType of ARP.
pub const ARP: u16 = 0x0806;

/// An Ethernet header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ethernet {
    /// The MAC address that the frame is sent to.
    pub destination: Mac,
    /// VLAN tags walked so far.
    pub tags: usize,
    /// The EtherType after those tags.
    pub ether_type: u16,
    /// Byte at which the next header starts.
    pub network_at: usize,
}

impl Ethernet {
    /// Reads the first 14 bytes; tags are not walked yet.
    ///
    /// # Errors
    /// `Runt` if there are fewer.
    #[inline]
    pub fn read(window: HeaderWindow<'_>) -> Result<Self, Reason> {
        let header = window.header(0, LENGTH).map_err(|_| Reason::Runt)?;
        Ok(Self {
            destination: std::array::from_fn(|i| header[i]),
            tags: 0,
            ether_type: u16::from_be_bytes([header[12], header[13]]),
            network_at: LENGTH,
        })
    }

    /// Walks the VLAN tags: 0x8100 and 0x88a8, in any order.
    ///
    /// # Errors
    /// `Malformed` if a tag's bytes are not all there; `NotIp` at a third tag, before its bytes are looked at.
    #[inline]
    pub fn walk_tags(&mut self, window: HeaderWindow<'_>) -> Result<(), Reason> {
        while matches!(self.ether_type, 0x8100 | 0x88a8) {
            if self.tags == VLAN_TAGS {
                return Err(Reason::NotIp);
            }
            let tag = window.header(self.network_at, TAG_LENGTH)?;
            self.ether_type = u16::from_be_bytes([tag[2], tag[3]]);
            self.tags += 1;
            self.network_at += TAG_LENGTH;
        }
        Ok(())
    }

    /// The IP version that the EtherType announces.
    ///
    /// # Errors
    /// `NotIp` if it announces something else.
    pub fn ip_version(&self) -> Result<Version, Reason> {
        match self.ether_type {
            0x0800 => Ok(Version::V4),
            0x86dd => Ok(Version::V6),
            _ => Err(Reason::NotIp),
        }
    }
}

/// Questions 1 and 2: whether a frame is for the card, given whether it is enabled, whether neighbour questions to everybody go to the host, and
/// which addresses it answers for.
///
/// # Errors
/// `Disabled`, `Runt`, `Neighbour` or `NotForGroup`, whichever comes first.
#[inline]
pub fn admit(enabled: bool, neighbours: Neighbours, frame: &[u8], is_ours: impl Fn(Mac) -> bool) -> Result<(), Reason> {
    match frame.first_chunk() {
        _ if !enabled => Err(Reason::Disabled),
        Some(destination) if frame.len() >= LENGTH => match is_ours(*destination) {
            true => Ok(()),
            false if neighbours == Neighbours::Host && asks_everybody(frame) => Err(Reason::Neighbour),
            false => Err(Reason::NotForGroup),
        },
        _ => Err(Reason::Runt),
    }
}

/// Whether a frame asks all stations for a neighbour: ARP to the broadcast address, after at most two tags; or anything to the multicast
/// address of a solicited node (RFC 2464, section 7, and RFC 4291, section 2.7.1).
fn asks_everybody(frame: &[u8]) -> bool {
    match frame {
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ..] => {
            let window = HeaderWindow::of(frame);
            let walked = Ethernet::read(window).and_then(|mut header| header.walk_tags(window).map(|()| header.ether_type));
            walked == Ok(ARP)
        }
        [0x33, 0x33, 0xff, ..] => true,
        _ => false,
    }
}

/// Question 2: whether one of the group MACs in force is this address.
pub fn is_for_group(macs: &[GroupMac], destination: Mac) -> bool {
    macs.iter().any(|group| group.enabled && group.mac == destination)
}
