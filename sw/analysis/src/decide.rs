//! What a card's tables make of flows: one decision a flow, made many at a time.

use crate::flow::Direction;
use crate::flow_set::FlowSet;
use contract::code::Reason;
use model::batch::{CompactDecision, Compiled, LANES, Lanes, decide_choices};
use model::key::Key;
use model::verdict_logic;

/// What becomes of a flow's packets.
///
/// Both directions have one group and one key, so there is one decision, made for packets that travel forward. A property test of the model
/// holds this (`both_directions_and_errors_about_either_meet_the_same_manager`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowDecision {
    decided: CompactDecision,
    /// What is hashed; `None` where the group's designated manager takes the packets.
    pub key: Option<Key>,
    /// The question that selected the key of a packet that travels forward.
    question: Reason,
}

impl FlowDecision {
    /// Room for a decision.
    const EMPTY: Self = Self { decided: CompactDecision::EMPTY, key: None, question: Reason::NoManager };

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
        match (direction, self.question) {
            // One key, seen from its other side.
            (Direction::Backward, Reason::SourceSide) => Reason::DestinationSide,
            (Direction::Backward, Reason::DestinationSide) => Reason::SourceSide,
            (_, question) => question,
        }
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

/// Decides every flow; in their order. On one thread: to start others costs more than most captures' flows.
pub fn decide(flows: &FlowSet, tables: &Compiled) -> Vec<FlowDecision> {
    let mut decisions = vec![FlowDecision::EMPTY; flows.len()];
    let (mut lanes, mut choices) = (Lanes::default(), Vec::with_capacity(LANES));
    for (first, decisions) in (0..).step_by(LANES).zip(decisions.chunks_mut(LANES)) {
        choices.clear();
        for (number, decision) in (first..).zip(&mut *decisions) {
            let choice = tables.choose(&flows.flow(number).subject(Direction::Forward));
            (decision.key, decision.question) = (choice.key, choice.question);
            choices.push(choice);
        }
        let mut decided = [CompactDecision::EMPTY; LANES];
        decide_choices(tables, &mut lanes, &choices, &mut decided[..choices.len()]);
        decisions.iter_mut().zip(decided).for_each(|(decision, decided)| decision.decided = decided);
    }
    decisions
}
