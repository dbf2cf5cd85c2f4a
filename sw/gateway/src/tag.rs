//! The tag of a SYN and the echo of a SYN-ACK: one TCP option, by RFC 6994.

use crate::{Address, Mode};
use siphasher::sip::SipHasher24;
use std::hash::Hasher;

/// The option's kind: experiments. Linux ignores it; 254 it reads for other purposes.
pub const KIND: u8 = 253;
/// The experiment's identifier, if none is configured. It is not registered.
pub const EXID: u16 = 0x5444;
/// Bytes of the option with a MAC.
pub const LENGTH: usize = 13;
/// Bytes of the option without one.
pub const OPEN_LENGTH: usize = 5;

/// What a tag or an echo says beside its MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagState(pub u8);

impl TagState {
    /// A tag's: redirection is permissible in these modes.
    pub fn permit(modes: &[Mode], key: u8) -> Self {
        Self(1 | Self::with(modes, key))
    }

    /// An echo's: the one mode that the replica uses. Bit 0 stays 0: no direct copies are permitted.
    pub fn echo(mode: Mode, key: u8) -> Self {
        Self(Self::with(&[mode], key))
    }

    fn with(modes: &[Mode], key: u8) -> u8 {
        modes.iter().fold(key << 4, |state, mode| state | 2 << *mode as u8)
    }

    /// Whether redirection is permissible.
    pub fn permits(self) -> bool {
        self.0 & 1 == 1
    }

    /// Whether this mode is among those that it names.
    pub fn has(self, mode: Mode) -> bool {
        self.0 & 2 << mode as u8 != 0
    }

    /// The modes that it names.
    pub fn modes(self) -> u8 {
        self.0 >> 1 & 7
    }

    /// Which of the site's keys the MAC is under.
    pub fn key(self) -> u8 {
        self.0 >> 4
    }
}

/// The option's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// State byte.
    pub state: TagState,
    /// The MAC; `None` in open mode.
    pub mac: Option<u64>,
}

impl Tag {
    /// Reads the data of an option of our kind, behind kind and length; `None` if it is another experiment's, or has another length.
    pub fn read(data: &[u8], exid: u16) -> Option<Self> {
        let (id, data) = data.split_first_chunk()?;
        let (state, mac) = data.split_first()?;
        let mac = if mac.is_empty() { None } else { Some(u64::from_le_bytes(mac.try_into().ok()?)) };
        (u16::from_be_bytes(*id) == exid).then_some(Self { state: TagState(*state), mac })
    }

    /// The option's bytes: 13, or 5 in open mode.
    pub fn write(&self, exid: u16) -> Vec<u8> {
        let length = if self.mac.is_some() { LENGTH } else { OPEN_LENGTH };
        let mut option = vec![KIND, length as u8];
        option.extend(exid.to_be_bytes());
        option.push(self.state.0);
        option.extend(self.mac.into_iter().flat_map(u64::to_le_bytes));
        option
    }
}

/// What a MAC is over, beside the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The client.
    pub client: Address,
    /// The server that the client has named.
    pub server: Address,
    /// Who answers, and its initial sequence number; `None` in a SYN.
    pub replica: Option<(Address, u32)>,
    /// The client's port.
    pub client_port: u16,
    /// The server's port.
    pub server_port: u16,
    /// The client's initial sequence number.
    pub client_isn: u32,
}

/// Bytes that a MAC is over.
pub const SUBJECT: usize = 70;

impl Subject {
    /// The bytes that the MAC is over.
    pub fn bytes(&self, state: TagState, epoch: u64) -> [u8; SUBJECT] {
        let (replica, isn) = self.replica.unwrap_or((Address::NONE, 0));
        let kind = if self.replica.is_some() { 2 } else { 1 };
        let mut bytes = [0; SUBJECT];
        bytes[0] = kind;
        bytes[1] = state.0;
        bytes[2..18].copy_from_slice(self.client.bytes());
        bytes[18..34].copy_from_slice(self.server.bytes());
        bytes[34..50].copy_from_slice(replica.bytes());
        bytes[50..52].copy_from_slice(&self.client_port.to_be_bytes());
        bytes[52..54].copy_from_slice(&self.server_port.to_be_bytes());
        bytes[54..58].copy_from_slice(&self.client_isn.to_be_bytes());
        bytes[58..62].copy_from_slice(&isn.to_be_bytes());
        bytes[62..70].copy_from_slice(&epoch.to_be_bytes());
        bytes
    }

    /// The MAC: SipHash-2-4 with 64 bits of output, on the wire in the order in which SipHash itself has its bytes.
    pub fn mac(&self, key: &[u8; 16], state: TagState, epoch: u64) -> u64 {
        let mut hasher = SipHasher24::new_with_key(key);
        hasher.write(&self.bytes(state, epoch));
        hasher.finish()
    }
}
