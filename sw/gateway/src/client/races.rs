//! What has happened in the last races, and how each replica does in them.

use crate::counters::Count;
use crate::entry::Key;
use crate::machine::Peer;
use crate::{Address, Mode, Time};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Races that are remembered.
const LAST: usize = 4096;
/// What is remembered of one.
const MOST: usize = 32;
/// Answers that have a tally of their own; of more nothing is told.
const TALLIES: usize = 1024;

/// Something that has happened in a race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The client's SYN went on with a tag.
    Tagged,
    /// It went on without one, for this reason; `None`: another answer was expected by then.
    Untagged(Option<Count>),
    /// A SYN-ACK of the server, or of a replica in a mode, won.
    Won(Answerer),
    /// One came that did not win.
    Lost(Answerer),
    /// One was dropped, for this reason.
    Dropped(Answerer, Count),
    /// The server refused.
    Refused,
}

/// Who answers: a replica in its mode; `None` is the server.
pub type Answerer = Option<(Address, Mode)>;

/// A race, from its SYN on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Race {
    /// When the SYN came.
    pub begun: Time,
    /// The SYN's number.
    pub isn: u32,
    /// What has happened, and when: the first 32.
    pub happened: Vec<(Time, Happened)>,
    won: Option<(Time, Answerer)>,
    margin: Option<Time>,
}

impl Race {
    /// Who has won, and when.
    pub fn won(&self) -> Option<(Time, Answerer)> {
        self.won
    }

    /// How much later the next answer came.
    pub fn margin(&self) -> Option<Time> {
        self.margin
    }
}

/// Upper bounds of the margins that are counted together, in milliseconds; the last count is of those above all of them.
pub const MARGINS: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/// How somebody who answers does in races.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Races that were won.
    pub wins: u64,
    /// Answers that came after another's.
    pub losses: u64,
    /// Of races won, how often the next answer came within each of [`MARGINS`], and later than all of them.
    pub margins: [u64; MARGINS.len() + 1],
    /// All margins together.
    pub margin: Time,
}

/// The last races, and all tallies.
#[derive(Clone, Debug, Default)]
pub struct Races {
    last: HashMap<Key, Race>,
    order: VecDeque<(Key, u32)>,
    tallies: BTreeMap<Option<Address>, Tally>,
}

impl Races {
    /// The last race of this connection.
    pub fn of(&self, key: &Key) -> Option<&Race> {
        self.last.get(key)
    }

    /// The races that are remembered, the newest first.
    pub fn newest(&self) -> impl Iterator<Item = (&Key, &Race)> {
        let still = |(key, isn): &'_ (Key, u32)| self.last.get_key_value(key).filter(|(_, race)| race.isn == *isn);
        self.order.iter().rev().filter_map(still)
    }

    /// How everybody does who has answered; `None` is the servers.
    pub fn tallies(&self) -> &BTreeMap<Option<Address>, Tally> {
        &self.tallies
    }

    pub(super) fn syn(&mut self, now: Time, key: Key, isn: u32, happened: Happened) {
        if self.last.get(&key).is_none_or(|race| race.isn != isn) {
            while self.order.len() >= LAST
                && let Some((oldest, isn)) = self.order.pop_front()
            {
                if self.last.get(&oldest).is_some_and(|race| race.isn == isn) {
                    self.last.remove(&oldest);
                }
            }
            self.order.push_back((key, isn));
            self.last.insert(key, Race { begun: now, isn, happened: Vec::new(), won: None, margin: None });
        }
        self.note(now, &key, happened);
    }

    fn note(&mut self, now: Time, key: &Key, happened: Happened) {
        if let Some(race) = self.last.get_mut(key).filter(|race| race.happened.len() < MOST) {
            race.happened.push((now, happened));
        }
    }

    pub(super) fn answer(&mut self, now: Time, key: &Key, from: Peer, answered: Answered) {
        let who = match from {
            Peer::Server => None,
            Peer::Replica(replica, mode) => Some((replica, mode)),
        };
        let happened = match answered {
            Answered::Won => Happened::Won(who),
            Answered::Lost => Happened::Lost(who),
            Answered::Dropped(count) => Happened::Dropped(who, count),
            Answered::Refused => Happened::Refused,
        };
        self.note(now, key, happened);
        match answered {
            Answered::Won => {
                if let Some(race) = self.last.get_mut(key) {
                    race.won = Some((now, who));
                }
                self.tally(who, |tally| tally.wins += 1);
            }
            Answered::Lost => {
                self.tally(who, |tally| tally.losses += 1);
                self.margin(now, key);
            }
            Answered::Dropped(_) | Answered::Refused => {}
        }
    }

    /// Counts the margin of a race, with its second answer.
    fn margin(&mut self, now: Time, key: &Key) {
        let Some(race) = self.last.get_mut(key).filter(|race| race.margin.is_none()) else { return };
        let Some((won, who)) = race.won else { return };
        let margin = now.saturating_sub(won);
        race.margin = Some(margin);
        let place = MARGINS.iter().position(|most| margin <= Time::from_millis(*most)).unwrap_or(MARGINS.len());
        self.tally(who, |tally| {
            tally.margins[place] += 1;
            tally.margin += margin;
        });
    }

    fn tally(&mut self, who: Answerer, change: impl FnOnce(&mut Tally)) {
        let who = who.map(|(replica, _)| replica);
        if self.tallies.len() < TALLIES || self.tallies.contains_key(&who) {
            change(self.tallies.entry(who).or_default());
        }
    }
}

/// What became of an answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answered {
    Won,
    Lost,
    Dropped(Count),
    Refused,
}
