//! Repairs a table whose writer was killed, at whatever instruction.

use super::{Connection, Direction, FREE, Found, HALF_OPEN, HEADER, LIVE, LOCKS, SLOTS, Table};
use crate::table::record::VERSION;
use std::sync::atomic::Ordering::*;

/// What [`Table::recover`] found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Connections that go on.
    pub kept: u32,
    /// Connections that could not: one of their keys is another's, or nobody knows their service, server or interface.
    pub dropped: u32,
}

impl Table<'_> {
    /// Makes a table whole that another process left at any point, even with locks taken: index, list of free records and counts are made anew from
    /// the records. A record that was being written or removed is free, and so is one of a connection that `is_known` does not know. Nobody else may
    /// use the table meanwhile.
    pub fn recover(&self, is_known: impl Fn(&Connection) -> bool) -> Recovered {
        let index = HEADER..HEADER + LOCKS + SLOTS * self.buckets as usize;
        self.words[index].iter().for_each(|word| word.store(0, Relaxed));
        [FREE, LIVE, HALF_OPEN].into_iter().for_each(|word| self.words[word].store(0, Relaxed));
        let mut recovered = Recovered::default();
        for record in (0..self.connections).rev() {
            let version = self.word(record, VERSION).load(Acquire);
            if !version.is_multiple_of(2) {
                self.give_back(record);
                continue;
            }
            self.forget_carrier(record);
            self.count(LIVE, true);
            if self.tracking(record).is_half_open() {
                self.count(HALF_OPEN, true);
            }
            let connection = self.read(record);
            let entered = is_known(&connection)
                && self.enter_key(record, Direction::ToServer, &connection.client.to_words()).is_ok()
                && connection.server.is_none_or(|server| self.enter_key(record, Direction::ToClient, &server.to_words()).is_ok());
            if entered {
                recovered.kept += 1;
            } else {
                recovered.dropped += 1;
                self.remove(Found { record, version, direction: Direction::ToServer });
            }
        }
        recovered
    }
}
