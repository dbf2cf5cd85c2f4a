//! What a card's tables make of flows: one decision a flow, made many at a time.

use crate::flow::{Direction, Flow};
use crate::flow_set::FlowSet;
use contract::code::Reason;
use model::batch::{CompactDecision, Compiled, LANES, Lanes, decide_choices};
use model::key::Key;
use model::{Choice, verdict_logic};
use rayon::prelude::*;

/// Flows that a thread decides at a time.
const CHUNK: usize = 64 * LANES;

/// What becomes of a flow's packets.
///
/// Both directions have one group and one key, so there is one decision. That is asked of every flow: see [`FlowDecision::apart`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowDecision {
    decided: CompactDecision,
    /// What is hashed; `None` where the group's designated manager takes the packets.
    pub key: Option<Key>,
    /// The question that selected the key of a packet, by its direction.
    questions: [Reason; 2],
    /// Whether the two directions have different groups or keys. The rule of the greater port allows none.
    pub apart: bool,
}

impl FlowDecision {
    /// The group that takes the packets.
    pub fn group(&self) -> u8 {
        self.decided.group().expect("a packet with a choice has a group")
    }

    /// The bucket of its key's hash.
    pub fn bucket(&self) -> Option<u16> {
        self.decided.bucket()
    }

    /// The manager that gets the packets; `None` if they are dropped.
    pub fn taken_by(&self) -> Option<u8> {
        self.decided.taken_by()
    }

    /// The question that selected the key of packets in a direction, whatever the reason of their verdict.
    pub fn question(&self, direction: Direction) -> Reason {
        self.questions[direction as usize]
    }

    /// The reason of packets in a direction.
    pub fn reason(&self, direction: Direction) -> Reason {
        verdict_logic::reason(self.question(direction), false, self.taken_by().is_some())
    }

    /// The reason of ICMP errors about the flow.
    pub fn reason_of_errors(&self) -> Reason {
        verdict_logic::reason(self.question(Direction::Forward), true, self.taken_by().is_some())
    }
}

/// Decides every flow; in their order.
pub fn decide(flows: &FlowSet, tables: &Compiled) -> Vec<FlowDecision> {
    let numbers: Vec<usize> = (0..flows.len()).step_by(CHUNK).collect();
    let chunk = |start: usize| decide_chunk(flows, start..flows.len().min(start + CHUNK), tables);
    numbers.into_par_iter().flat_map_iter(chunk).collect()
}

fn decide_chunk(flows: &FlowSet, numbers: std::ops::Range<usize>, tables: &Compiled) -> Vec<FlowDecision> {
    let choose = |flow: &Flow, direction| tables.choose(&flow.subject(direction));
    let (mut choices, mut backward) = (Vec::with_capacity(numbers.len()), Vec::with_capacity(numbers.len()));
    for number in numbers {
        let flow = flows.flow(number);
        choices.push(choose(&flow, Direction::Forward));
        backward.push(choose(&flow, Direction::Backward));
    }
    let mut decided = vec![CompactDecision::EMPTY; choices.len()];
    decide_choices(tables, &mut Lanes::default(), &choices, &mut decided);
    let flow = |((forward, backward), decided): ((&Choice, &Choice), CompactDecision)| FlowDecision {
        decided,
        key: forward.key,
        questions: [forward.question, backward.question],
        apart: (forward.group, forward.key) != (backward.group, backward.key),
    };
    choices.iter().zip(&backward).zip(decided).map(flow).collect()
}
