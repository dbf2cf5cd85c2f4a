//! The connection table: shared by all switching processors, of a size that is fixed at the start.
//!
//! Everything lies in a slice of words that the caller brings: the key of the hash, the index, the records, the list of free ones, the hands of the
//! clock. So the slice may be memory that outlives the process, and there is nothing to allocate. Readers take no lock. A writer takes one of
//! 1,024, for as long as it takes to enter one key.
//!
//! The index has buckets of eight slots, and a key may lie in one of two buckets, so a look-up reads at most 128 bytes of it. A record has a
//! version, which is even while the record is a connection's. Who reads a record reads its version before and after.
//! Source: WO 00/30322, FIG. 4, connection table 66.

mod index;
mod record;
mod recover;

pub use record::{Acknowledged, Connection, Deltas, Entry, Tracking};
pub use recover::Recovered;

use crate::key::{Key, WORDS};
use index::Refused;
use record::{STRIDE, VERSION, free_link};
use siphasher::sip::SipHasher13;
use std::sync::atomic::{AtomicU64, Ordering::*};

/// Words in front of the locks.
const HEADER: usize = 64;
/// Locks of writers.
const LOCKS: usize = 1024;
/// Slots of a bucket: a cache line.
const SLOTS: usize = 8;

// Words of the header.
const MAGIC: usize = 0;
const CONNECTIONS: usize = 1;
const HASH_KEY: usize = 2;
const FREE: usize = 8;
const LIVE: usize = 16;
const HALF_OPEN: usize = 24;
const HAND: usize = 32;
const EVICTING_HAND: usize = 40;
const IDENTIFICATION: usize = 48;
const ENTERED: usize = 56;

/// Says that the words hold a table, and of which form.
const FORM: u64 = u64::from_be_bytes(*b"tndmflw1");

/// Which way a packet of a connection goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client.
    ToServer,
    /// From the server.
    ToClient,
}

/// The connection table.
#[derive(Clone, Copy, Debug)]
pub struct Table<'m> {
    words: &'m [AtomicU64],
    connections: u32,
    buckets: u64,
    key: (u64, u64),
}

/// A connection that was found. It may be gone, or another's, when it is looked at: every look says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub(crate) record: u32,
    version: u64,
    /// Which way the packet goes.
    pub direction: Direction,
}

impl Found {
    /// The same connection, of a packet that goes to the client.
    #[must_use]
    pub fn to_client(self) -> Self {
        self.towards(Direction::ToClient)
    }

    /// The same connection, of a packet that goes this way.
    #[must_use]
    pub fn towards(self, direction: Direction) -> Self {
        Self { direction, ..self }
    }
}

/// Why a connection was not entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEntered {
    /// Another worker has just entered it.
    Exists,
    /// Its server side is another connection's: the port is taken.
    PortTaken,
    /// There is no room.
    Full,
}

/// Memory that holds no table of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoTable;

impl std::fmt::Display for NoTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the memory holds no connection table of this form and size: start without it")
    }
}

impl std::error::Error for NoTable {}

/// Words for a table of this many connections: 208 bytes each, and 10 KiB. A third of the index's slots are in use when all are there.
pub fn words(connections: u32) -> usize {
    HEADER + LOCKS + SLOTS * buckets(connections) + STRIDE * connections as usize + SLOTS
}

fn buckets(connections: u32) -> usize {
    connections as usize * 3 / 4 + 2
}

/// Memory for a table: of this process alone, touched once, so that no packet waits for it.
pub fn memory(connections: u32) -> Box<[AtomicU64]> {
    (0..words(connections)).map(|_| AtomicU64::new(0)).collect()
}

impl<'m> Table<'m> {
    /// An empty table in this memory, whatever it held. The hash's key must be random: who knows it can fill two buckets.
    ///
    /// # Panics
    /// If the memory has fewer than [`words`] for so many connections.
    pub fn new(memory: &'m [AtomicU64], connections: u32, hash_key: [u64; 2]) -> Self {
        let words = aligned(memory, connections);
        let table = Self { words, connections, buckets: buckets(connections) as u64, key: (hash_key[0], hash_key[1]) };
        words.iter().for_each(|word| word.store(0, Relaxed));
        words[HASH_KEY].store(hash_key[0], Relaxed);
        words[HASH_KEY + 1].store(hash_key[1], Relaxed);
        words[CONNECTIONS].store(connections.into(), Relaxed);
        for record in (0..connections).rev() {
            table.word(record, VERSION).store(1, Relaxed);
            table.give_back(record);
        }
        words[MAGIC].store(FORM, Release);
        table
    }

