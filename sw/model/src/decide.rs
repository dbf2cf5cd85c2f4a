//! The twelve questions of `docs/decision.md`, section 2, in their order: one packet at a time. [`batch`](crate::batch) takes many.

use crate::choice::Choice;
use crate::counters::Counters;
use crate::decision::Decision;
use crate::state::State;
use crate::tuple_select::Subject;
use crate::walk::Walk;
use crate::{ethernet, hash, verdict_logic};
use contract::limits::PORTS;

/// Decides a frame, of any length and content, that came in by port `ingress`.
///
/// Of the ingress port only what numbers a port of the card is looked at, as the hardware does.
/// Source: US 7,395,349, process 800 (FIG. 8).
pub fn decide(state: &State, frame: &[u8], ingress: u8) -> Decision {
    match subject(state, frame, ingress) {
        Ok(subject) => decide_subject(state, &subject),
        Err(early) => early,
    }
}

/// Decides a packet by its fields alone, as if its frame had passed questions 1 to 6: which rule, key, bucket and manager.
pub fn decide_subject(state: &State, subject: &Subject) -> Decision {
    let choice = Choice::of(state, subject);
    let hash = choice.key.map(|key| hash::hash(state.group(choice.group).row.key, &key));
    verdict_logic::decide(state, &choice, hash)
}

/// Questions 1 to 6: whose fields decide a frame.
///
/// # Errors
/// The decision, where one of the questions settles it.
fn subject(state: &State, frame: &[u8], ingress: u8) -> Result<Subject, Decision> {
    let early = |reason| verdict_logic::early(reason, state.port_pairs[usize::from(ingress) % PORTS]);
    ethernet::admit(state.enabled, state.neighbours, frame, |destination| ethernet::is_for_group(&state.group_macs, destination))
        .map_err(early)?;
    Walk::of(frame).subject.map_err(early)
}

/// The frame as it leaves by a decision made in the same state: towards a manager with that manager's destination MAC, else
/// unchanged; `None` if it is dropped.
pub fn outgoing(state: &State, decision: &Decision, frame: &[u8]) -> Option<Vec<u8>> {
    decision.egress?;
    let mut out = frame.to_vec();
    if let Some(id) = decision.taken_by() {
        let destination = state.manager(id).mac;
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
