//! Frames that the card decides together.

use crate::ModelCard;
use model::batch::{self, CompactDecision, Compiled, LANES, Lanes};
use model::{Egress, State};

/// What the batch decision needs beside the state, kept from one call to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    /// The state as it was compiled; none since the last write.
    tables: Option<Box<Compiled>>,
    /// Whether frames came since the last write: compiling then costs less than it saves.
    settled: bool,
    lanes: Box<Lanes>,
    frame: Vec<u8>,
}

impl Batch {
    /// The state has changed.
    pub(crate) fn forget(&mut self) {
        (self.tables, self.settled) = (None, false);
    }

    /// Decides at most [`LANES`] frames.
    fn decide(&mut self, state: &State, frames: &[&[u8]], ingress: u8, out: &mut [CompactDecision]) {
        if self.settled {
            let tables = self.tables.get_or_insert_with(|| Box::new(Compiled::new(state)));
            return batch::decide(tables, &mut self.lanes, frames, ingress, out);
        }
        self.settled = true;
        for (frame, out) in frames.iter().zip(out) {
            *out = (&model::decide(state, frame, ingress)).into();
        }
    }
}

impl ModelCard {
    /// Decides frames that came in by a port, in their order, and counts them on a core. Those that leave are given to `leave`, with where and as what
    /// they leave.
    ///
    /// # Errors
    /// At the first that `leave` fails with: the frames after it are counted and lost.
    ///
    /// # Panics
    /// If the card does not have the core.
    pub fn pass_on<E>(
        &mut self,
        core: usize,
        frames: &[&[u8]],
        ingress: u8,
        mut leave: impl FnMut(Egress, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { state, counters, batch, .. } = self;
        for frames in frames.chunks(LANES) {
            let mut decisions = [CompactDecision::EMPTY; LANES];
            let decisions = &mut decisions[..frames.len()];
            batch.decide(state, frames, ingress, decisions);
            for (frame, decision) in frames.iter().zip(&*decisions) {
                counters[core].count_as(decision.reason, decision.taken_by(), frame.len());
            }
            for (frame, decision) in frames.iter().zip(decisions) {
                let Some(egress) = decision.egress() else { continue };
                let Some(manager) = decision.taken_by() else {
                    leave(egress, frame)?;
                    continue;
                };
                batch.frame.clear();
                batch.frame.extend_from_slice(frame);
                batch.frame.iter_mut().zip(state.manager(manager).mac).for_each(|(byte, new)| *byte = new);
                leave(egress, &batch.frame)?;
            }
        }
        Ok(())
    }
}
