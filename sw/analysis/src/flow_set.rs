//! The flows of a capture, each with all that was seen of it.

use crate::entry::{Entry, Kind};
use crate::flow::Flow;
use foldhash::fast::RandomState;
use std::collections::HashMap;

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

/// A flow with what travels along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowEntry {
    /// The flow.
    pub flow: Flow,
    /// What travels forward, and what backward.
    pub counts: [FlowCounts; 2],
}

/// Flows, each once.
#[derive(Clone, Debug)]
pub struct FlowSet {
    /// Of kind `Own`; of kind `Mixed` where `others` has more of the flow.
    entries: Vec<Entry>,
    /// ICMP errors and bridged packets, of the few flows that have some.
    others: HashMap<Flow, Others, RandomState>,
}

/// By direction: what `FlowCounts` has beyond a flow's own packets.
#[derive(Clone, Copy, Debug, Default)]
struct Others {
    counts: [FlowCounts; 2],
    /// Whether the flow has an entry.
    owned: bool,
}

impl FlowSet {
    pub(crate) fn of(mut entries: Vec<Entry>, hasher: RandomState) -> Self {
        let mut others: HashMap<Flow, Others, RandomState> = HashMap::with_hasher(hasher);
        let rest: Vec<Entry> = entries.extract_if(.., |entry| entry.kind != Kind::Own).collect();
        for entry in &rest {
            let of_flow = others.entry(entry.flow()).or_default();
            for (way, counts) in of_flow.counts.iter_mut().enumerate() {
                counts.add(entry.kind, entry.packets(way), entry.bytes[way]);
            }
        }
        for entry in entries.iter_mut().filter(|_| !rest.is_empty()) {
            if let Some(others) = others.get_mut(&entry.flow()) {
                (entry.kind, others.owned) = (Kind::Mixed, true);
            }
        }
        for entry in rest {
            let new = others.get_mut(&entry.flow()).filter(|others| !others.owned);
            if let Some(others) = new {
                others.owned = true;
                entries.push(Entry::new(entry.flow(), Kind::Mixed));
            }
        }
        Self { entries, others }
    }

    /// How many flows.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The flow of this number.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn flow(&self, number: usize) -> Flow {
        self.entries[number].flow()
    }

    /// The flows by their numbers, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = FlowEntry> + '_ {
        self.entries.iter().map(|entry| {
            let flow = entry.flow();
            let mut counts = [0, 1].map(|way| {
                let packets = entry.packets(way);
                FlowCounts { packets, bytes: entry.bytes[way], ..FlowCounts::default() }
            });
            if let (Kind::Mixed, Some(others)) = (entry.kind, self.others.get(&flow)) {
                counts.iter_mut().zip(&others.counts).for_each(|(count, others)| count.merge(others));
            }
            FlowEntry { flow, counts }
        })
    }
}

impl FlowCounts {
    fn add(&mut self, kind: Kind, packets: u64, bytes: u64) {
        match kind {
            Kind::Own | Kind::Mixed => self.merge(&Self { packets, bytes, ..Self::default() }),
            Kind::Errors => self.merge(&Self { packets, bytes, errors: packets, ..Self::default() }),
            Kind::Bridged => self.bridged += packets,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.errors += other.errors;
        self.bridged += other.bridged;
    }
}
