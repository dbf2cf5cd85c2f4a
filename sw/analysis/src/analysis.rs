//! What a capture meets, summed up: numbers for a person, and the same numbers for a program.

use crate::decide::{FlowDecision, decide};
use crate::evenness::Evenness;
use crate::flow::{End, Flow};
use crate::hazard::{Hazard, TrafficSummary};
use crate::share::{self, share_out};
use crate::survey::Survey;
use crate::table::FlowEntry;
use contract::code::Reason;
use contract::limits::BUCKETS;
use control::{Configuration, Tables};
use foldhash::fast::RandomState;
use model::key::Key;
use serde::Serialize;
use std::collections::HashMap;

/// What a capture meets with a configuration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Analysis {
    /// The capture file.
    pub capture: String,
    /// Its frames.
    pub frames: u64,
    /// Their bytes on the wire.
    pub bytes: u64,
    /// What a person should know about the capture.
    pub remarks: Vec<String>,
    /// Frames by verdict and reason, those that occurred, in the order of the questions.
    pub fates: Vec<Fate>,
    /// Flows with a packet that the card decides, and which of their directions were seen.
    pub flows: Flows,
    /// How each group's traffic is shared out.
    pub groups: Vec<Group>,
    /// What to mend.
    pub hazards: Vec<Hazard>,
}

/// How many frames meet a fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// What becomes of them.
    pub verdict: &'static str,
    /// Why.
    pub reason: &'static str,
    /// How many.
    pub frames: u64,
}

/// Flows by the directions in which packets to the card were seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Flows {
    /// Flows with a packet that the card decides.
    pub all: u64,
    /// Of these, seen in one direction only.
    pub one_way: u64,
    /// Seen in both, each decided by itself, and both sent to one manager.
    pub together: u64,
    /// Seen in both, and not sent to one manager. The rule of the greater port allows none.
    pub apart: u64,
}

/// How a group's traffic is shared out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Shares of its managers, and packets by bucket.
    #[serde(flatten)]
    pub shares: share::Group,
    /// The greatest load: a manager's share of the flows as a multiple of its target.
    pub peak: Option<f64>,
    /// The same by packets.
    pub packet_peak: Option<f64>,
    /// Distinct keys that were hashed: endpoints, or pairs of addresses.
    pub keys: u64,
    /// Distinct keys by bucket.
    #[serde(skip)]
    pub keys_by_bucket: Vec<u64>,
    /// How evenly the keys fill the buckets; absent with fewer than ten keys.
    pub evenness: Option<Evenness>,
    /// The bucket with the most packets.
    pub worst_bucket: Option<Bucket>,
}

/// A bucket, and what fills it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bucket {
    /// Its number.
    pub bucket: u16,
    /// The manager that holds it; 0 is none.
    pub manager: u8,
    /// Packets that fell into it.
    pub packets: u64,
    /// Their part of all packets that fell into the group's buckets, 0 to 1.
    pub share: f64,
    /// Distinct keys among them.
    pub keys: u64,
    /// The key with the most packets, as a person reads it.
    pub busiest: String,
    /// That key's part of the bucket's packets, 0 to 1.
    pub busiest_share: f64,
}

/// What was seen of a key.
struct Known {
    bucket: u16,
    packets: u64,
    /// A flow that has it.
    flow: Flow,
    /// The question that selected the key.
    question: Reason,
}

type Keys = HashMap<(u8, Key), Known, RandomState>;

impl Analysis {
    /// Decides a survey's flows by a card's tables; `tables` are those of the configuration.
    pub fn new(capture: &str, survey: Survey, remarks: Vec<String>, configuration: &Configuration, tables: &Tables) -> Self {
        let Survey { frames, bytes, undecided, .. } = survey;
        let flows = survey.into_flows();
        let decisions = decide(&flows, &tables.state());
        let shares = share_out(&flows, &decisions, tables, configuration);
        let hazards = TrafficSummary { flows: &flows, decisions: &decisions, groups: &shares, tables, configuration }.hazards();
        let keys = keys(&flows, &decisions);
        let groups = shares.into_iter().map(|shares| Group::new(shares, &keys, tables)).collect();
        let fates = fates(&undecided, &flows, &decisions);
        Self { capture: capture.into(), frames, bytes, remarks, fates, flows: Flows::of(&flows, &decisions), groups, hazards }
    }
}

