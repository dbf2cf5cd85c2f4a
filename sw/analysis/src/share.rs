//! How a group's traffic was shared out among its managers and buckets.

use contract::limits::{BUCKETS, MANAGERS};
use control::Configuration;
use serde::Serialize;

/// How a group's traffic was shared out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
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
    /// Its part of the group's table, 0 to 1.
    pub target: f64,
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
    pub fn group(self, group: &control::Group, configuration: &Configuration, entries: &[u8; BUCKETS]) -> Group {
        let all: u64 = self.managers.iter().map(|got| got.flows).sum();
        let shares = configuration.managers.iter().filter_map(|manager| {
            let Got { packets, bytes, flows } = self.managers[usize::from(manager.id)];
            let held = entries.iter().filter(|entry| **entry == manager.id).count();
            let share = flows as f64 / all.max(1) as f64;
            let target = held as f64 / BUCKETS as f64;
            (packets > 0 || held > 0).then(|| Share { id: manager.id, name: manager.name.clone(), packets, bytes, flows, share, target })
        });
        Group { id: group.id, name: group.name.clone(), managers: shares.collect(), buckets: self.buckets }
    }
}
