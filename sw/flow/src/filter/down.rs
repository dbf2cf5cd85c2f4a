//! Connections of a server that has gone down: where the service wants it, both ends get a RST. Source: RFC 9293, 3.5.3 and 3.10.7; RFC 5961,
//! section 3.2.

use super::answer::Reset;
use super::{Call, Core};
use crate::frame::{addresses, version_of};
use crate::key::Key;
use crate::table::{Connection, Direction, Entry, Found, Tracking};
use crate::tables::Hop;
use crate::tcp::{self, Segment, Stage};
use model::network::Version;
use model::transport::TCP;

/// Connections that one sweep resets, at most: each is two frames to send, and packets wait meanwhile.
pub(super) const AT_ONCE: usize = 256;
/// Seconds after which the hand tells both ends once more: what was on its way has arrived by then, and what they expect is known.
const AGAIN: u64 = 2;

impl Core<'_> {
    /// Resets a connection that the clock's hand has found, if its server is down and its service wants that; again one that was reset. Returns
    /// whether both ends were told.
    pub(super) fn reset_found(&mut self, call: &mut Call<'_>, entry: &Entry) -> bool {
        let Tracking { stage, before, seen, .. } = entry.tracking;
        let was_told_twice = stage == Stage::Reset && before == Stage::Reset;
        let is_on_its_way = stage == Stage::Reset && call.now.as_secs().saturating_sub(seen.into()) < AGAIN;
        if matches!(stage, Stage::Closed | Stage::Gone) || was_told_twice || is_on_its_way {
            return false;
        }
        let connection = self.table.again(entry.found).filter(|connection| call.tables.resets(connection));
        connection.is_some_and(|connection| self.reset_both(call, entry.found, &connection, None))
    }

    /// Answers a segment of a connection whose server is down: a RST to its sender, whom its own numbers make sure of, and one to the other end.
    #[cold]
    pub(super) fn reset_by_segment(&mut self, call: &mut Call<'_>, found: Found, connection: &Connection, segment: &Segment) {
        let (tracking, _) = self.table.track(found, |tracking| tracking);
        if let Some(next) = segment.acknowledged {
            tcp::note_acknowledged(&self.table, found, &tracking, (next, segment.window));
        }
        self.reset_both(call, found, connection, Some(segment));
    }

    /// A RST to each end that has none yet, unless too many have left: then the connection stays as it is. `segment` came from the end that `found`
    /// names; without one, both ends are told.
    fn reset_both(&mut self, call: &mut Call<'_>, found: Found, connection: &Connection, segment: Option<&Segment>) -> bool {
        let (tracking, _) = self.table.track(found, |tracking| tracking);
        let is_sender = |to: Direction| segment.is_some() && to != found.direction;
        let again = tracking.stage == Stage::Reset && segment.is_none();
        let told = |to: &Direction| is_sender(*to) || tracking.stage != Stage::Reset || again;
        let ends = [Direction::ToClient, Direction::ToServer];
        if connection.client.protocol != TCP || !ends.iter().copied().filter(told).all(|to| self.may_reset(call, connection, to, again)) {
            return false;
        }
        for to in ends.into_iter().filter(told) {
            let Some(Ok(hop)) = self.way(call.tables, connection, to) else { continue };
            let known = self.expected(found, to);
            let reset = match segment {
                Some(segment) if is_sender(to) => known.of_sender(segment),
                Some(segment) => known.before(segment),
                None => known,
            };
            let key = match to {
                Direction::ToClient => connection.client.reversed(),
                Direction::ToServer => connection.server.map_or(connection.client, Key::reversed),
            };
            self.send_reset_to(call, hop, &key, reset);
        }
        self.counters.reset += u64::from(tcp::reset(&self.table, found, call.now.as_secs() as u32, again));
        true
    }

    /// Whether one more RST may leave to an end.
    fn may_reset(&mut self, call: &Call<'_>, connection: &Connection, to: Direction, again: bool) -> bool {
        let may = match to {
            Direction::ToClient if !again => self.limits.admit(call.now, &connection.client.source.address, 1),
            // Who is told again was admitted before.
            Direction::ToClient | Direction::ToServer => self.limits.admit_inside(call.now),
        };
        self.counters.suppressed += u64::from(!may);
        may
    }

    /// The RST that an end takes, by what it has acknowledged. An end that still waits for an answer to its SYN looks at what is acknowledged,
    /// every other one at the sequence number, which must be the next that it expects.
    fn expected(&self, found: Found, to: Direction) -> Reset {
        let initial = self.table.initial(found);
        let next = |end: usize| self.table.acknowledged(found, end).map_or(initial[1 - end].wrapping_add(1), |end| end.next);
        let end = usize::from(to == Direction::ToServer);
        Reset { sequence: next(end), acknowledged: Some(next(1 - end)) }
    }

    fn send_reset_to(&mut self, call: &mut Call<'_>, hop: Hop, key: &Key, reset: Reset) {
        let Some(interface) = call.tables.interface(hop.interface) else { return };
        let version = version_of(&key.source.address);
        let out = call.out.add(hop.interface);
        out.extend_from_slice(&hop.mac);
        out.extend_from_slice(&interface.mac);
        key.vlans.write(out);
        out.extend(if version == Version::V4 { [0x08, 0x00] } else { [0x86, 0xdd] });
        reset.write(&addresses(version, key.source.address, key.destination.address), key.ports(), out);
        self.counters.originated += 1;
    }
}
