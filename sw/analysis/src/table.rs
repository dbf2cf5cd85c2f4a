//! The flows seen so far. A lookup waits for memory more than for anything else, so many are under way at a time.

use crate::entry::{Entry, Kind};
use crate::flow::Flow;
use crate::flow_set::FlowSet;
use crate::index::Index;
use crate::packet::Packet;
use crate::unkept::Unkept;
use foldhash::fast::RandomState;
use std::hash::BuildHasher;

/// Packets looked up at a time: more than the loads that a core keeps under way, few enough to stay in its nearest cache.
pub(crate) const BATCH: usize = 64;

/// What a frame adds to its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sighting {
    pub(crate) packet: Packet,
    pub(crate) bytes: u32,
    pub(crate) kind: Kind,
}

/// Flows by hash, at most so many of them.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    index: Index,
    entries: Vec<Entry>,
    hasher: RandomState,
    most: usize,
    unkept: Unkept,
}

impl Table {
    /// A table that keeps at most so many flows, and hashes as others with this hasher.
    pub(crate) fn new(most: usize, hasher: RandomState) -> Self {
        Self { index: Index::default(), entries: Vec::new(), hasher, most, unkept: Unkept::default() }
    }

    /// Takes in up to [`BATCH`] packets.
    pub(crate) fn add(&mut self, batch: &[Sighting]) {
        self.reserve(batch.len());
        let mut hashes = [0; BATCH];
        for (hash, Sighting { packet, kind, .. }) in hashes.iter_mut().zip(batch) {
            *hash = hash_of(&self.hasher, &packet.flow, *kind);
        }
        // No load here waits for another, so that the slots come in together; and below, the entries.
        let mut guesses = [None; BATCH];
        for (guess, hash) in guesses.iter_mut().zip(&hashes[..batch.len()]) {
            *guess = self.index.guess(*hash);
        }
        for ((guess, hash), Sighting { packet, bytes, kind }) in guesses.into_iter().zip(hashes).zip(batch) {
            let guessed = guess.filter(|place| self.entries.get(*place).is_some_and(|entry| entry.is(&packet.flow, *kind)));
            match guessed.or_else(|| self.place(&packet.flow, *kind, hash)) {
                Some(place) => self.entries[place].add(packet.direction, *bytes),
                None => self.unkept.add(hash, *bytes),
            }
        }
    }

    /// Adds another table's flows; both have one hasher.
    pub(crate) fn merge(mut self, mut other: Self) -> Self {
        if self.entries.len() < other.entries.len() {
            std::mem::swap(&mut self, &mut other);
        }
        self.unkept.merge(&other.unkept);
        for entry in &other.entries {
            self.reserve(1);
            let hash = hash_of(&self.hasher, &entry.flow(), entry.kind);
            match self.place(&entry.flow(), entry.kind, hash) {
                Some(place) => self.entries[place].merge(entry),
                None => self.unkept.add_many(hash, entry.packets(0) + entry.packets(1), entry.bytes[0] + entry.bytes[1]),
            }
        }
        self
    }

    /// What was not kept.
    pub(crate) fn unkept(&self) -> &Unkept {
        &self.unkept
    }

    /// The place of a flow's entry, which is made if it is new; `None` if the table is full.
    #[cold]
    fn place(&mut self, flow: &Flow, kind: Kind, hash: u64) -> Option<usize> {
        let found = self.index.find(hash, |place| self.entries[place].is(flow, kind));
        if found.is_some() || self.entries.len() == self.most {
            return found;
        }
        let place = self.entries.len();
        self.index.insert(hash, place);
        self.entries.push(Entry::new(*flow, kind));
        Some(place)
    }

    fn reserve(&mut self, more: usize) {
        let Self { index, entries, hasher, most, .. } = self;
        let hash = |place: usize| hash_of(hasher, &entries[place].flow(), entries[place].kind);
        index.reserve((entries.len() + more).min(*most).max(1), entries.len(), hash);
    }

    /// The flows that were kept, each with all that was seen of it.
    pub(crate) fn into_set(self) -> FlowSet {
        FlowSet::of(self.entries, self.hasher)
    }
}

#[inline]
fn hash_of(hasher: &RandomState, flow: &Flow, kind: Kind) -> u64 {
    hasher.hash_one((flow, kind as u8))
}
