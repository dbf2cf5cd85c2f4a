//! A connection's record.

use super::{Direction, Found, HALF_OPEN, Table};
use crate::Mac;
use crate::carrier::CARRIED_AFTER;
use crate::key::{Key, WORDS};
use crate::tcp::Stage;
use packet::Delta;
use std::sync::atomic::Ordering::{self, *};
use std::sync::atomic::{AtomicU64, fence};

/// Words of a record: 160 bytes.
pub(super) const STRIDE: usize = 20;

// Words of a record.
pub(super) const VERSION: usize = 0;
/// Shape: time seen in seconds (32), stage (8), flags (8), window shifts of server and client (4, 4), stage before a reset (8).
const TRACKING: usize = 1;
/// Shape: service (16), server (16), whether there is a server's key (1). In a free record: the next free one.
const META: usize = 2;
/// Shape: interface (16), MAC (48).
const CLIENT_LINK: usize = 3;
const CLIENT: usize = 4;
const SERVER: usize = CLIENT + WORDS;
/// Shape: addresses, then addresses and ports, to the server; the same to the client.
const DELTAS: usize = SERVER + WORDS;
/// What each end has acknowledged (32), and where its window ends (32): the client's, the server's.
const ACKNOWLEDGED: usize = DELTAS + 1;
/// Initial sequence numbers of client (32) and server (32).
const INITIAL: usize = ACKNOWLEDGED + 2;
/// How many connections were entered before it.
const SERIAL: usize = INITIAL + 1;
/// Packets that have passed, up to [`CARRIED_AFTER`]: of the server (16), of the client (16).
const PASSED: usize = SERIAL + 1;

/// The word that links free records.
pub(super) fn free_link() -> usize {
    META
}

/// What does not change of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The number of its service.
    pub service: u16,
    /// The number of its server.
    pub server_number: u16,
    /// Packets of the client: from it to the virtual endpoint.
    pub client: Key,
    /// Packets of the server, to the source that it sees; `None` if they do not pass.
    pub server: Option<Key>,
    /// By which interface the client's last packet came, and from which MAC.
    pub client_link: (u16, Mac),
    /// What translation adds to checksums.
    pub deltas: Deltas,
}

impl Connection {
    /// The key of the packets that go this way; `None` if they do not pass.
    #[inline]
    pub fn key(&self, direction: Direction) -> Option<&Key> {
        match direction {
            Direction::ToServer => Some(&self.client),
            Direction::ToClient => self.server.as_ref(),
        }
    }
}

/// What translation adds to checksums: of addresses alone, and of addresses and ports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deltas {
    /// Towards the server.
    pub to_server: (Delta, Delta),
    /// Towards the client.
    pub to_client: (Delta, Delta),
}

/// What is followed of a connection, in one word, so that it changes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tracking {
    /// The second of its last packet.
    pub seen: u32,
    /// How far it is.
    pub stage: Stage,
    /// Which stage it was in before a reset.
    pub before: Stage,
    /// Flags of [`crate::tcp`].
    pub flags: u8,
    /// Window shifts: the client's, the server's.
    pub shifts: [u8; 2],
}

impl Tracking {
    /// Whether it is half open, and so evictable. A reset proves nothing: a connection that was half open before it still is.
    pub fn is_half_open(&self) -> bool {
        self.stage.is_half_open() || self.stage == Stage::Reset && self.before.is_half_open()
    }

    fn to_word(self) -> u64 {
        let [client, server] = self.shifts;
        u64::from(self.seen) << 32
            | (self.stage as u64) << 24
            | u64::from(self.flags) << 16
            | u64::from(server & 0xf) << 12
            | u64::from(client & 0xf) << 8
            | self.before as u64
    }

    fn from_word(word: u64) -> Self {
        Self {
            seen: (word >> 32) as u32,
            stage: Stage::from_bits((word >> 24) as u8),
            flags: (word >> 16) as u8,
            shifts: [(word >> 8) as u8 & 0xf, (word >> 12) as u8 & 0xf],
            before: Stage::from_bits(word as u8),
        }
    }
}

/// A record that the clock's hand found to be a connection.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Where it is.
    pub found: Found,
    /// What is followed of it.
    pub tracking: Tracking,
    /// How many connections were entered since, itself included.
    pub entered_since: u64,
}

