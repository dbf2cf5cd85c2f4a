//! The keys that a client's gateway and a site share, and what a MAC under them is worth.

use crate::tag::{Subject, Tag, TagState};
use crate::{Address, Mode, Time};

/// Seconds of an epoch.
pub const EPOCH: u64 = 64;

/// A key of SipHash.
pub type MacKey = [u8; 16];

/// Keys by their id; one of them is used for what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRing {
    keys: Vec<(u8, MacKey)>,
    current: u8,
}

impl KeyRing {
    /// A ring with one key. Its id has four bits.
    ///
    /// # Panics
    /// If it has more.
    pub fn new(id: u8, key: MacKey) -> Self {
        Self { keys: Vec::new(), current: id }.with(id, key)
    }

    /// The same ring with another key that is accepted and not used: the next, or the one before.
    ///
    /// # Panics
    /// If the id has more than four bits.
    #[must_use]
    pub fn with(mut self, id: u8, key: MacKey) -> Self {
        assert!(id < 16, "a key's id has four bits");
        self.keys.retain(|(other, _)| *other != id);
        self.keys.push((id, key));
        self
    }

    /// The same ring, with this key used from now on; unchanged if it has no such key.
    #[must_use]
    pub fn using(mut self, id: u8) -> Self {
        if self.key(id).is_some() {
            self.current = id;
        }
        self
    }

    fn key(&self, id: u8) -> Option<&MacKey> {
        self.keys.iter().find(|(other, _)| *other == id).map(|(_, key)| key)
    }
}

/// What makes a candidate's answer good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A MAC under one of these keys.
    Keys(KeyRing),
    /// Open mode, for the laboratory: nothing but a replica's address on this list.
    Open(Vec<Address>),
}

impl Trust {
    /// The tag of a SYN.
    pub fn tag(&self, modes: &[Mode], subject: &Subject, now: Time) -> Tag {
        self.sign(|key| TagState::permit(modes, key), subject, now)
    }

    /// The echo of a SYN-ACK, under the key of the SYN if that is still there.
    pub fn echo(&self, mode: Mode, key: u8, subject: &Subject, now: Time) -> Tag {
        match self {
            Self::Keys(ring) => {
                let id = if ring.key(key).is_some() { key } else { ring.current };
                sign(ring, id, TagState::echo(mode, id), subject, now)
            }
            Self::Open(_) => Tag { state: TagState::echo(mode, 0), mac: None },
        }
    }

    fn sign(&self, state: impl FnOnce(u8) -> TagState, subject: &Subject, now: Time) -> Tag {
        match self {
            Self::Keys(ring) => sign(ring, ring.current, state(ring.current), subject, now),
            Self::Open(_) => Tag { state: state(0), mac: None },
        }
    }

    /// Whether a tag or an echo is right: its MAC, of the epoch before, the present or the next one; in open mode, an echo's replica.
    pub fn holds(&self, tag: &Tag, subject: &Subject, now: Time) -> bool {
        match (self, tag.mac) {
            (Self::Keys(ring), Some(mac)) => ring.key(tag.state.key()).is_some_and(|key| {
                let epoch = now.as_secs() / EPOCH;
                [epoch.wrapping_sub(1), epoch, epoch + 1].into_iter().any(|epoch| subject.mac(key, tag.state, epoch) == mac)
            }),
            (Self::Open(replicas), None) => subject.replica.is_none_or(|(replica, _)| replicas.contains(&replica)),
            _ => false,
        }
    }
}

fn sign(ring: &KeyRing, id: u8, state: TagState, subject: &Subject, now: Time) -> Tag {
    let mac = ring.key(id).map(|key| subject.mac(key, state, now.as_secs() / EPOCH));
    Tag { state, mac }
}
