//! Servers whose path swallows tags: a SYN without a tag has won where those with one had no answer.

use crate::{Address, Time};
use std::collections::HashMap;

/// How long a server is remembered.
const REMEMBERED: Time = Time::from_secs(300);
/// Servers that are remembered.
const MOST: usize = 4096;

/// The servers, each until when.
#[derive(Clone, Debug, Default)]
pub(super) struct Swallowing(HashMap<(Address, u16), Time>);

impl Swallowing {
    pub(super) fn remember(&mut self, now: Time, server: (Address, u16)) {
        if self.0.len() >= MOST {
            self.0.retain(|_, until| *until > now);
        }
        if self.0.len() < MOST {
            self.0.insert(server, now + REMEMBERED);
        }
    }

    pub(super) fn has(&self, now: Time, server: (Address, u16)) -> bool {
        self.0.get(&server).is_some_and(|until| *until > now)
    }
}
