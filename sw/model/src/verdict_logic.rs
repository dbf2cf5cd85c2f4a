//! Puts the twelve questions in their order and gives the verdict. `docs/decision.md`, section 2.

use crate::count::Counters;
use crate::decision::{Decision, Egress};
use crate::ethernet::is_for_group;
use crate::key::Key;
use crate::state::{Active, State};
use crate::tuple_select::Subject;
use crate::walk::Walk;
use crate::{classifier, entry_table, hash, key, manager_table};
use contract::code::{Reason, Verdict};
use contract::limits::PORTS;

/// Decides a frame, of any length and content, that came in by port `ingress`.
///
/// Of the ingress port only what numbers a port of the card is looked at, as the hardware does.
/// Source: US 7,395,349, process 800 (FIG. 8).
pub fn decide(state: &State, frame: &[u8], ingress: u8) -> Decision {
    let walk = Walk::of(frame);
    let pair = state.port_pairs[usize::from(ingress) % PORTS];
    let bridge = |reason| Decision::early(reason, Egress::Port(pair));

    // Questions 1 and 2: for us?
    if !state.enabled {
        return bridge(Reason::Disabled);
    }
    let Some(ethernet) = walk.ethernet else {
        return bridge(Reason::Runt);
    };
    if !is_for_group(&state.group_macs, ethernet.destination) {
        return bridge(Reason::NotForGroup);
    }

    // Questions 3 to 6, which the walk answered: whose addresses and ports decide?
    let subject = match walk.subject {
        Ok(subject) => subject,
        Err(reason) => return Decision::early(reason, Egress::Host),
    };

    decide_subject(state, &subject)
}

/// Decides a packet by its fields alone, as if its frame had passed questions 1 to 6: which rule, key, bucket and manager.
pub fn decide_subject(active: &impl Active, subject: &Subject) -> Decision {
    let choice = Choice::of(active, subject);
    let hash = choice.key.map(|key| hash::hash(active.group(choice.group).row.key, &key));
    choice.decide(active, hash)
}

/// What questions 7 to 12 choose for a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The group whose rule the packet falls under.
    pub group: u8,
    /// The question that chose the key, of an ICMP error too.
    pub question: Reason,
    /// What is hashed; `None` where the designated manager takes the packet.
    pub key: Option<Key>,
    /// Whether the packet is embedded in an ICMP error.
    pub embedded: bool,
}

/// A decision, and the choice that led to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What questions 7 to 12 chose.
    pub choice: Choice,
    /// What became of it.
    pub decision: Decision,
}

impl Choice {
    /// Asks question 8, which group takes the packet, and then 7 and 9 to 12, which key it has.
    #[inline]
    pub fn of(active: &impl Active, subject: &Subject) -> Self {
        let rule = classifier::choose(active.rules(), subject.protocol, subject.ports);
        let (question, key) = key::choose(subject, &rule, active.group(rule.group).row.equal_ports_hash);
        Self { group: rule.group, question, key, embedded: subject.embedded }
    }

    /// The decision, given the hash of the key: the key's bucket names the manager, or the group does.
    #[inline]
    pub fn decide(self, active: &impl Active, hash: Option<u32>) -> Decision {
        let group = active.group(self.group);
        let bucket = hash.map(entry_table::bucket);
        let id = bucket.map_or(group.row.designated, |bucket| group.manager(bucket));
        let live = manager_table::live(active.managers(), id);
        let reason = match live {
            None => Reason::NoManager,
            Some(_) if self.embedded => Reason::IcmpError,
            Some(_) => self.question,
        };
        Decision {
            verdict: reason.verdict(),
            reason,
            group: Some(self.group),
            key: self.key,
            hash,
            bucket,
            manager: (id != 0).then_some(id),
            egress: live.map(|row| Egress::Port(row.egress)),
        }
    }
}

/// The frame as it leaves by a decision made in the same state: towards a manager with that manager's destination MAC, else
/// unchanged; `None` if it is dropped.
pub fn outgoing(state: &State, decision: &Decision, frame: &[u8]) -> Option<Vec<u8>> {
    decision.egress?;
    let mut out = frame.to_vec();
    if let (Verdict::ToManager, Some(id)) = (decision.verdict, decision.manager) {
        let destination = state.managers[usize::from(id)].mac;
        out.iter_mut().zip(destination).for_each(|(byte, new)| *byte = new);
    }
    Some(out)
}

/// Decides a frame and counts it.
pub fn process(state: &State, counters: &mut Counters, frame: &[u8], ingress: u8) -> Decision {
    let decision = decide(state, frame, ingress);
    counters.count(&decision, frame.len());
    decision
}
