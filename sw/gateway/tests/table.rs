//! The translation table against a plain map, and its deadlines.

use gateway::entry::{Entry, Key, State};
use gateway::table::{Ends, Table};
use gateway::{Address, Time};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

fn key(client: u8, server: u8, port: u16) -> Key {
    let address = |last: u8| -> Address { Ipv4Addr::new(10, 0, 0, last).into() };
    Key { client: address(client), server: address(server), client_port: port, server_port: 80 }
}

/// Racing entries live 130 s from their last touch.
fn entry(key: Key) -> Entry {
    Entry { state: State::Racing, ..Entry::new(key, 1, 0, 0) }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Insert(u8, u8),
    Touch(u8, u8),
    Remove(u8, u8),
    Reset(u8, u8),
    Wait(u16),
}

fn step() -> impl Strategy<Value = Step> {
    let of = |make: fn(u8, u8) -> Step| (0..3u8, 0..4u8).prop_map(move |(client, server)| make(client, server));
    let waits = prop_oneof![4 => 0..100u16, 1 => 100..20_000u16].prop_map(Step::Wait);
    prop_oneof![3 => of(Step::Insert), 2 => of(Step::Touch), 1 => of(Step::Remove), 1 => of(Step::Reset), 2 => waits]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Deadlines are met to the second: an entry is there until its time, and gone a second after.
    #[test]
    fn the_table_holds_what_a_plain_map_holds(steps in prop::collection::vec(step(), 1..80)) {
        let mut table = Table::new(8);
        let mut expected: BTreeMap<(u8, u8), (u64, bool)> = BTreeMap::new();
        let mut now = 1_700_000_000;
        for step in steps {
            let time = Time::from_secs(now);
            match step {
                Step::Insert(client, server) if !expected.contains_key(&(client, server)) => {
                    let inserted = table.insert(time, entry(key(client, server, 7))).is_some();
                    prop_assert_eq!(inserted, expected.len() < 8);
                    if inserted {
                        expected.insert((client, server), (now + 130, false));
                    }
                }
                Step::Touch(client, server) | Step::Reset(client, server) => {
                    let id = table.find(&key(client, server, 7));
                    prop_assert_eq!(id.is_some(), expected.contains_key(&(client, server)));
                    if let (Some(id), Some(expected)) = (id, expected.get_mut(&(client, server))) {
                        expected.1 |= matches!(step, Step::Reset(..));
                        table.entry_mut(id).reset |= matches!(step, Step::Reset(..));
                        table.touch(time, id);
                        expected.0 = now + if expected.1 { 10 } else { 130 };
                    }
                }
                Step::Remove(client, server) => {
                    if let Some(id) = table.find(&key(client, server, 7)) {
                        table.remove(id);
                        prop_assert!(expected.remove(&(client, server)).is_some());
                    }
                }
                Step::Insert(..) => {}
                Step::Wait(seconds) => {
                    now += u64::from(seconds);
                    table.expire(Time::from_secs(now));
                    expected.retain(|_, (deadline, _)| *deadline >= now);
                }
            }
            prop_assert_eq!(table.len(), expected.len());
            for client in 0..3 {
                let found = table.chain(&Ends::from(&key(client, 0, 7))).map(|(_, entry)| entry.key);
                let mut found: Vec<_> = found.collect();
                found.sort_by_key(|key| key.server);
                let listed: Vec<_> = expected.keys().filter(|listed| listed.0 == client).map(|listed| key(client, listed.1, 7)).collect();
                prop_assert_eq!(found, listed);
            }
        }
    }
}
