//! The flows seen so far. A lookup waits for memory more than for anything else, so many are under way at a time.

use crate::entry::{Entry, Kind};
use crate::flow::{Direction, Flow};
use crate::flow_set::FlowSet;
use crate::index::Index;
use crate::unkept::Unkept;
use foldhash::fast::RandomState;
use prefetch_index::prefetch_index;
use std::hash::BuildHasher;

/// Packets looked up at a time: more than the loads that a core keeps under way, few enough to stay in its nearest cache.
const BATCH: usize = 64;
/// Flows that there is room for from the start. Until they come, it takes addresses only, not memory.
const ROOM: usize = 1 << 16;

/// Packets on their way into a table, part by part.
pub(crate) struct Batch {
    flows: [Flow; BATCH],
    kinds: [Kind; BATCH],
    directions: [Direction; BATCH],
    bytes: [u32; BATCH],
    length: usize,
}

impl Default for Batch {
    fn default() -> Self {
        let flow = Flow { addresses: [0; 2], ports: [0; 2], protocol: 0 };
        Self { flows: [flow; _], kinds: [Kind::Own; _], directions: [Direction::Forward; _], bytes: [0; _], length: 0 }
    }
}

impl Batch {
    /// Takes in a packet of a flow with its bytes on the wire; there is room.
    #[inline(always)]
    pub(crate) fn push(&mut self, flow: Flow, kind: Kind, direction: Direction, bytes: u32) {
        let at = self.length % BATCH;
        (self.flows[at], self.kinds[at], self.directions[at], self.bytes[at]) = (flow, kind, direction, bytes);
        self.length += 1;
    }

    pub(crate) fn is_full(&self) -> bool {
        self.length == BATCH
    }
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
        Self { index: Index::default(), entries: Vec::with_capacity(most.min(ROOM)), hasher, most, unkept: Unkept::default() }
    }

    /// Takes in the packets of a batch, and empties it.
    pub(crate) fn add(&mut self, batch: &mut Batch) {
        let packets = 0..std::mem::take(&mut batch.length).min(BATCH);
        self.reserve(packets.len());
        let (mut hashes, mut guesses) = ([0; BATCH], [None; BATCH]);
        for at in packets.clone() {
            hashes[at] = hash_of(&self.hasher, &batch.flows[at], batch.kinds[at]);
            self.index.prefetch(hashes[at]);
        }
        for at in packets.clone() {
            guesses[at] = self.index.guess(hashes[at]);
            if let Some(place) = guesses[at] {
                prefetch_index(&self.entries, place);
            }
        }
        for at in packets {
            let (hash, flow, kind, bytes) = (hashes[at], &batch.flows[at], batch.kinds[at], batch.bytes[at]);
            let right = |place: &usize| self.entries.get(*place).is_some_and(|entry| entry.is(flow, kind));
            match guesses[at].filter(right).or_else(|| self.place(flow, kind, hash)) {
                Some(place) => self.entries[place].add(batch.directions[at], bytes),
                None => self.unkept.add(hash, kind, 1, bytes.into()),
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
                None => self.unkept.add(hash, entry.kind, entry.packets(0) + entry.packets(1), entry.bytes[0] + entry.bytes[1]),
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
        index.reserve((entries.len() + more).max(ROOM).min(*most).max(1), entries.len(), hash);
    }

    /// The flows that were kept, each with all that was seen of it.
    pub(crate) fn into_set(self) -> FlowSet {
        FlowSet::of(self.entries, self.hasher)
    }
}

#[inline(always)]
fn hash_of(hasher: &RandomState, flow: &Flow, kind: Kind) -> u64 {
    hasher.hash_one((flow, kind as u8))
}
