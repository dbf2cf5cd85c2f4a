//! The connection table: its memory, its bounds, several workers at once, and what is left of it when its writer is killed.

mod common;

use common::{TCP, ip};
use flow::key::Endpoint;
use flow::table::{self, Connection, Deltas, NotEntered, Table, Tracking};
use flow::tcp::{self, Stage};
use flow::{Direction, Key, Vlans, address};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};

/// Connection number `number` of a client, and its server's side.
fn connection(number: u32) -> Connection {
    let [a, b, c, d] = number.to_be_bytes();
    let client = Endpoint { address: address(ip("2001:db8::1")).map_last([a, b, c, d]), port: 40_000 };
    let server = Endpoint { address: address(ip("10.0.0.1")), port: 8080 };
    let virtual_at = Endpoint { address: address(ip("198.51.100.7")), port: 80 };
    Connection {
        service: number as u16,
        server_number: 3,
        client: Key { source: client, destination: virtual_at, protocol: TCP, vlans: Vlans::NONE },
        server: Some(Key { source: server, destination: client, protocol: TCP, vlans: Vlans::NONE }),
        client_link: (7, [1, 2, 3, 4, 5, 6]),
        deltas: Deltas::default(),
    }
}

/// Ends the other threads of a test, even if this one panics.
struct SetAtEnd<'a>(&'a AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

trait MapLast {
    fn map_last(self, last: [u8; 4]) -> Self;
}

impl MapLast for [u8; 16] {
    fn map_last(mut self, last: [u8; 4]) -> Self {
        self[12..].copy_from_slice(&last);
        self
    }
}

fn tracking() -> Tracking {
    tcp::opened_by_udp(1, false)
}

#[test]
fn a_million_connections_take_at_most_256_mib_and_all_are_found_both_ways() {
    const MOST: u32 = 1_048_576;
    assert!(table::words(MOST) * 8 <= 256 << 20, "{} bytes", table::words(MOST) * 8);
    println!("{} bytes a connection", table::words(MOST) * 8 / MOST as usize);
    let memory = table::memory(MOST);
    let table = Table::new(&memory, MOST, [3, 4]);
    for number in 0..MOST {
        table.enter(&connection(number), tracking(), 0).unwrap();
    }
    assert_eq!((table.live(), table.half_open()), (MOST, MOST));
    assert_eq!(table.enter(&connection(MOST), tracking(), 0), Err(NotEntered::Full));
    for number in (0..MOST).step_by(97) {
        let wanted = connection(number);
        for (key, direction) in [(wanted.client, Direction::ToServer), (wanted.server.unwrap(), Direction::ToClient)] {
            let (found, is) = table.find(&key).unwrap();
            assert_eq!((found.direction, is), (direction, wanted));
        }
        assert_eq!(table.find(&wanted.client.reversed()), None);
    }
}

#[test]
fn what_is_entered_twice_or_has_another_s_port_is_refused_and_leaves_nothing() {
    let memory = table::memory(16);
    let table = Table::new(&memory, 16, [3, 4]);
    let first = table.enter(&connection(1), tracking(), 0).unwrap();
    assert_eq!(table.enter(&connection(1), tracking(), 0), Err(NotEntered::Exists));
    let other = Connection { client: connection(2).client, ..connection(1) };
    assert_eq!(table.enter(&other, tracking(), 0), Err(NotEntered::PortTaken));
    assert!(table.is_free(&other.client));
    assert_eq!((table.live(), table.half_open()), (1, 1));
    assert_eq!(table.remove(first), Some(connection(1)));
    assert_eq!((table.remove(first), table.again(first), table.live(), table.half_open()), (None, None, 0, 0));
    let second = table.enter(&other, tracking(), 0).unwrap();
    assert_eq!((table.again(first), table.again(second)), (None, Some(other)));
}

#[test]
fn records_are_used_again_for_ever() {
    let memory = table::memory(64);
    let table = Table::new(&memory, 64, [3, 4]);
    let mut live = HashMap::new();
    for number in 0..100_000_u32 {
        let slot = number.wrapping_mul(0x9e37_79b1) >> 26;
        if let Some(found) = live.remove(&slot) {
            assert!(table.remove(found).is_some());
        }
        live.insert(slot, table.enter(&connection(number), tracking(), 0).unwrap());
    }
    assert_eq!(table.live() as usize, live.len());
}

/// Four workers open and end the same 64 connections, and look at them. What one finds is never a mixture.
#[test]
fn workers_share_the_table() {
    let memory = table::memory(32);
    let table = Table::new(&memory, 32, [3, 4]);
    std::thread::scope(|scope| {
        for worker in 0..4_u32 {
            scope.spawn(move || {
                let mut random = worker.wrapping_mul(0x85eb_ca6b) + 1;
                for _ in 0..100_000 {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let wanted = connection(random >> 26);
                    match random >> 16 & 3 {
                        0 => {
                            let _ = table.enter(&wanted, tracking(), 0);
                        }
                        1 => {
                            if let Some((found, _)) = table.find(&wanted.client) {
                                table.track(found, |tracking| Tracking { stage: Stage::UdpAnswered, ..tracking });
                            }
                        }
                        2 => {
                            if let Some((found, _)) = table.find(&wanted.server.unwrap()) {
                                table.remove(found);
                            }
                        }
                        _ => {
                            if let Some((found, is)) = table.find(&wanted.client) {
                                assert_eq!(is, wanted);
                                assert!(table.again(found).is_none_or(|is| is == wanted));
                            }
                        }
                    }
                }
            });
        }
    });
    let left: Vec<_> = (0..64).filter_map(|number| table.find(&connection(number).client)).collect();
    let half_open = left.iter().filter(|(found, _)| table.track(*found, |tracking| tracking).0.is_half_open()).count();
    assert_eq!((table.live() as usize, table.half_open() as usize), (left.len(), half_open));
    for (found, is) in left {
        assert_eq!(table.remove(found), Some(is));
    }
    assert_eq!((table.live(), table.half_open()), (0, 0));
    for number in 0..32 {
        table.enter(&connection(number), tracking(), 0).unwrap();
    }
}