/// Frames by reason, with the verdict that goes with it.
fn fates(undecided: &[u64], flows: &[FlowEntry], decisions: &[[FlowDecision; 2]]) -> Vec<Fate> {
    let mut frames = undecided.to_vec();
    for (entry, decided) in flows.iter().zip(decisions) {
        for (count, decided) in entry.counts().iter().zip(decided) {
            frames[usize::from(decided.reason_of_errors().code())] += count.errors;
            frames[usize::from(decided.decision.reason.code())] += count.packets - count.errors;
        }
    }
    let fate = |(reason, &frames): (&Reason, &u64)| Fate { verdict: reason.verdict().name(), reason: reason.name(), frames };
    Reason::ALL.iter().zip(&frames).filter(|(_, frames)| **frames > 0).map(fate).collect()
}

/// The distinct keys of all groups.
fn keys(flows: &[FlowEntry], decisions: &[[FlowDecision; 2]]) -> Keys {
    let mut keys = Keys::with_capacity_and_hasher(flows.len(), RandomState::default());
    for (entry, decided) in flows.iter().zip(decisions) {
        for (count, decided) in entry.counts().iter().zip(decided).filter(|(count, _)| count.packets > 0) {
            if let (Some(key), Some(bucket)) = (decided.decision.key, decided.decision.bucket) {
                let new = Known { bucket, packets: 0, flow: entry.flow, question: decided.question };
                keys.entry((decided.group(), key)).or_insert(new).packets += count.packets;
            }
        }
    }
    keys
}

impl Flows {
    fn of(flows: &[FlowEntry], decisions: &[[FlowDecision; 2]]) -> Self {
        let mut sum = Self::default();
        for (entry, [forward, backward]) in flows.iter().zip(decisions) {
            let [forward, backward] = [forward, backward].map(|decided| (decided.group(), decided.decision.manager));
            match entry.counts().map(|count| count.packets > 0) {
                [false, false] => continue,
                [true, true] if forward == backward => sum.together += 1,
                [true, true] => sum.apart += 1,
                _ => sum.one_way += 1,
            }
            sum.all += 1;
        }
        sum
    }
}

impl Group {
    fn new(shares: share::Group, keys: &Keys, tables: &Tables) -> Self {
        let mut keys_by_bucket = vec![0; BUCKETS];
        let own = || keys.iter().filter(|((group, _), _)| *group == shares.id);
        own().for_each(|(_, known)| keys_by_bucket[usize::from(known.bucket)] += 1);
        let entries = &tables.groups[usize::from(shares.id)].entries;
        let worst = (0..).zip(&shares.buckets).max_by_key(|&(bucket, packets)| (packets, std::cmp::Reverse(bucket)));
        let worst_bucket = worst.filter(|(_, packets)| **packets > 0).and_then(|(bucket, &packets)| {
            let inside = own().filter(|(_, known)| known.bucket == bucket);
            let ((_, key), busiest) = inside.max_by_key(|((_, key), known)| (known.packets, key))?;
            Some(Bucket {
                bucket,
                manager: entries[usize::from(bucket)],
                packets,
                share: packets as f64 / shares.buckets.iter().sum::<u64>() as f64,
                keys: keys_by_bucket[usize::from(bucket)],
                busiest: busiest.name(key),
                busiest_share: busiest.packets as f64 / packets as f64,
            })
        });
        let (peak, packet_peak, evenness) = (shares.peak(), shares.packet_peak(), Evenness::of(&keys_by_bucket));
        Self { peak, packet_peak, keys: keys_by_bucket.iter().sum(), evenness, worst_bucket, keys_by_bucket, shares }
    }
}

impl Known {
    /// The key in people's words: an endpoint, or a pair of addresses, which cannot be told from the key alone.
    fn name(&self, key: &Key) -> String {
        let [one, other] = self.flow.ends();
        match self.question {
            Reason::OtherProtocol => format!("{} and {}, protocol {}", one.ip(), other.ip(), self.flow.protocol()),
            Reason::EqualPorts => format!("{} and {}, port {}", one.ip(), other.ip(), one.port),
            _ => {
                let (address, port) = key.split_at(16);
                let address = address.iter().fold(0, |number, &byte| number << 8 | u128::from(byte));
                let ip = End { address, port: 0 }.ip();
                std::net::SocketAddr::new(ip, u16::from_be_bytes([port[0], port[1]])).to_string()
            }
        }
    }
}
