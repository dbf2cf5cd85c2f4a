//! The distinct keys of a capture: endpoints, and pairs of addresses.

use crate::decide::FlowDecision;
use crate::flow::Direction;
use crate::flow_set::FlowSet;
use crate::index::Index;
use contract::code::Reason;
use foldhash::fast::RandomState;
use model::key::Key;
use model::transport::{TCP, UDP};
use std::hash::BuildHasher;

/// Protocols whose flows are known by their greater ports.
pub(crate) const PROTOCOLS: [u8; 2] = [TCP, UDP];

/// What was seen of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// Number of the first flow that has it.
    pub(crate) flow: u32,
    /// Packets that the card decided by it.
    pub(crate) packets: u64,
    /// Flows known by it because its port is the greater: by protocol, as in [`PROTOCOLS`].
    pub(crate) greater: [u32; 2],
}

/// The keys of all groups, each once.
pub(crate) struct Keys(Vec<Known>);

impl Keys {
    /// The keys of flows with packets that the card decides.
    pub(crate) fn of(flows: &FlowSet, decisions: &[FlowDecision]) -> Self {
        let (mut index, hasher, mut keys) = (Index::default(), RandomState::default(), Vec::<Known>::new());
        let name = |decided: &FlowDecision| decided.key.map(|key| (decided.group(), key));
        let hash = |key: &(u8, Key)| hasher.hash_one(words(key));
        index.reserve(flows.len(), 0, |_| 0);
        for (number, (entry, decided)) in flows.iter().zip(decisions).enumerate() {
            let packets = entry.counts.iter().map(|count| count.packets).sum();
            let (Some(key), 1..) = (name(decided), packets) else { continue };
            let hash = hash(&key);
            let place = index.find(hash, |place| name(&decisions[keys[place].flow as usize]) == Some(key)).unwrap_or_else(|| {
                index.insert(hash, keys.len());
                keys.push(Known { flow: number as u32, packets: 0, greater: [0; 2] });
                keys.len() - 1
            });
            keys[place].packets += packets;
            if matches!(decided.question(Direction::Forward), Reason::SourceSide | Reason::DestinationSide) {
                keys[place].greater[usize::from(entry.flow.protocol() == UDP)] += 1;
            }
        }
        Self(keys)
    }

    /// The keys in the order in which their first flows stand.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Known> {
        self.0.iter()
    }
}

/// A key in whole words: it is hashed for every flow.
#[inline]
fn words((group, key): &(u8, Key)) -> (u128, u32) {
    let (address, port) = key.split_at(16);
    let address = address.first_chunk().map_or(0, |address| u128::from_ne_bytes(*address));
    (address, u32::from(*group) << 16 | u32::from(u16::from_ne_bytes([port[0], port[1]])))
}
