//! Frames whose next station has no MAC yet: a few wait for it, as they came, and are taken again. Source: RFC 1122, section 2.3.2.2.

use super::translate::checksum_at;
use super::{Call, Filter, To, Verdict};
use crate::frame::Content;
use crate::outbox::Outbox;
use crate::reason::Reason;
use crate::tables::{Station, Tables};
use crate::waiting::Waiter;
use packet::Sum;
use std::time::Duration;

impl Filter<'_> {
    /// Takes up again what waits for a MAC, if other tables are in force since: what can leave is added to `out`. To be called before frames are taken
    /// by new tables, so that those that have come earlier leave earlier.
    pub fn resume(&mut self, tables: &Tables, now: Duration, out: &mut Outbox) {
        for (_, waiter) in self.waiting.before(tables.generation()) {
            self.take_again(tables, now, waiter, true, out);
        }
    }

    /// The stations whose MAC is lacking, each once a second at most.
    pub fn lacking(&mut self) -> impl Iterator<Item = Station> {
        self.waiting.asked()
    }

    /// Whether a frame waits for a MAC.
    pub fn is_waiting(&self) -> bool {
        self.waiting.len() > 0
    }

    /// Has a frame wait for a station if it is there for nothing else and there is room; otherwise counts what has become of it.
    #[cold]
    pub(super) fn wait(&mut self, call: &Call<'_>, frame: &[u8], station: Station, verdict: Verdict) -> Verdict {
        self.waiting.ask(station, call.now);
        // What is still to be cut is many frames, and its sender sends them again.
        if verdict.reason != Reason::Unresolved || call.offload.segment.is_some() || !self.waiting.has_room(station) {
            return self.core.counted(verdict);
        }
        let mut frame = frame.to_vec();
        if call.offload.unfinished {
            finish(&mut frame);
        }
        self.waiting.hold(station, Waiter { interface: call.interface, frame, since: call.now }, call.tables.generation());
        self.core.counters.waited += 1;
        verdict
    }

    /// Those who have waited for too long wait no longer: it becomes of them what becomes of a frame that must not.
    pub(super) fn end_waiting(&mut self, tables: &Tables, now: Duration, out: &mut Outbox) {
        while let Some(waiter) = self.waiting.late(now) {
            self.take_again(tables, now, waiter, false, out);
        }
    }

    /// Takes a frame that has waited. It has been counted when it came.
    fn take_again(&mut self, tables: &Tables, now: Duration, mut waiter: Waiter, may_wait: bool, out: &mut Outbox) {
        let mut call = Call { may_wait, ..Call::new(tables, now, waiter.interface, out) };
        let verdict = self.sift(&mut call, &mut waiter.frame);
        if let (Some(station), Reason::Unresolved) = (call.lacks, verdict.reason)
            && self.waiting.has_room(station)
        {
            self.waiting.ask(station, now);
            return self.waiting.hold(station, waiter, tables.generation());
        }
        let before = self.core.counters.passed;
        if let Some(To::Hop(hop)) = self.core.counted(verdict).to {
            out.put(hop.interface, &[&waiter.frame]);
        }
        self.core.counters.resumed += self.core.counters.passed - before;
    }
}

/// Finishes the checksum of TCP or UDP: its place holds the sum of the pseudo header.
fn finish(frame: &mut [u8]) {
    let Content::Ports(headers, _) = Content::of(frame) else { return };
    let at = checksum_at(headers.protocol, headers.transport_at);
    // In TCP both forms of 0 are the same number.
    let checksum = packet::checksum::udp(Sum::default().bytes(&frame[headers.transport_at..headers.end]).checksum());
    frame[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
}