    /// Whoever wrote this memory before: its connections, as [`Table::recover`] leaves them.
    ///
    /// # Errors
    /// If there is no table of this size.
    ///
    /// # Panics
    /// As [`Table::new`].
    pub fn of(memory: &'m [AtomicU64], connections: u32) -> Result<Self, NoTable> {
        let words = aligned(memory, connections);
        if words[MAGIC].load(Acquire) != FORM || words[CONNECTIONS].load(Relaxed) != u64::from(connections) {
            return Err(NoTable);
        }
        let key = (words[HASH_KEY].load(Relaxed), words[HASH_KEY + 1].load(Relaxed));
        Ok(Self { words, connections, buckets: buckets(connections) as u64, key })
    }

    /// How many connections there is room for.
    pub fn connections(&self) -> u32 {
        self.connections
    }

    /// How many there are.
    pub fn live(&self) -> u32 {
        self.counted(LIVE)
    }

    /// How many of them are half open, and so evictable.
    pub fn half_open(&self) -> u32 {
        self.counted(HALF_OPEN)
    }

    /// How many connections may be half open: a quarter.
    pub fn half_open_bound(&self) -> u32 {
        (self.connections / 4).max(1)
    }

    /// The hash of a key, under the table's secret.
    pub fn hash(&self, key: &[u64; WORDS]) -> u64 {
        let mut bytes = [0; WORDS * 8];
        for (chunk, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(key) {
            *chunk = word.to_le_bytes();
        }
        SipHasher13::new_with_keys(self.key.0, self.key.1).hash(&bytes)
    }

    /// The connection of a packet with this key, and what is known of it.
    pub fn find(&self, key: &Key) -> Option<(Found, Connection)> {
        let words = key.to_words();
        self.find_words(self.hash(&words), &words)
    }

    /// Whether no connection has this key.
    pub fn is_free(&self, key: &Key) -> bool {
        self.find(key).is_none()
    }

    /// Enters a connection: from now on packets with either key find it. `tracking` is what is followed of it, `initial` the
    /// client's initial sequence number.
    ///
    /// # Errors
    /// If it was not.
    pub fn enter(&self, connection: &Connection, tracking: Tracking, initial: u32) -> Result<Found, NotEntered> {
        let record = self.take_free().ok_or(NotEntered::Full)?;
        let serial = self.words[ENTERED].fetch_add(1, Relaxed);
        let version = self.write(record, connection, tracking, initial, serial);
        self.count(LIVE, true);
        if tracking.is_half_open() {
            self.count(HALF_OPEN, true);
        }
        let found = Found { record, version, direction: Direction::ToServer };
        let entered = self.enter_key(record, Direction::ToServer, &connection.client.to_words()).map_err(|refused| match refused {
            Refused::Exists => NotEntered::Exists,
            Refused::Full => NotEntered::Full,
        });
        let entered = entered.and_then(|()| match connection.server {
            None => Ok(()),
            Some(server) => self.enter_key(record, Direction::ToClient, &server.to_words()).map_err(|refused| match refused {
                Refused::Exists => NotEntered::PortTaken,
                Refused::Full => NotEntered::Full,
            }),
        });
        entered.map(|()| found).inspect_err(|_| {
            self.remove(found);
        })
    }

    /// Removes a connection, and says what it was; `None` if another has done so.
    pub fn remove(&self, found: Found) -> Option<Connection> {
        let version = self.word(found.record, VERSION);
        version.compare_exchange(found.version, found.version + 1, AcqRel, Relaxed).ok()?;
        let connection = self.read(found.record);
        if self.end_tracking(found.record).is_half_open() {
            self.count(HALF_OPEN, false);
        }
        self.count(LIVE, false);
        self.leave_key(found.record, Direction::ToServer, &connection.client.to_words());
        if let Some(server) = connection.server {
            self.leave_key(found.record, Direction::ToClient, &server.to_words());
        }
        self.give_back(found.record);
        Some(connection)
    }

    /// The next record under the clock's hand, if it is a connection; the hand moves on.
    pub fn under_the_hand(&self) -> Option<Entry> {
        self.advance(HAND)
    }

    /// The same of the hand that looks for half-open connections to evict.
    pub fn under_the_evicting_hand(&self) -> Option<Entry> {
        self.advance(EVICTING_HAND)
    }

    /// An IPv4 identification that comes up again last.
    pub fn next_identification(&self) -> u16 {
        self.words[IDENTIFICATION].fetch_add(1, Relaxed) as u16
    }

    /// Every connection that is there when it is looked at. The hands stay where they are.
    pub fn all(&self) -> impl Iterator<Item = (Connection, Tracking)> {
        (0..self.connections).filter_map(|record| self.read_whole(record).map(|(_, connection)| (connection, self.tracking(record))))
    }

    fn advance(&self, hand: usize) -> Option<Entry> {
        let record = (self.words[hand].fetch_add(1, Relaxed) % u64::from(self.connections)) as u32;
        let version = self.word(record, VERSION).load(Acquire);
        let tracking = self.tracking(record);
        let entered_since = self.words[ENTERED].load(Relaxed).wrapping_sub(self.serial(record));
        let found = Found { record, version, direction: Direction::ToServer };
        version.is_multiple_of(2).then_some(Entry { found, tracking, entered_since })
    }

    fn count(&self, counter: usize, up: bool) {
        self.words[counter].fetch_add(if up { 1 } else { u64::MAX }, Relaxed);
    }

    /// A counter. For a moment it may be below 0, where a connection is removed by another worker before it was counted.
    fn counted(&self, counter: usize) -> u32 {
        self.words[counter].load(Relaxed).cast_signed().max(0) as u32
    }

    #[inline]
    fn bucket(&self, number: u64) -> &'m [AtomicU64; SLOTS] {
        let start = HEADER + LOCKS + number as usize * SLOTS;
        self.words[start..].first_chunk().expect("the index has as many buckets")
    }

