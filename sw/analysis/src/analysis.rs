//! What a capture meets, summed up: numbers for a person, and the same numbers for a program.

use crate::decide::{FlowDecision, decide};
use crate::evenness::Evenness;
use crate::flow::{Direction, End, Flow};
use crate::flow_set::FlowSet;
use crate::hazard::{Hazard, TrafficSummary};
use crate::keys::Keys;
use crate::share::{self, share_out};
use crate::survey::Survey;
use crate::unkept::UnkeptFlows;
use contract::code::Reason;
use contract::limits::BUCKETS;
use control::{Configuration, Tables};
use model::batch::Compiled;
use model::key::Key;
use serde::Serialize;

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
    /// What was seen of flows beyond those that are kept; absent if all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unkept: Option<UnkeptFlows>,
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
    /// Seen in both: one group and one key, so one manager.
    pub both_ways: u64,
}

/// How a group's traffic is shared out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Shares of its managers, and packets by bucket.
    #[serde(flatten)]
    pub shares: share::GroupShares,
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

impl Analysis {
    /// Decides a survey's flows by a card's tables; `tables` are those of the configuration.
    pub fn new(capture: &str, survey: Survey, remarks: Vec<String>, configuration: &Configuration, tables: &Tables) -> Self {
        let Survey { frames, bytes, undecided, .. } = survey;
        let unkept = survey.unkept();
        let flows = survey.into_flows();
        let decisions = decide(&flows, &Compiled::new(&tables.state()));
        let keys = Keys::of(&flows, &decisions);
        let shares = share_out(&flows, &decisions, tables, configuration);
        let hazards =
            TrafficSummary { flows: &flows, decisions: &decisions, keys: &keys, groups: &shares, tables, configuration }.hazards();
        let decided = Decided { flows: &flows, decisions: &decisions, keys: &keys };
        let groups = shares.into_iter().map(|shares| Group::new(shares, &decided, tables)).collect();
        let (fates, flows) = (fates(&undecided, &flows, &decisions), Flows::of(&flows));
        Self { capture: capture.into(), frames, bytes, remarks, fates, flows, unkept, groups, hazards }
    }
}

/// What became of the flows.
struct Decided<'a> {
    flows: &'a FlowSet,
    decisions: &'a [FlowDecision],
    keys: &'a Keys,
}

/// Frames by reason, with the verdict that goes with it.
fn fates(undecided: &[u64], flows: &FlowSet, decisions: &[FlowDecision]) -> Vec<Fate> {
    let mut frames = undecided.to_vec();
    for (entry, decided) in flows.iter().zip(decisions) {
        for (count, direction) in entry.counts.iter().zip(Direction::BOTH) {
            frames[usize::from(decided.reason_of_errors().code())] += count.errors;
            frames[usize::from(decided.reason(direction).code())] += count.packets - count.errors;
        }
    }
    let fate = |(reason, &frames): (&Reason, &u64)| Fate { verdict: reason.verdict().name(), reason: reason.name(), frames };
    Reason::ALL.iter().zip(&frames).filter(|(_, frames)| **frames > 0).map(fate).collect()
}

impl Flows {
    fn of(flows: &FlowSet) -> Self {
        let mut sum = Self::default();
        for entry in flows.iter() {
            match entry.counts.map(|count| count.packets > 0) {
                [false, false] => continue,
                [true, true] => sum.both_ways += 1,
                _ => sum.one_way += 1,
            }
            sum.all += 1;
        }
        sum
    }
}

impl Group {
    fn new(shares: share::GroupShares, decided: &Decided<'_>, tables: &Tables) -> Self {
        let mut keys_by_bucket = vec![0; BUCKETS];
        let worst = (0..).zip(&shares.buckets).max_by_key(|&(bucket, packets)| (packets, std::cmp::Reverse(bucket)));
        let worst = worst.filter(|(_, packets)| **packets > 0);
        let mut busiest = None;
        for known in decided.keys.iter() {
            let flow = known.flow as usize;
            let of_flow = &decided.decisions[flow];
            let (true, Some(bucket), Some(key)) = (of_flow.group() == shares.id, of_flow.bucket(), &of_flow.key) else { continue };
            keys_by_bucket[usize::from(bucket)] += 1;
            if worst.is_some_and(|(worst, _)| worst == bucket) {
                busiest = busiest.max(Some((known.packets, key, flow)));
            }
        }
        let worst_bucket = worst.zip(busiest).map(|((bucket, &packets), (most, key, flow))| Bucket {
            bucket,
            manager: tables.groups[usize::from(shares.id)].entries[usize::from(bucket)],
            packets,
            share: packets as f64 / shares.buckets.iter().sum::<u64>() as f64,
            keys: keys_by_bucket[usize::from(bucket)],
            busiest: name(&decided.flows.flow(flow), decided.decisions[flow].question(Direction::Forward), key),
            busiest_share: most as f64 / packets as f64,
        });
        let (peak, packet_peak, evenness) = (shares.peak(), shares.packet_peak(), Evenness::of(&keys_by_bucket));
        Self { peak, packet_peak, keys: keys_by_bucket.iter().sum(), evenness, worst_bucket, keys_by_bucket, shares }
    }
}

/// A flow's key in people's words: an endpoint, or a pair of addresses, which cannot be told from the key alone.
fn name(flow: &Flow, question: Reason, key: &Key) -> String {
    let [one, other] = flow.ends();
    match question {
        Reason::OtherProtocol => format!("{} and {}, protocol {}", one.ip(), other.ip(), flow.protocol()),
        Reason::EqualPorts => format!("{} and {}, port {}", one.ip(), other.ip(), one.port),
        _ => {
            let End { address, port } = End::of_key(key);
            std::net::SocketAddr::new(End { address, port }.ip(), port).to_string()
        }
    }
}
