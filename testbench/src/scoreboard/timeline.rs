//! State that changes while packets flow: every packet is decided by exactly one state, and each core goes from one to the next once.

use contract::register::{self, COMMIT, STATUS};
use model::State;
use sim::CompletedAccess;
use std::ops::RangeInclusive;

/// A state that was in force for a part of a batch.
#[derive(Clone, Debug)]
pub struct Epoch {
    /// What was in force.
    pub state: State,
    /// The cycle in which the write began that put it in force: nothing decided before can have seen it.
    pub from: u64,
    /// Every frame accepted later than this cycle must have seen it, or a later state.
    pub by: u64,
}

/// The states of a batch in their order. There is always at least one.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The states.
    pub epochs: Vec<Epoch>,
}

impl Timeline {
    /// A batch that starts in this state.
    pub fn new(state: State) -> Self {
        Self { epochs: vec![Epoch { state, from: 0, by: 0 }] }
    }

    /// Notes that a register was written, and what the state is since.
    pub fn written(&mut self, address: u32, state: &State, access: &CompletedAccess) {
        if !register::decode(address).is_some_and(|(register, _)| register.puts_in_force())
            || self.epochs.last().is_some_and(|last| last.state == *state)
        {
            return;
        }
        // A commit is complete only when STATUS shows it; everything else when the write is answered.
        let by = if address == COMMIT.at(0) { u64::MAX } else { access.finished };
        self.epochs.push(Epoch { state: state.clone(), from: access.started, by });
    }

    /// Notes a read of STATUS: if no commit is in progress, all that were begun are complete.
    pub fn read(&mut self, address: u32, access: &CompletedAccess) {
        if address == STATUS.at(0) && access.response == Ok(0) {
            self.epochs.iter_mut().filter(|epoch| epoch.by == u64::MAX).for_each(|epoch| epoch.by = access.finished);
        }
    }

    /// The states that a frame may have been decided in, given the state of the frame before it, when it was accepted and when it was
    /// decided: from the first that it must have reached to the last that it can have seen.
    pub fn possible(&self, before: usize, accepted: u64, decided: u64) -> RangeInclusive<usize> {
        let reached = self.epochs.iter().rposition(|epoch| epoch.by < accepted).unwrap_or(0);
        let seen = self.epochs.iter().rposition(|epoch| epoch.from <= decided).unwrap_or(0);
        before.max(reached)..=seen
    }
}
