//! What a replay amounts to: numbers for a person, and the same numbers for a program.

mod table;

use crate::replay::{Load, Played, Replay};
use contract::code::{Reason, Verdict};
use contract::limits::BUCKETS;
use control::Configuration;
use model::{State, Walk};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Clock frequencies at which line rate is stated, in MHz: NetFPGA's and that of 100GbE.
const CLOCKS_MHZ: [f64; 2] = [250.0, 322.27];
/// What a frame occupies a wire for besides its bytes: preamble, start, frame check sequence and gap.
const WIRE_OVERHEAD: u64 = 24;

/// Everything that a replay is reported by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The capture file.
    pub capture: String,
    /// The simulated design.
    pub design: String,
    /// Frames replayed.
    pub frames: usize,
    /// Frames on which model and hardware agree: all, or the run has failed.
    pub agreed: usize,
    /// What a person should know about the capture.
    pub remarks: Vec<String>,
    /// By ingress port, those with traffic.
    pub ports: Vec<Port>,
    /// Clocks simulated while frames were under way.
    pub clocks: u64,
    /// Of these, per second of real time.
    pub clocks_per_second: f64,
    /// Frames by verdict and reason, those that occurred, in the order of the questions.
    pub fates: Vec<Fate>,
    /// Whole frames that the host's queue lost.
    pub lost_by_host: usize,
    /// Groups with traffic or members.
    pub groups: Vec<Group>,
}

/// How many frames met a fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// What became of them.
    pub verdict: &'static str,
    /// Why.
    pub reason: &'static str,
    /// How many.
    pub frames: usize,
}

/// How fast an ingress port was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Port {
    /// Its number.
    pub port: usize,
    /// Frames accepted.
    pub frames: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their beats: the least clocks that they can take.
    pub beats: u64,
    /// Clocks that they took.
    pub clocks: u64,
    /// Clocks per frame.
    pub clocks_per_frame: f64,
    /// Equivalent line rate by clock frequency: what an Ethernet link would have carried in that time.
    pub line_rates: Vec<LineRate>,
}

/// An Ethernet rate at a clock frequency.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LineRate {
    /// The frequency in MHz.
    pub mhz: f64,
    /// The rate in Gbit/s, preamble and gap included.
    pub gbps: f64,
}

/// How a group's traffic was shared out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Its id.
    pub id: u8,
    /// Its name.
    pub name: String,
    /// Its managers.
    pub managers: Vec<Share>,
    /// Packets by bucket.
    #[serde(skip)]
    pub buckets: Vec<u32>,
}

/// What a manager got, and what it was to get.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// Its id.
    pub id: u8,
    /// Its name.
    pub name: String,
    /// Packets sent to it.
    pub packets: usize,
    /// Flows that these belong to: pairs of addresses with protocol and ports, both directions as one.
    pub flows: usize,
    /// Its part of the group's flows, 0 to 1.
    pub share: f64,
    /// Its part of the group's table, 0 to 1.
    pub target: f64,
}

/// A flow, the same in both directions.
type Flow = (u8, [([u8; 16], u16); 2]);

impl Report {
    /// Sums a replay up. `state` is what the card was programmed with.
    pub fn new(capture: &str, design: &str, played: &[Played], replay: &Replay, configuration: &Configuration, state: &State) -> Self {
        let mut fates: BTreeMap<_, usize> = BTreeMap::new();
        for decision in &replay.decisions {
            *fates.entry((decision.reason, decision.verdict)).or_default() += 1;
        }
        let fate =
            |((reason, verdict), frames): ((Reason, Verdict), usize)| Fate { verdict: verdict.name(), reason: reason.name(), frames };
        Self {
            capture: capture.into(),
            design: design.into(),
            frames: played.len(),
            agreed: replay.decisions.len(),
            remarks: Vec::new(),
            ports: replay.load.iter().enumerate().filter(|(_, load)| load.frames > 0).map(|(port, load)| Port::new(port, *load)).collect(),
            clocks: replay.clocks,
            clocks_per_second: replay.clocks as f64 / replay.time.as_secs_f64(),
            fates: fates.into_iter().map(fate).collect(),
            lost_by_host: replay.lost,
            groups: configuration.groups.iter().map(|group| share_out(group, configuration, state, played, replay)).collect(),
        }
    }
}

impl Report {
    /// The last word.
    pub fn agreement(&self) -> String {
        format!("model and RTL agree on {} of {} packets", self.agreed, self.frames)
    }
}

impl Port {
    fn new(port: usize, load: Load) -> Self {
        let Load { frames, bytes, beats, clocks } = load;
        let bits = (bytes + frames * WIRE_OVERHEAD) as f64 * 8.0;
        let line_rates = CLOCKS_MHZ.map(|mhz| LineRate { mhz, gbps: bits / clocks as f64 * mhz / 1000.0 }).to_vec();
        Self { port, frames, bytes, beats, clocks, clocks_per_frame: clocks as f64 / frames as f64, line_rates }
    }
}

fn share_out(group: &control::Group, configuration: &Configuration, state: &State, played: &[Played], replay: &Replay) -> Group {
    let mut packets: BTreeMap<u8, usize> = BTreeMap::new();
    let mut flows: BTreeMap<u8, BTreeSet<Flow>> = BTreeMap::new();
    let mut buckets = vec![0; BUCKETS];
    for (decision, Played { frame, .. }) in replay.decisions.iter().zip(played) {
        if decision.group != Some(group.id) {
            continue;
        }
        decision.bucket.into_iter().for_each(|bucket| buckets[usize::from(bucket)] += 1);
        if let (Verdict::ToManager, Some(manager)) = (decision.verdict, decision.manager) {
            *packets.entry(manager).or_default() += 1;
            flows.entry(manager).or_default().extend(flow(&frame.bytes));
        }
    }
    let all: usize = flows.values().map(BTreeSet::len).sum();
    let entries = state.group(group.id).entries;
    let members = configuration.managers.iter().filter(|manager| packets.contains_key(&manager.id) || entries.contains(&manager.id));
    let managers = members.map(|manager| {
        let own = flows.get(&manager.id).map_or(0, BTreeSet::len);
        let target = entries.iter().filter(|entry| **entry == manager.id).count() as f64 / BUCKETS as f64;
        let packets = packets.get(&manager.id).copied().unwrap_or(0);
        Share { id: manager.id, name: manager.name.clone(), packets, flows: own, share: own as f64 / all.max(1) as f64, target }
    });
    Group { id: group.id, name: group.name.clone(), managers: managers.collect(), buckets }
}

/// The flow that a frame belongs to, if it carries IP that the walk understands.
fn flow(frame: &[u8]) -> Option<Flow> {
    let subject = Walk::of(frame).subject.ok()?;
    let ports = subject.ports.unwrap_or_default();
    let mut ends = [(subject.source, ports.source), (subject.destination, ports.destination)];
    ends.sort_unstable();
    Some((subject.protocol, ends))
}