/// What one end has acknowledged, and where its window ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// The sequence number that it expects.
    pub next: u32,
    /// The last one that it takes, and 1.
    pub edge: u32,
}

impl Table<'_> {
    /// Writes a free record and makes it live; its version.
    pub(super) fn write(&self, record: u32, connection: &Connection, tracking: Tracking, initial: u32, serial: u64) -> u64 {
        let put = |word: usize, value: u64| self.word(record, word).store(value, Relaxed);
        put(TRACKING, tracking.to_word());
        let has_server = u64::from(connection.server.is_some());
        put(META, u64::from(connection.service) << 32 | u64::from(connection.server_number) << 16 | has_server);
        put(CLIENT_LINK, link(connection.client_link));
        let server = connection.server.map_or([0; WORDS], Key::to_words);
        for (at, (client, server)) in connection.client.to_words().into_iter().zip(server).enumerate() {
            put(CLIENT + at, client);
            put(SERVER + at, server);
        }
        let Deltas { to_server, to_client } = connection.deltas;
        let deltas = [to_server.0, to_server.1, to_client.0, to_client.1];
        put(DELTAS, deltas.into_iter().fold(0, |word, delta| word << 16 | u64::from(delta.to_bits())));
        put(ACKNOWLEDGED, 0);
        put(ACKNOWLEDGED + 1, 0);
        put(INITIAL, u64::from(initial) << 32);
        put(SERIAL, serial);
        put(PASSED, 0);
        let version = self.word(record, VERSION).load(Relaxed) + 1;
        self.word(record, VERSION).store(version, Release);
        version
    }

    /// Whether a record seems to have this key.
    #[inline]
    pub(super) fn has_key(&self, record: u32, direction: Direction, key: &[u64; WORDS]) -> bool {
        let start = if direction == Direction::ToServer { CLIENT } else { SERVER };
        record < self.connections && key.iter().enumerate().all(|(at, word)| self.word(record, start + at).load(Relaxed) == *word)
    }

    /// The connection in a record, and the record's version; `None` if there is none, or while it changes.
    #[inline]
    pub(super) fn read_whole(&self, record: u32) -> Option<(u64, Connection)> {
        if record >= self.connections {
            return None;
        }
        let version = self.word(record, VERSION);
        let before = version.load(Acquire);
        if !before.is_multiple_of(2) {
            return None;
        }
        let connection = self.read(record);
        fence(Acquire);
        (version.load(Relaxed) == before).then_some((before, connection))
    }

    #[inline]
    pub(super) fn read(&self, record: u32) -> Connection {
        let get = |word: usize| self.word(record, word).load(Relaxed);
        let key = |start: usize| Key::from_words(std::array::from_fn(|at| get(start + at)));
        let (meta, deltas, link) = (get(META), get(DELTAS), get(CLIENT_LINK));
        let delta = |at: u32| Delta::from_bits((deltas >> (48 - 16 * at)) as u16);
        Connection {
            service: (meta >> 32) as u16,
            server_number: (meta >> 16) as u16,
            client: key(CLIENT),
            server: (meta & 1 == 1).then(|| key(SERVER)),
            client_link: ((link >> 48) as u16, mac(link)),
            deltas: Deltas { to_server: (delta(0), delta(1)), to_client: (delta(2), delta(3)) },
        }
    }

    pub(super) fn serial(&self, record: u32) -> u64 {
        self.word(record, SERIAL).load(Relaxed)
    }

    /// A connection that was found before, if it is still the same one.
    pub fn again(&self, found: Found) -> Option<Connection> {
        self.read_whole(found.record).filter(|(version, _)| *version == found.version).map(|(_, connection)| connection)
    }

    /// Notes where the client's packets come from.
    pub fn note_link(&self, found: Found, old: (u16, Mac), new: (u16, Mac)) {
        if old != new {
            self.word(found.record, CLIENT_LINK).store(link(new), Relaxed);
        }
    }

    /// What is followed of a connection now.
    pub(super) fn tracking(&self, record: u32) -> Tracking {
        Tracking::from_word(self.word(record, TRACKING).load(Relaxed))
    }

    /// Ends what is followed of a connection, and says what it was: of two who change it, none counts it twice.
    pub(super) fn end_tracking(&self, record: u32) -> Tracking {
        Tracking::from_word(self.word(record, TRACKING).swap(0, AcqRel))
    }

    /// Changes what is followed of a connection, in one step, and says what it was before and is now. `change` may be called several times.
    pub fn track(&self, found: Found, change: impl Fn(Tracking) -> Tracking) -> (Tracking, Tracking) {
        let word = self.word(found.record, TRACKING);
        let mut old = word.load(Relaxed);
        loop {
            let before = Tracking::from_word(old);
            let after = if before.stage == Stage::Gone { before } else { change(before) };
            let new = after.to_word();
            if new == old {
                return (before, after);
            }
            match word.compare_exchange_weak(old, new, AcqRel, Relaxed) {
                Ok(_) => {
                    if before.is_half_open() != after.is_half_open() {
                        self.count(HALF_OPEN, after.is_half_open());
                    }
                    return (before, after);
                }
                Err(now) => old = now,
            }
        }
    }

    /// What an end has acknowledged: the client (0), the server (1); `None` if nothing yet.
    pub fn acknowledged(&self, found: Found, end: usize) -> Option<Acknowledged> {
        let word = self.word(found.record, ACKNOWLEDGED + end).load(Relaxed);
        (word != 0).then_some(Acknowledged { next: (word >> 32) as u32, edge: word as u32 })
    }

    /// Notes what an end has acknowledged.
    pub fn acknowledge(&self, found: Found, end: usize, acknowledged: Acknowledged) {
        // 0 says that there is nothing yet; a window that is 1 greater says the same as none at all.
        let word = (u64::from(acknowledged.next) << 32 | u64::from(acknowledged.edge)).max(1);
        change(self.word(found.record, ACKNOWLEDGED + end), word, Relaxed);
    }

    /// Counts a packet of this direction; whether it is the one after which the direction is offered to a carrier.
    pub(crate) fn is_due(&self, found: Found) -> bool {
        let (word, shift) = (self.word(found.record, PASSED), passed_at(found.direction));
        let count = |word: u64| word >> shift & 0xffff;
        count(word.load(SeqCst)) < CARRIED_AFTER && count(word.fetch_add(1 << shift, SeqCst)) == CARRIED_AFTER - 1
    }

    /// Whether this direction is offered to a carrier, or one of both.
    pub(crate) fn is_carried(&self, found: Found, direction: Option<Direction>) -> bool {
        let word = self.word(found.record, PASSED).load(SeqCst);
        let is_it = |direction| word >> passed_at(direction) & 0xffff >= CARRIED_AFTER;
        direction.map_or_else(|| is_it(Direction::ToServer) || is_it(Direction::ToClient), is_it)
    }

    /// Counts the packets of this direction from 0 on again.
    pub(crate) fn start_over(&self, found: Found) {
        self.word(found.record, PASSED).fetch_and(!(0xffff << passed_at(found.direction)), SeqCst);
    }

    /// Nobody carries anything of a record.
    pub(super) fn forget_carrier(&self, record: u32) {
        self.word(record, PASSED).store(0, SeqCst);
    }

    /// The initial sequence numbers of client and server; 0 before they are known.
    pub fn initial(&self, found: Found) -> [u32; 2] {
        let word = self.word(found.record, INITIAL).load(Relaxed);
        [(word >> 32) as u32, word as u32]
    }

    /// Notes an initial sequence number: the client's (0), the server's (1).
    pub fn note_initial(&self, found: Found, end: usize, sequence: u32) {
        let mut initial = self.initial(found);
        initial[end] = sequence;
        change(self.word(found.record, INITIAL), u64::from(initial[0]) << 32 | u64::from(initial[1]), Relaxed);
    }
}

/// Stores a value unless it is there: a line of memory that nobody writes stays with all who read it.
fn change(word: &AtomicU64, value: u64, ordering: Ordering) {
    if word.load(Relaxed) != value {
        word.store(value, ordering);
    }
}

/// The lowest bit of a direction's packets in their word.
fn passed_at(direction: Direction) -> u32 {
    if direction == Direction::ToServer { 0 } else { 16 }
}

fn link((interface, mac): (u16, Mac)) -> u64 {
    mac.into_iter().fold(u64::from(interface), |word, byte| word << 8 | u64::from(byte))
}

fn mac(word: u64) -> Mac {
    let bytes = word.to_be_bytes();
    std::array::from_fn(|i| bytes[2 + i])
}
