//! Servers whose path swallows tags: a SYN without a tag has won where those with one had no answer.

use crate::{Address, Time};
use std::collections::HashMap;

/// How long a server is remembered.
const REMEMBERED: Time = Time::from_secs(300);
/// So soon after a tagged SYN has had an answer, two without one are chance: they, or all their answers, were lost.
const CAME_THROUGH: Time = Time::from_secs(60);
/// Servers that are remembered.
const MOST: usize = 4096;

/// What is known of a server: until when it swallows tags, or is known not to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Swallows(Time),
    Passes(Time),
}

/// The servers.
#[derive(Clone, Debug, Default)]
pub(super) struct Swallowing(HashMap<(Address, u16), Known>);

impl Swallowing {
    /// Only a SYN without a tag has won.
    pub(super) fn swallowed(&mut self, now: Time, server: (Address, u16)) {
        if !matches!(self.0.get(&server), Some(Known::Passes(until)) if *until > now) {
            self.remember(now, server, Known::Swallows(now + REMEMBERED));
        }
    }

    /// One with a tag had an answer.
    pub(super) fn came_through(&mut self, now: Time, server: (Address, u16)) {
        self.remember(now, server, Known::Passes(now + CAME_THROUGH));
    }

    fn remember(&mut self, now: Time, server: (Address, u16), known: Known) {
        if self.0.len() >= MOST {
            self.0.retain(|_, known| matches!(known, Known::Swallows(until) | Known::Passes(until) if *until > now));
        }
        if self.0.len() < MOST || self.0.contains_key(&server) {
            self.0.insert(server, known);
        }
    }

    pub(super) fn has(&self, now: Time, server: (Address, u16)) -> bool {
        matches!(self.0.get(&server), Some(Known::Swallows(until)) if *until > now)
    }
}
