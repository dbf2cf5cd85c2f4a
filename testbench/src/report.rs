//! What a replay amounts to: numbers for a person, and the same numbers for a program.

mod table;

use crate::replay::{Load, Played, Replay};
use analysis::flow::Flow;
use analysis::share::{GroupShares, Tally};
use contract::code::{Reason, Verdict};
use control::Configuration;
use model::{State, Walk};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

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
    pub fates: Vec<FateCount>,
    /// Whole frames that the host's queue lost.
    pub lost_by_host: usize,
    /// Groups with traffic or members.
    pub groups: Vec<GroupShares>,
}

/// How many frames met a fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FateCount {
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

impl Report {
    /// Sums a replay up. `state` is what the card was programmed with.
    pub fn new(capture: &str, design: &str, played: &[Played], replay: &Replay, configuration: &Configuration, state: &State) -> Self {
        let mut fates: BTreeMap<_, usize> = BTreeMap::new();
        for decision in &replay.decisions {
            *fates.entry((decision.reason, decision.verdict)).or_default() += 1;
        }
        let fate =
            |((reason, verdict), frames): ((Reason, Verdict), usize)| FateCount { verdict: verdict.name(), reason: reason.name(), frames };
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
            groups: share_out(configuration, state, played, replay),
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

/// What each group's managers got: flows are pairs of addresses with protocol and ports, both directions as one.
fn share_out(configuration: &Configuration, state: &State, played: &[Played], replay: &Replay) -> Vec<GroupShares> {
    let mut tallies: BTreeMap<u8, Tally> = BTreeMap::new();
    let mut seen = HashSet::new();
    for (decision, Played { frame, .. }) in replay.decisions.iter().zip(played) {
        let Some(group) = decision.group else { continue };
        let tally = tallies.entry(group).or_default();
        decision.bucket.into_iter().for_each(|bucket| tally.bucket(bucket, 1));
        if let (Verdict::ToManager, Some(manager)) = (decision.verdict, decision.manager) {
            tally.packets(manager, 1, frame.bytes.len() as u64);
            let flow = Walk::of(&frame.bytes).subject.map(|subject| Flow::of(&subject).0);
            if flow.is_ok_and(|flow| seen.insert((group, manager, flow))) {
                tally.flow(manager);
            }
        }
    }
    let groups = configuration.groups.iter();
    groups.map(|group| tallies.remove(&group.id).unwrap_or_default().group(group, configuration, &state.group(group.id).entries)).collect()
}