    #[inline]
    fn word(&self, record: u32, word: usize) -> &'m AtomicU64 {
        &self.words[self.record_at(record) + word]
    }

    /// The first word of a record.
    #[inline]
    fn record_at(&self, record: u32) -> usize {
        HEADER + LOCKS + SLOTS * self.buckets as usize + record as usize * STRIDE
    }

    /// Takes a record from the list of free ones. Its head has a counter in its upper half, so that a head that has come back is another.
    fn take_free(&self) -> Option<u32> {
        let head = &self.words[FREE];
        let mut old = head.load(Acquire);
        loop {
            let record = (old as u32).checked_sub(1)?;
            let next = self.word(record, free_link()).load(Relaxed) & 0xffff_ffff;
            match head.compare_exchange_weak(old, (old >> 32).wrapping_add(1) << 32 | next, AcqRel, Acquire) {
                Ok(_) => return Some(record),
                Err(now) => old = now,
            }
        }
    }

    fn give_back(&self, record: u32) {
        let head = &self.words[FREE];
        let mut old = head.load(Acquire);
        loop {
            self.word(record, free_link()).store(old & 0xffff_ffff, Relaxed);
            match head.compare_exchange_weak(old, (old >> 32).wrapping_add(1) << 32 | u64::from(record + 1), AcqRel, Acquire) {
                Ok(_) => return,
                Err(now) => old = now,
            }
        }
    }
}

/// The words from the first whole cache line on.
fn aligned(memory: &[AtomicU64], connections: u32) -> &[AtomicU64] {
    let start = (memory.as_ptr().addr().next_multiple_of(64) - memory.as_ptr().addr()) / 8;
    assert!(
        connections > 0 && memory.len() >= words(connections),
        "a table of {connections} connections wants {} words",
        words(connections)
    );
    &memory[start..start + words(connections) - SLOTS]
}
