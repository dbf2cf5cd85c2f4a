//! What a card's tables make of flows: a decision for each direction, made many at a time.

use crate::flow::{Direction, Path};
use crate::table::Entry;
use contract::code::Reason;
use control::Tables;
use model::hash::batch;
use model::key::Key;
use model::{entry_table, manager_table};
use rayon::prelude::*;

/// Flows decided at a time.
const CHUNK: usize = 1024;

/// What becomes of the packets of a flow that travel one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The group that takes them.
    pub group: u8,
    /// The question that chose the key. ICMP errors about the flow have the same key, and a reason of their own.
    pub reason: Reason,
    /// What they are known by; `None` where the designated manager takes them.
    pub key: Option<Key>,
    /// The key's bucket.
    pub bucket: Option<u16>,
    /// The manager that is named; 0 is none.
    pub manager: u8,
    /// Whether that manager takes traffic; if not, the packets are dropped.
    pub live: bool,
}

/// Decides every flow forward and backward, each direction by itself; in the order of the flows.
pub fn decide(flows: &[Entry], tables: &Tables) -> Vec<[Way; 2]> {
    flows.par_chunks(CHUNK).flat_map_iter(|chunk| decide_chunk(chunk, tables)).collect()
}

fn decide_chunk(flows: &[Entry], tables: &Tables) -> Vec<[Way; 2]> {
    let hashed = |group: u8| tables.groups[usize::from(group)].row.equal_ports_hash;
    let way = |Path { group, reason, key }| {
        let designated = tables.groups[usize::from(group)].row.designated;
        Way { group, reason, key, bucket: None, manager: designated, live: false }
    };
    let directions = [Direction::Forward, Direction::Backward];
    let mut ways: Vec<_> = flows.iter().map(|entry| directions.map(|to| way(entry.flow.path(to, &tables.rules, hashed)))).collect();
    for (number, group) in (0..).zip(&tables.groups) {
        let (mut of_group, keys): (Vec<&mut Way>, Vec<Key>) =
            ways.as_flattened_mut().iter_mut().filter(|way| way.group == number).filter_map(|way| way.key.map(|key| (way, key))).unzip();
        let mut hashes = vec![0; keys.len()];
        batch::hash(group.row.key, &keys, &mut hashes);
        for (way, hash) in of_group.iter_mut().zip(hashes) {
            let bucket = entry_table::bucket(hash);
            way.bucket = Some(bucket);
            way.manager = group.entries[usize::from(bucket)];
        }
    }
    for way in ways.as_flattened_mut() {
        way.live = manager_table::live(&tables.managers, way.manager).is_some();
    }
    ways
}
