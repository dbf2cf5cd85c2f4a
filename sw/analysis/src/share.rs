//! How a group's traffic was shared out among its managers and buckets.

use crate::decide::FlowDecision;
use crate::flow_set::{FlowCounts, FlowSet};
use contract::limits::{BUCKETS, MANAGERS};
use control::{Configuration, Tables};
use serde::Serialize;

/// How a group's traffic was shared out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupShares {
    /// Its id.
    pub id: u8,
    /// Its name.
    pub name: String,
    /// Its managers: those with entries, and those that traffic was sent to.
    pub managers: Vec<Share>,
    /// Packets by bucket.
    #[serde(skip)]
    pub buckets: Vec<u64>,
}

/// What a manager got, and what it was to get.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// Its id.
    pub id: u8,
    /// Its name.
    pub name: String,
    /// Packets sent to it.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Flows that these belong to: pairs of addresses with protocol and ports, both directions as one.
    pub flows: u64,
    /// Its part of the group's flows, 0 to 1.
    pub share: f64,
    /// Its part of the group's packets, 0 to 1.
    pub packet_share: f64,
    /// Its part of the group's table, 0 to 1.
    pub target: f64,
}

impl GroupShares {
    /// Flows sent to any manager.
    pub fn flows(&self) -> u64 {
        self.managers.iter().map(|manager| manager.flows).sum()
    }

    /// The greatest load by flows: a manager's share of the flows as a multiple of its target. `None` without flows or without targets.
    pub fn peak(&self) -> Option<f64> {
        self.greatest(|manager| manager.share)
    }

    /// The greatest load by packets, which a few busy flows can make another one.
    pub fn packet_peak(&self) -> Option<f64> {
        self.greatest(|manager| manager.packet_share)
    }

    fn greatest(&self, share: impl Fn(&Share) -> f64) -> Option<f64> {
        let loads = self.managers.iter().filter(|manager| manager.target > 0.0).map(|manager| share(manager) / manager.target);
        loads.reduce(f64::max).filter(|_| self.flows() > 0)
    }
}

/// How flows are shared out by the decisions of [`decide`](crate::decide::decide), in the order of the configuration's groups.
pub fn share_out(flows: &FlowSet, decisions: &[FlowDecision], tables: &Tables, configuration: &Configuration) -> Vec<GroupShares> {
    let mut tallies = vec![Tally::default(); tables.groups.len()];
    for (entry, decided) in flows.iter().zip(decisions) {
        let sum = |of: fn(&FlowCounts) -> u64| entry.counts.iter().map(of).sum();
        let (packets, bytes) = (sum(|count| count.packets), sum(|count| count.bytes));
        if packets == 0 {
            continue;
        }
        let tally = &mut tallies[usize::from(decided.group())];
        decided.bucket().into_iter().for_each(|bucket| tally.bucket(bucket, packets));
        if let Some(manager) = decided.taken_by() {
            tally.packets(manager, packets, bytes);
            tally.flow(manager);
        }
    }
    let group_of = |group: &control::Group| {
        let tally = std::mem::take(&mut tallies[usize::from(group.id)]);
        tally.group(group, configuration, &tables.groups[usize::from(group.id)].entries)
    };
    configuration.groups.iter().map(group_of).collect()
}

/// What one group got, as it is counted.
#[derive(Clone, Debug)]
pub struct Tally {
    managers: Vec<Got>,
    buckets: Vec<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Got {
    packets: u64,
    bytes: u64,
    flows: u64,
}

impl Default for Tally {
    fn default() -> Self {
        Self { managers: vec![Got::default(); MANAGERS + 1], buckets: vec![0; BUCKETS] }
    }
}

impl Tally {
    /// Counts packets that fell into a bucket, whatever became of them.
    pub fn bucket(&mut self, bucket: u16, packets: u64) {
        self.buckets[usize::from(bucket)] += packets;
    }

    /// Counts packets that were sent to a manager.
    pub fn packets(&mut self, manager: u8, packets: u64, bytes: u64) {
        let got = &mut self.managers[usize::from(manager)];
        got.packets += packets;
        got.bytes += bytes;
    }

    /// Counts a flow that was sent to a manager. Flows are told apart by the caller.
    pub fn flow(&mut self, manager: u8) {
        self.managers[usize::from(manager)].flows += 1;
    }

    /// The sum, beside what the group's table promises.
    pub fn group(self, group: &control::Group, configuration: &Configuration, entries: &[u8; BUCKETS]) -> GroupShares {
        let all: u64 = self.managers.iter().map(|got| got.flows).sum();
        let all_packets: u64 = self.managers.iter().map(|got| got.packets).sum();
        let mut held = [0; MANAGERS + 1];
        entries.iter().for_each(|&entry| held[usize::from(entry)] += 1);
        let shares = configuration.managers.iter().filter_map(|manager| {
            let Got { packets, bytes, flows } = self.managers[usize::from(manager.id)];
            let held = held[usize::from(manager.id)];
            let share = flows as f64 / all.max(1) as f64;
            let packet_share = packets as f64 / all_packets.max(1) as f64;
            let target = f64::from(held) / BUCKETS as f64;
            let name = || manager.name.clone();
            (packets > 0 || held > 0).then(|| Share { id: manager.id, name: name(), packets, bytes, flows, share, packet_share, target })
        });
        GroupShares { id: group.id, name: group.name.clone(), managers: shares.collect(), buckets: self.buckets }
    }
}