#[test]
fn of_two_workers_that_open_one_connection_one_does() {
    const ROUNDS: u32 = 5_000;
    let memory = table::memory(64);
    let table = Table::new(&memory, 64, [3, 4]);
    let (arrived, entered) = (AtomicU32::new(0), AtomicU32::new(0));
    // Both leave at once: a barrier of the system wakes one long before the other.
    let meet = |times: u32| {
        arrived.fetch_add(1, SeqCst);
        let mut spins = 0_u32;
        while arrived.load(SeqCst) < 2 * times {
            spins += 1;
            if spins.is_multiple_of(1000) { std::thread::yield_now() } else { std::hint::spin_loop() }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for round in 0..ROUNDS {
                    meet(2 * round + 1);
                    // No assertion here: the other one would wait for ever.
                    let mine = table.enter(&connection(round), tracking(), 0);
                    entered.fetch_add(u32::from(mine.is_ok()), Relaxed);
                    meet(2 * round + 2);
                    mine.map(|found| table.remove(found)).ok();
                }
            });
        }
    });
    assert_eq!(entered.load(Relaxed), ROUNDS);
}

/// One record is one connection's and then another's, over and over, while a reader looks for both.
#[test]
fn what_is_found_is_never_a_mixture() {
    let memory = table::memory(1);
    let table = Table::new(&memory, 1, [3, 4]);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _done = SetAtEnd(&done);
            for number in 0..300_000 {
                let found = table.enter(&connection(number % 2), tracking(), 0).unwrap();
                table.remove(found).unwrap();
            }
        });
        let mut seen = 0_u32;
        while !done.load(Relaxed) {
            for number in 0..2 {
                let wanted = connection(number);
                for key in [wanted.client, wanted.server.unwrap()] {
                    if let Some((_, is)) = table.find(&key) {
                        assert_eq!(is, wanted);
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 0);
    });
}

/// The writer is killed after any store: here by copying the memory while four workers write.
#[test]
fn a_table_whose_writer_was_killed_is_made_whole() {
    let memory = table::memory(32);
    let table = Table::new(&memory, 32, [3, 4]);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _done = SetAtEnd(&done);
        for worker in 0..3_u32 {
            let done = &done;
            scope.spawn(move || {
                let mut random = worker + 1;
                while !done.load(Relaxed) {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let wanted = connection(random >> 26);
                    match table.find(&wanted.client) {
                        Some((found, _)) => drop(table.remove(found)),
                        None => drop(table.enter(&wanted, tracking(), 0)),
                    }
                }
            });
        }
        for _ in 0..200 {
            let copy = table::memory(32);
            // From the same place in a cache line, as shared memory is mapped.
            let (from, to) = (line(&memory), line(&copy));
            for at in 0..table::words(32) - 8 {
                copy[to + at].store(memory[from + at].load(Relaxed), Relaxed);
            }
            let successor = Table::of(&copy, 32).unwrap();
            let recovered = successor.recover(|_| true);
            assert_eq!(recovered.kept, successor.live());
            let found: Vec<_> = (0..64).filter_map(|number| successor.find(&connection(number).client)).collect();
            assert_eq!(found.len(), recovered.kept as usize);
            for (found, is) in found {
                assert_eq!(successor.remove(found).as_ref(), Some(&is));
            }
            for number in 100..132 - successor.live() {
                successor.enter(&connection(number), tracking(), 0).unwrap();
            }
        }
    });
}

#[test]
fn a_connection_that_nobody_knows_is_dropped_when_a_table_is_made_whole() {
    let memory = table::memory(16);
    let table = Table::new(&memory, 16, [3, 4]);
    (0..10).for_each(|number| assert!(table.enter(&connection(number), tracking(), 0).is_ok()));
    let recovered = table.recover(|connection| connection.service % 3 != 0);
    assert_eq!((recovered.kept, recovered.dropped, table.live(), table.half_open()), (6, 4, 6, 6));
    for number in 0..10 {
        assert_eq!(table.find(&connection(number).client).is_some(), number % 3 != 0);
        assert_eq!(table.find(&connection(number).server.unwrap()).is_some(), number % 3 != 0);
    }
    // Their records are free again.
    (10..20).for_each(|number| assert!(table.enter(&connection(number), tracking(), 0).is_ok()));
    assert_eq!(table.enter(&connection(20), tracking(), 0), Err(NotEntered::Full));
}

fn line(memory: &[std::sync::atomic::AtomicU64]) -> usize {
    (memory.as_ptr().addr().next_multiple_of(64) - memory.as_ptr().addr()) / 8
}

#[test]
fn memory_without_a_table_is_refused() {
    let memory = table::memory(16);
    assert!(Table::of(&memory, 16).is_err());
    Table::new(&memory, 16, [3, 4]);
    assert!(Table::of(&memory, 16).is_ok());
    assert_eq!(
        Table::of(&memory, 8).unwrap_err().to_string(),
        "the memory holds no connection table of this form and size: start without it"
    );
}
