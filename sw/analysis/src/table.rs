//! The flows seen so far. A lookup waits for memory more than for anything else, so many are under way at a time.

use crate::flow::{Direction, Flow};
use crate::packet::Packet;
use foldhash::fast::RandomState;
use std::hash::BuildHasher;

/// Packets looked up at a time: more than the loads that a core keeps under way, few enough to stay in its nearest cache.
pub(crate) const BATCH: usize = 64;

/// The packets of one flow that travel in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowCounts {
    /// Packets that the card decides, ICMP errors about this flow among them.
    pub packets: u64,
    /// Their bytes on the wire.
    pub bytes: u64,
    /// ICMP errors among them.
    pub errors: u64,
    /// Packets to another address than the card's: they are bridged, and counted nowhere else here.
    pub bridged: u64,
}

/// What a frame adds to its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sighting {
    pub(crate) packet: Packet,
    pub(crate) bytes: u32,
    pub(crate) decided: bool,
}

/// A flow with what travels along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowEntry {
    /// The flow.
    pub flow: Flow,
    counts: [FlowCounts; 2],
}

impl FlowEntry {
    /// What travels forward, and what backward.
    pub fn counts(&self) -> &[FlowCounts; 2] {
        &self.counts
    }
}

/// Flows by hash, in open addressing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// A power of two of slots, at most half of them in use.
    slots: Vec<Slot>,
    entries: Vec<FlowEntry>,
    hasher: RandomState,
}

/// Half of a flow's hash, and the index of its entry, counted from 1; all 0 is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Slot {
    tag: u32,
    place: u32,
}

impl Table {
    /// The flows in the order in which they were seen first.
    pub(crate) fn into_entries(self) -> Vec<FlowEntry> {
        self.entries
    }

    /// Takes in up to [`BATCH`] packets.
    pub(crate) fn add(&mut self, batch: &[Sighting]) {
        self.reserve(batch.len());
        let mut hashes = [0; BATCH];
        for (hash, sighting) in hashes.iter_mut().zip(batch) {
            *hash = self.hasher.hash_one(sighting.packet.flow);
        }
        // No load here waits for another, so that the slots come in together; and below, the entries.
        let mask = self.slots.len() - 1;
        let mut places = [0; BATCH];
        let mut first = [Slot::default(); BATCH];
        for (slot, hash) in first.iter_mut().zip(&hashes[..batch.len()]) {
            *slot = self.slots[*hash as usize & mask];
        }
        for ((place, slot), hash) in places.iter_mut().zip(&first).zip(&hashes[..batch.len()]) {
            *place = if slot.tag == tag(*hash) { slot.place } else { 0 };
        }
        for ((&place, hash), sighting) in places.iter().zip(hashes).zip(batch) {
            match self.entries.get_mut((place as usize).wrapping_sub(1)) {
                Some(entry) if entry.flow == sighting.packet.flow => entry.add(sighting),
                _ => self.entry(sighting.packet.flow, hash).add(sighting),
            }
        }
    }

    /// Adds another table's flows.
    pub(crate) fn merge(mut self, mut other: Self) -> Self {
        if self.entries.len() < other.entries.len() {
            std::mem::swap(&mut self, &mut other);
        }
        for FlowEntry { flow, counts } in other.entries {
            self.reserve(1);
            let hash = self.hasher.hash_one(flow);
            for (sum, count) in self.entry(flow, hash).counts.iter_mut().zip(counts) {
                sum.packets += count.packets;
                sum.bytes += count.bytes;
                sum.errors += count.errors;
                sum.bridged += count.bridged;
            }
        }
        self
    }

    /// The entry of a flow with this hash; there is a free slot if it is new.
    fn entry(&mut self, flow: Flow, hash: u64) -> &mut FlowEntry {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let Slot { tag: other, place } = self.slots[at];
            if place == 0 {
                self.entries.push(FlowEntry { flow, counts: Default::default() });
                let place = self.entries.len();
                self.slots[at] = Slot { tag: tag(hash), place: place as u32 };
                return &mut self.entries[place - 1];
            }
            let place = place as usize - 1;
            if other == tag(hash) && self.entries[place].flow == flow {
                return &mut self.entries[place];
            }
            at = (at + 1) & mask;
        }
    }

    /// Makes room for so many flows more.
    ///
    /// # Panics
    /// Beyond 2^32 flows, which take 400 GB.
    fn reserve(&mut self, more: usize) {
        let wanted = (2 * (self.entries.len() + more)).next_power_of_two();
        if wanted <= self.slots.len() {
            return;
        }
        assert!(u32::try_from(wanted / 2).is_ok(), "more flows than 2^32");
        self.slots = vec![Slot::default(); wanted.max(4 * BATCH)];
        let mask = self.slots.len() - 1;
        for (place, entry) in (1..).zip(&self.entries) {
            let hash = self.hasher.hash_one(entry.flow);
            let mut at = hash as usize & mask;
            while self.slots[at].place != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = Slot { tag: tag(hash), place };
        }
    }
}

impl FlowEntry {
    #[inline]
    fn add(&mut self, sighting: &Sighting) {
        let Sighting { packet, bytes, decided } = sighting;
        let count = &mut self.counts[usize::from(packet.direction == Direction::Backward)];
        count.packets += u64::from(*decided);
        count.bytes += if *decided { u64::from(*bytes) } else { 0 };
        count.errors += u64::from(*decided && packet.embedded);
        count.bridged += u64::from(!decided);
    }
}

/// The half of a hash that does not choose the slot.
fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}
