//! The lanes of a batch: columns of which each lane holds one packet's part.

use super::{CompactDecision, Compiled, LANES};
use crate::choice::Choice;
use crate::key::Key;
use crate::verdict_logic;
use contract::code::Reason;

/// Lanes that are hashed together: one vector of the widest machine, two of others.
pub(super) const WIDTH: usize = 16;

/// A word of each lane, in vectors.
pub(super) type Column = [[u32; WIDTH]; LANES / WIDTH];

/// Length of a key in the topmost byte of its last word, where the hash wants it.
pub(super) const KEY_LENGTH: u32 = (size_of::<Key>() as u32) << 24;

/// Room for one batch. Aligned, so that no vector straddles two cache lines.
///
/// Keys of IPv4 endpoints fill lanes from the front, all others from the back. Lanes between hold what an earlier batch left: it is hashed
/// where it shares a vector with others, and never looked at.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct Lanes {
    /// The first four words of the keys, word by word.
    pub(super) words: [Column; 4],
    /// Their last word: the port, and the length of the key.
    pub(super) last: Column,
    pub(super) group: Column,
    /// Hashes of the front, and of the back.
    pub(super) hashes: [Column; 2],
    /// Number of the packet in its batch.
    pub(super) index: [u8; LANES],
    /// The reason if the manager takes traffic.
    pub(super) reason: [Reason; LANES],
    /// Lanes in use at the front.
    pub(super) front: usize,
    /// The first lane in use at the back.
    pub(super) back: usize,
    /// What rules ask, and their answers.
    pub(super) ruled: super::rules::Columns,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            words: [[[0; _]; _]; _],
            last: [[0; _]; _],
            group: [[0; _]; _],
            hashes: [[[0; _]; _]; _],
            index: [0; _],
            reason: [Reason::NoManager; _],
            front: 0,
            back: LANES,
            ruled: super::rules::Columns::default(),
        }
    }
}

impl Lanes {
    pub(super) fn clear(&mut self) {
        (self.front, self.back) = (0, LANES);
    }

    /// The lanes in use.
    pub(super) fn used(&self) -> impl Iterator<Item = usize> + use<> {
        (0..self.front).chain(self.back..LANES)
    }

    /// Takes in a choice: by a lane of the back if it has a key, else its decision is made at once.
    #[inline]
    pub(super) fn take(&mut self, tables: &Compiled, index: usize, choice: &Choice, out: &mut CompactDecision) {
        let reason = verdict_logic::reason(choice.question, choice.embedded, true);
        let Some(key) = &choice.key else {
            let manager = tables.designated(choice.group);
            *out = CompactDecision::of_group(reason, choice.group, None, manager, tables.egress(manager));
            return;
        };
        self.back -= 1;
        let lane = self.back;
        let (words, tail) = key.as_chunks();
        for (column, word) in self.words.iter_mut().zip(words) {
            column.as_flattened_mut()[lane] = u32::from_le_bytes(*word);
        }
        self.last.as_flattened_mut()[lane] = KEY_LENGTH | u32::from(u16::from_le_bytes([tail[0], tail[1]]));
        (self.group.as_flattened_mut()[lane], self.reason[lane], self.index[lane]) = (choice.group.into(), reason, index as u8);
    }

    /// Hashes the lanes in use, and makes their decisions.
    pub(super) fn conclude(&mut self, tables: &Compiled, out: &mut [CompactDecision]) {
        self.hash(tables);
        let mut decide = |lane: usize, hash: u32| {
            let group = self.group.as_flattened()[lane] as u8;
            let (bucket, manager) = tables.entry(group, hash);
            let decided = CompactDecision::of_group(self.reason[lane], group, Some(bucket), manager, tables.egress(manager));
            out[usize::from(self.index[lane])] = decided;
        };
        let [front, back] = &self.hashes;
        for (lane, hash) in front.as_flattened().iter().enumerate().take(self.front) {
            decide(lane, *hash);
        }
        for (lane, hash) in back.as_flattened().iter().enumerate().skip(self.back) {
            decide(lane, *hash);
        }
    }
}
