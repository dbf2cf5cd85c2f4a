//! Stage `counters`: every frame is counted once under its reason, and what a manager gets under the manager.

use crate::decision::Decision;
use contract::code::{Reason, Verdict};
use contract::limits::MANAGERS;

/// Frames, and their bytes as they came in, without frame check sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many frames.
    pub frames: u64,
    /// How many bytes.
    pub bytes: u64,
}

impl Count {
    fn add(&mut self, bytes: usize) {
        self.frames = self.frames.wrapping_add(1);
        self.bytes = self.bytes.wrapping_add(bytes as u64);
    }
}

/// The counters of one core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counters {
    managers: [Count; MANAGERS + 1],
    reasons: [Count; Reason::ALL.len()],
    lost: [Count; Verdict::ALL.len()],
}

impl Default for Counters {
    fn default() -> Self {
        Self { managers: [Count::default(); _], reasons: [Count::default(); _], lost: [Count::default(); _] }
    }
}

impl Counters {
    /// Counts a decided frame of `bytes` bytes.
    pub fn count(&mut self, decision: &Decision, bytes: usize) {
        self.count_as(decision.reason, decision.taken_by(), bytes);
    }

    /// Counts a frame of `bytes` bytes that was decided for this reason, and that this manager gets, if one does.
    pub fn count_as(&mut self, reason: Reason, taken_by: Option<u8>, bytes: usize) {
        self.reasons[usize::from(reason.code())].add(bytes);
        if let Some(manager) = taken_by {
            self.managers[usize::from(manager)].add(bytes);
        }
    }

    /// Counts a frame that was decided, and then lost by a full host queue.
    pub fn count_lost(&mut self, verdict: Verdict, bytes: usize) {
        self.lost[usize::from(verdict.code())].add(bytes);
    }

    /// Frames that were sent to a manager.
    pub fn manager(&self, id: u8) -> Count {
        self.managers[usize::from(id)]
    }

    /// Frames that were decided for this reason.
    pub fn reason(&self, reason: Reason) -> Count {
        self.reasons[usize::from(reason.code())]
    }

    /// Frames of this verdict that a full host queue lost.
    pub fn lost(&self, verdict: Verdict) -> Count {
        self.lost[usize::from(verdict.code())]
    }
}
