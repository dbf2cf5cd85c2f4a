//! Refusals during a race: held, and delivered only if nobody answers.

use crate::entry::{Entry, Key};
use crate::{Frame, Time};
use std::collections::VecDeque;

/// Refusals that are held at most; beyond, they are delivered at once.
const MOST: usize = 65_536;

/// A refusal that waits.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) key: Key,
    pub(super) isn: u32,
    pub(super) frame: Frame,
    due: Time,
}

/// All of them. Every one waits as long, so they are due in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct HeldRefusals(VecDeque<Refusal>);

impl HeldRefusals {
    /// Keeps a refusal, unless the race has one already; says whether it does.
    pub(super) fn keep(&mut self, due: Time, entry: &mut Entry, frame: Frame) -> bool {
        let keep = !std::mem::replace(&mut entry.refused, true);
        if keep {
            let due = if self.0.len() < MOST { due } else { Time::ZERO };
            let refusal = Refusal { key: entry.key, isn: entry.isn, frame, due };
            if due == Time::ZERO { self.0.push_front(refusal) } else { self.0.push_back(refusal) }
        }
        keep
    }

    /// Takes the next one that is due.
    pub(super) fn due(&mut self, now: Time) -> Option<Refusal> {
        self.0.pop_front_if(|refusal| refusal.due <= now)
    }

    pub(super) fn next(&self) -> Option<Time> {
        self.0.front().map(|refusal| refusal.due)
    }
}
