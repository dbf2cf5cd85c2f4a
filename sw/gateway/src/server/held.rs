//! SYNs that are held, with their copies, each until its time.

use crate::entry::Key;
use crate::{Output, Time};
use std::collections::{BTreeMap, HashMap};

/// When an output is due, and a number of its own.
type Ticket = (Time, u64);

/// All that is held.
#[derive(Clone, Debug, Default)]
pub(super) struct HeldSyns {
    due: BTreeMap<Ticket, (Key, Output)>,
    /// Of each SYN its number, and what of it still waits.
    syns: HashMap<Key, (u32, Vec<Ticket>)>,
    serial: u64,
}

impl HeldSyns {
    pub(super) fn len(&self) -> usize {
        self.syns.len()
    }

    /// The number of the SYN that is held for a connection.
    pub(super) fn isn(&self, key: &Key) -> Option<u32> {
        self.syns.get(key).map(|(isn, _)| *isn)
    }

    pub(super) fn hold(&mut self, key: Key, isn: u32, outputs: impl IntoIterator<Item = (Time, Output)>) {
        let mut tickets = Vec::new();
        for (time, output) in outputs {
            self.serial += 1;
            tickets.push((time, self.serial));
            self.due.insert((time, self.serial), (key, output));
        }
        if !tickets.is_empty() {
            self.syns.insert(key, (isn, tickets));
        }
    }

    /// Forgets a SYN and what of it still waits; says whether there was one.
    pub(super) fn cancel(&mut self, key: &Key) -> bool {
        let Some((_, tickets)) = self.syns.remove(key) else { return false };
        for ticket in tickets {
            self.due.remove(&ticket);
        }
        true
    }

    /// Appends what is due.
    pub(super) fn release(&mut self, now: Time, out: &mut Vec<Output>) {
        while let Some(first) = self.due.first_entry().filter(|first| first.key().0 <= now) {
            let (ticket, (key, output)) = first.remove_entry();
            out.push(output);
            if let Some((_, tickets)) = self.syns.get_mut(&key) {
                tickets.retain(|other| *other != ticket);
                if tickets.is_empty() {
                    self.syns.remove(&key);
                }
            }
        }
    }

    pub(super) fn next(&self) -> Option<Time> {
        self.due.first_key_value().map(|((time, _), _)| *time)
    }
}
