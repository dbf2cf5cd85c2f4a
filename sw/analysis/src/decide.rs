//! What a card's tables make of flows: the model's decision for each direction, made many at a time.

use crate::flow::Direction;
use crate::table::FlowEntry;
use contract::code::Reason;
use model::{Choice, Decision, State, batch, verdict_logic};
use rayon::prelude::*;

/// Flows decided at a time.
const CHUNK: usize = 1024;

/// What becomes of a flow's packets that travel in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowDecision {
    /// The question that selected the key, whatever the reason.
    pub question: Reason,
    /// The decision about its own packets. ICMP errors about the flow share all but the reason.
    pub decision: Decision,
}

impl FlowDecision {
    /// The group that takes the packets.
    pub fn group(&self) -> u8 {
        self.decision.group.expect("a packet with a choice has a group")
    }

    /// The manager that gets the packets; `None` if they are dropped.
    pub fn taken_by(&self) -> Option<u8> {
        self.decision.taken_by()
    }

    /// The reason of ICMP errors about the flow.
    pub fn reason_of_errors(&self) -> Reason {
        verdict_logic::reason(self.question, true, self.taken_by().is_some())
    }
}

/// Decides every flow forward and backward, each direction by itself; in the order of the flows.
pub fn decide(flows: &[FlowEntry], state: &State) -> Vec<[FlowDecision; 2]> {
    flows.par_chunks(CHUNK).flat_map_iter(|chunk| decide_chunk(chunk, state)).collect()
}

fn decide_chunk(flows: &[FlowEntry], state: &State) -> Vec<[FlowDecision; 2]> {
    let subjects = flows.iter().flat_map(|entry| [Direction::Forward, Direction::Backward].map(|to| entry.flow.subject(to)));
    let choices: Vec<Choice> = subjects.map(|subject| Choice::of(state, &subject)).collect();
    let decisions = batch::decide(state, &choices);
    let (choices, _) = choices.as_chunks::<2>();
    let (decisions, _) = decisions.as_chunks::<2>();
    let pair = |(choices, decisions): (&[Choice; 2], &[Decision; 2])| {
        std::array::from_fn(|to| FlowDecision { question: choices[to].question, decision: decisions[to] })
    };
    choices.iter().zip(decisions).map(pair).collect()
}
