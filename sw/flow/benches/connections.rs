//! The connection table beside two concurrent maps of others, each with the same keys, records and keyed hash.
//!
//! `cargo bench -p flow --bench connections`. A connection has two keys, and a look-up ends with a copy of the connection. The maps lead from a key
//! to the number of a record in a slice of mutexes. CPU time of the thread, the least of five rounds.

use dashmap::DashMap;
use flow::key::Endpoint;
use flow::table::{self, Connection, Deltas, Table};
use flow::tcp;
use flow::{Key, Vlans};
use nix::time::{ClockId, clock_gettime};
use papaya::HashMap as Papaya;
use siphasher::sip::SipHasher13;
use std::hash::{BuildHasherDefault, Hasher};
use std::hint::black_box;
use std::sync::Mutex;
use std::time::Duration;

const CONNECTIONS: u32 = 1 << 20;
const ROUNDS: usize = 5;

/// SipHash-1-3 with a fixed key, as the table has it.
#[derive(Default)]
struct Keyed(SipHasher13);

impl Hasher for Keyed {
    fn finish(&self) -> u64 {
        self.0.finish()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }
}

type Build = BuildHasherDefault<Keyed>;

/// A key of 40 bytes, which is hashed in one piece.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Bytes([u64; 5]);

impl std::hash::Hash for Bytes {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut bytes = [0; 40];
        bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.0).for_each(|(chunk, word)| *chunk = word.to_le_bytes());
        state.write(&bytes);
    }
}

fn connection(number: u32) -> Connection {
    let mut address = [0; 16];
    address[12..].copy_from_slice(&number.to_be_bytes());
    let client = Endpoint { address, port: 40_000 };
    let [server, virtual_at] = [1, 2].map(|last| Endpoint { address: [last; 16], port: 80 });
    let key = |source, destination| Key { source, destination, protocol: 6, vlans: Vlans::NONE };
    Connection {
        service: 0,
        server_number: 0,
        client: key(client, virtual_at),
        server: Some(key(server, client)),
        client_link: (0, [0; 6]),
        deltas: Deltas::default(),
    }
}

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("{:<28} {:>10} {:>10} {:>10}", format!("{CONNECTIONS} connections, ns"), "enter", "hit", "miss");
    let order = || (0..CONNECTIONS).map(|turn| turn.wrapping_mul(0x9e37_79b1) % CONNECTIONS);
    let mut rows = [[f64::MAX; 3]; 3];
    for _ in 0..ROUNDS {
        let memory = table::memory(CONNECTIONS);
        let own = Table::new(&memory, CONNECTIONS, [0, 0]);
        let enter =
            time(|| (0..CONNECTIONS).for_each(|number| assert!(own.enter(&connection(number), tcp::opened_by_udp(1, false), 0).is_ok())));
        let hit = time(|| order().for_each(|number| assert!(black_box(own.find(&connection(number).client)).is_some())));
        let miss = time(|| order().for_each(|number| assert!(own.find(&connection(number | 1 << 31).client).is_none())));
        note(&mut rows[0], [enter, hit, miss]);

        let records: Vec<Mutex<Connection>> = (0..CONNECTIONS).map(|_| Mutex::new(connection(0))).collect();
        let copy = |record: u32| *records[record as usize].lock().unwrap();
        let map: DashMap<Bytes, u32, Build> = DashMap::with_capacity_and_hasher(2 * CONNECTIONS as usize, Build::default());
        let keys = |number| {
            let connection = connection(number);
            (Bytes(connection.client.to_words()), Bytes(connection.server.expect("it has one").to_words()), connection)
        };
        let enter = time(|| {
            for number in 0..CONNECTIONS {
                let (client, server, connection) = keys(number);
                *records[number as usize].lock().unwrap() = connection;
                map.insert(client, number);
                map.insert(server, number);
            }
        });
        let hit = time(|| order().for_each(|number| assert!(black_box(map.get(&keys(number).0).map(|record| copy(*record))).is_some())));
        let miss = time(|| order().for_each(|number| assert!(map.get(&keys(number | 1 << 31).0).is_none())));
        note(&mut rows[1], [enter, hit, miss]);
        drop(map);

        let map: Papaya<Bytes, u32, Build> = Papaya::with_capacity_and_hasher(2 * CONNECTIONS as usize, Build::default());
        let map = map.pin();
        let enter = time(|| {
            for number in 0..CONNECTIONS {
                let (client, server, connection) = keys(number);
                *records[number as usize].lock().unwrap() = connection;
                map.insert(client, number);
                map.insert(server, number);
            }
        });
        let hit = time(|| order().for_each(|number| assert!(black_box(map.get(&keys(number).0).map(|record| copy(*record))).is_some())));
        let miss = time(|| order().for_each(|number| assert!(map.get(&keys(number | 1 << 31).0).is_none())));
        note(&mut rows[2], [enter, hit, miss]);
    }
    for (what, [enter, hit, miss]) in ["flow's table", "dashmap 6, and records", "papaya 0.2, and records"].into_iter().zip(rows) {
        println!("{what:<28} {enter:>10.0} {hit:>10.0} {miss:>10.0}");
    }
}

fn note(best: &mut [f64; 3], times: [f64; 3]) {
    best.iter_mut().zip(times).for_each(|(best, time)| *best = best.min(time));
}

/// ns of each connection.
fn time(work: impl FnOnce()) -> f64 {
    let cpu = || {
        let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("Linux has a clock of each thread");
        Duration::new(time.tv_sec().cast_unsigned(), time.tv_nsec() as u32)
    };
    let start = cpu();
    work();
    (cpu() - start).as_nanos() as f64 / f64::from(CONNECTIONS)
}
