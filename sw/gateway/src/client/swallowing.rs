//! Servers whose path swallows tags: a SYN without a tag has won where those with one had no answer.

use crate::{Address, Time};
use std::collections::HashMap;

/// How long a server is remembered.
const REMEMBERED: Time = Time::from_secs(300);
/// After so many races in a row. One alone may be chance: both tagged SYNs, or all their answers, were lost.
const RACES: u8 = 3;
/// Servers that are remembered.
const MOST: usize = 4096;

/// Races in a row that only a SYN without a tag has won, and until when they count.
#[derive(Clone, Copy, Debug)]
struct Swallowed {
    races: u8,
    until: Time,
}

/// The servers.
#[derive(Clone, Debug, Default)]
pub(super) struct Swallowing(HashMap<(Address, u16), Swallowed>);

impl Swallowing {
    /// Only a SYN without a tag has won.
    pub(super) fn swallowed(&mut self, now: Time, server: (Address, u16)) {
        if self.0.len() >= MOST {
            self.0.retain(|_, swallowed| swallowed.until > now);
        }
        if self.0.len() < MOST {
            let swallowed = self.0.entry(server).or_insert(Swallowed { races: 0, until: now });
            *swallowed = Swallowed { races: swallowed.races.saturating_add(1), until: now + REMEMBERED };
        }
    }

    /// One with a tag had an answer.
    pub(super) fn came_through(&mut self, server: (Address, u16)) {
        if !self.0.is_empty() {
            self.0.remove(&server);
        }
    }

    pub(super) fn has(&self, now: Time, server: (Address, u16)) -> bool {
        self.0.get(&server).is_some_and(|swallowed| swallowed.races >= RACES && swallowed.until > now)
    }
}
