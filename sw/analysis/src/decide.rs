//! What a card's tables make of flows: a decision for each direction, made many at a time.

use crate::flow::Direction;
use crate::table::Entry;
use contract::code::{Reason, Verdict};
use control::Tables;
use model::key::Key;
use model::{Decided, batch};
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
    let directions = [Direction::Forward, Direction::Backward];
    let subjects = flows.iter().flat_map(|entry| directions.map(|direction| entry.flow.subject(direction)));
    let ways: Vec<Way> = batch::decide_subjects(tables, subjects).into_iter().map(Way::from).collect();
    ways.as_chunks().0.to_vec()
}

impl From<Decided> for Way {
    fn from(Decided { choice, decision }: Decided) -> Self {
        Self {
            group: choice.group,
            reason: choice.question,
            key: choice.key,
            bucket: decision.bucket,
            manager: decision.manager.unwrap_or(0),
            live: decision.verdict == Verdict::ToManager,
        }
    }
}
