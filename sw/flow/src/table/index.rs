//! The index: which record has a key.

use super::{Direction, Found, HEADER, LOCKS, SLOTS, Table};
use crate::key::WORDS;
use crate::table::record::Connection;
use prefetch_index::prefetch_index;
use std::sync::atomic::{AtomicU64, Ordering::*};

/// Why a key was not entered.
pub(super) enum Refused {
    /// It is there.
    Exists,
    /// Both of its buckets are full.
    Full,
}

/// A slot. Shape: 31 bits of the hash, those that count least for its buckets; 32 bits, the record's number and 1; 1 bit, the direction. 0 is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Slot(u64);

impl Slot {
    fn new(hash: u64, record: u32, direction: Direction) -> Self {
        Self(tag(hash) << 33 | (u64::from(record) + 1) << 1 | u64::from(direction == Direction::ToClient))
    }

    fn record(self) -> u32 {
        ((self.0 >> 1) as u32).wrapping_sub(1)
    }

    fn direction(self) -> Direction {
        if self.0 & 1 == 0 { Direction::ToServer } else { Direction::ToClient }
    }
}

fn tag(hash: u64) -> u64 {
    hash & 0xffff | (hash >> 32 & 0x7fff) << 16
}

/// A writer's lock, open again when it goes out of scope.
struct Lock<'m>(&'m AtomicU64);

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        self.0.store(0, Release);
    }
}

impl<'m> Table<'m> {
    pub(super) fn find_words(&self, hash: u64, key: &[u64; WORDS]) -> Option<(Found, Connection)> {
        let tag = tag(hash);
        for bucket in self.both(hash) {
            for slot in bucket {
                let slot = Slot(slot.load(Acquire));
                if slot.0 >> 33 != tag || slot.0 == 0 {
                    continue;
                }
                // Compared before it is read and again in what was read: the record may be another's by then.
                if !self.has_key(slot.record(), slot.direction(), key) {
                    continue;
                }
                if let Some((version, connection)) = self.read_whole(slot.record())
                    && connection.key(slot.direction()).is_some_and(|is| is.to_words() == *key)
                {
                    return Some((Found { record: slot.record(), version, direction: slot.direction() }, connection));
                }
            }
        }
        None
    }

    /// Asks memory for the buckets of a hash.
    pub(crate) fn prefetch_buckets(&self, hash: u64) {
        for half in [hash & 0xffff_ffff, hash >> 32] {
            prefetch_index(self.words, HEADER + LOCKS + ((half * self.buckets) >> 32) as usize * SLOTS);
        }
    }

    /// Asks memory for the records that this may be the hash of, once its buckets are there.
    pub(crate) fn prefetch_records(&self, hash: u64) {
        let tag = tag(hash);
        for slot in self.both(hash).into_iter().flatten().map(|slot| Slot(slot.load(Relaxed))) {
            if slot.0 != 0 && slot.0 >> 33 == tag {
                let start = self.record_at(slot.record());
                [0, 8, 16].into_iter().for_each(|line| prefetch_index(self.words, start + line));
            }
        }
    }

    /// Enters a key, unless it is there. The lock makes that one step: of two workers with the same key, one finds the other's.
    pub(super) fn enter_key(&self, record: u32, direction: Direction, key: &[u64; WORDS]) -> Result<(), Refused> {
        let hash = self.hash(key);
        let _lock = self.lock(hash);
        if self.find_words(hash, key).is_some() {
            return Err(Refused::Exists);
        }
        let new = Slot::new(hash, record, direction).0;
        // The emptier bucket first: so that both fill alike.
        let [one, other] = self.both(hash);
        let used = |bucket: &[AtomicU64; SLOTS]| bucket.iter().filter(|slot| slot.load(Relaxed) != 0).count();
        let order = if used(one) <= used(other) { [one, other] } else { [other, one] };
        let mut slots = order.into_iter().flatten();
        if slots.any(|slot| slot.compare_exchange(0, new, AcqRel, Relaxed).is_ok()) { Ok(()) } else { Err(Refused::Full) }
    }

    pub(super) fn leave_key(&self, record: u32, direction: Direction, key: &[u64; WORDS]) {
        let hash = self.hash(key);
        let mine = Slot::new(hash, record, direction).0;
        self.both(hash).into_iter().flatten().any(|slot| slot.compare_exchange(mine, 0, AcqRel, Relaxed).is_ok());
    }

    /// The two buckets of a hash.
    #[inline]
    fn both(&self, hash: u64) -> [&'m [AtomicU64; SLOTS]; 2] {
        [hash & 0xffff_ffff, hash >> 32].map(|half| self.bucket((half * self.buckets) >> 32))
    }

    fn lock(&self, hash: u64) -> Lock<'m> {
        let lock = &self.words[HEADER + (hash >> 12) as usize % LOCKS];
        while lock.compare_exchange_weak(0, 1, Acquire, Relaxed).is_err() {
            std::hint::spin_loop();
        }
        Lock(lock)
    }
}
