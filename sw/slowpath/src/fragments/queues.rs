//! Whose turn it is: datagrams of each stage in the order in which they are forgotten, and what the held ones cost.

use crate::Time;
use crate::fragment::Key;
use model::network::Address;
use std::collections::{BTreeMap, HashMap};

/// How far a datagram is: each stage has a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Held,
    Receiving,
    Complete,
    Dropped,
}

/// A datagram's turn: it is forgotten at `deadline`; among equals, the one that entered first goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    stage: Stage,
    deadline: Time,
    serial: u64,
}

impl Ticket {
    fn turn(&self) -> (Time, u64) {
        (self.deadline, self.serial)
    }
}

type Queue = BTreeMap<(Time, u64), Key>;

/// The turns of all datagrams.
#[derive(Clone, Debug, Default)]
pub(super) struct Queues {
    stages: [Queue; 4],
    /// The held datagrams that have bytes, the oldest first, with their bytes.
    holding: BTreeMap<(Time, u64), (Key, usize)>,
    /// The same of each source.
    sources: HashMap<Address, Source>,
    bytes: usize,
    serial: u64,
}

/// What a source holds.
#[derive(Clone, Debug, Default)]
struct Source {
    bytes: usize,
    holding: Queue,
}

impl Queues {
    pub(super) fn enter(&mut self, stage: Stage, deadline: Time, key: Key) -> Ticket {
        self.serial += 1;
        let ticket = Ticket { stage, deadline, serial: self.serial };
        self.stages[stage as usize].insert(ticket.turn(), key);
        ticket
    }

    pub(super) fn leave(&mut self, ticket: Ticket) {
        self.stages[ticket.stage as usize].remove(&ticket.turn());
    }

    /// Leaves a stage and enters another.
    pub(super) fn move_to(&mut self, ticket: Ticket, stage: Stage, deadline: Time, key: Key) -> Ticket {
        self.leave(ticket);
        self.enter(stage, deadline, key)
    }

    /// Adds bytes to what a held datagram costs.
    pub(super) fn charge(&mut self, ticket: Ticket, key: Key, cost: usize) {
        self.bytes += cost;
        self.holding.entry(ticket.turn()).or_insert((key, 0)).1 += cost;
        let source = self.sources.entry(key.source).or_default();
        source.bytes += cost;
        source.holding.insert(ticket.turn(), key);
    }

    /// Gives back what a held datagram costs.
    pub(super) fn free(&mut self, ticket: Ticket, key: Key) {
        let Some((_, cost)) = self.holding.remove(&ticket.turn()) else { return };
        self.bytes -= cost;
        if let Some(source) = self.sources.get_mut(&key.source) {
            source.bytes -= cost;
            source.holding.remove(&ticket.turn());
            if source.bytes == 0 {
                self.sources.remove(&key.source);
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn bytes_of(&self, source: Address) -> usize {
        self.sources.get(&source).map_or(0, |source| source.bytes)
    }

    /// The oldest datagram that holds bytes.
    pub(super) fn oldest_holding(&self) -> Option<Key> {
        self.holding.first_key_value().map(|(_, (key, _))| *key)
    }

    /// The oldest datagram of a source that holds bytes.
    pub(super) fn oldest_of(&self, source: Address) -> Option<Key> {
        self.sources.get(&source)?.holding.first_key_value().map(|(_, key)| *key)
    }

    /// The first datagram of a stage, if it is forgotten by then.
    pub(super) fn oldest(&self, stage: Stage, by: Time) -> Option<Key> {
        self.stages[stage as usize].first_key_value().filter(|((deadline, _), _)| *deadline <= by).map(|(_, key)| *key)
    }

    /// A datagram whose time is up.
    pub(super) fn due(&self, now: Time) -> Option<Key> {
        [Stage::Held, Stage::Receiving, Stage::Complete, Stage::Dropped].into_iter().find_map(|stage| self.oldest(stage, now))
    }

    /// When the next datagram is forgotten.
    pub(super) fn next(&self) -> Option<Time> {
        self.stages.iter().filter_map(|queue| queue.first_key_value()).map(|((deadline, _), _)| *deadline).min()
    }
}
