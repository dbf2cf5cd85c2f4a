//! What is known of one datagram.

use super::pieces::Pieces;
use super::queues::{Queues, Ticket};
use crate::Fate;
use crate::fragment::Key;

/// What is known of a datagram.
#[derive(Clone, Debug)]
pub(super) struct Datagram<T> {
    pub(super) state: State<T>,
    pub(super) ticket: Ticket,
    pub(super) pieces: Pieces,
}

/// How far a datagram is.
#[derive(Clone, Debug)]
pub(super) enum State<T> {
    /// Fragments in the order of their arrival, and what they weigh.
    Held(Vec<Box<[u8]>>, usize),
    /// Where its first fragment went.
    Receiving(T),
    Complete(T),
    Dropped(Fate),
}

impl<T> Datagram<T> {
    /// Hands out what is held, in the order of arrival, and gives its bytes back.
    pub(super) fn free(&mut self, queues: &mut Queues, key: Key) -> Vec<Box<[u8]>> {
        let State::Held(frames, weight) = &mut self.state else { return vec![] };
        *weight = 0;
        queues.free(self.ticket, key);
        std::mem::take(frames)
    }
}
