//! Which connection a packet belongs to: one that is there, or a new one. Questions 8 to 13. Source: WO 00/30322, FIG. 6, blocks 206 to 220.

use super::carried::Passed;
use super::translate::{deltas, translate};
use super::{Call, Core};
use crate::frame::Headers;
use crate::key::{Endpoint, Key};
use crate::nat::NAT;
use crate::reason::Reason;
use crate::source;
use crate::table::{Connection, Direction, Found, NotEntered, Tracking};
use crate::tables::{Hop, Refusal, ServerState, Service, Station, Tables, Translation};
use crate::tcp::{self, Segment};
use model::transport::{Ports, TCP};
use siphasher::sip::SipHasher13;

/// Records that are looked at for one to evict, at most: some 40 us.
const LOOKS: usize = 4096;

/// A worker's walk over the entries of services: each is met once before any is met again, and workers do not walk in step.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntryWalk {
    turn: usize,
}

impl EntryWalk {
    pub(super) fn new(worker: u16) -> Self {
        Self { turn: usize::from(worker).wrapping_mul(0x9e37_79b1) }
    }

    fn next(&mut self, entries: usize) -> usize {
        // A step without a common divisor meets all of them.
        let mut step = (entries * 5 / 13).max(1);
        while gcd(step, entries) != 1 {
            step += 1;
        }
        self.turn = self.turn.wrapping_add(1);
        (self.turn % entries) * step % entries
    }
}

fn gcd(one: usize, other: usize) -> usize {
    if other == 0 { one } else { gcd(other, one % other) }
}

impl Core<'_> {
    /// A packet of TCP or UDP.
    pub(super) fn take_flow(&mut self, call: &mut Call<'_>, frame: &mut [u8], headers: &Headers, ports: Ports) -> (Reason, Option<Hop>) {
        match self.connection(call, frame, headers, ports, true) {
            Ok((found, connection, reason)) => {
                let way = self.way(call.tables, &connection, found.direction);
                match self.check(call, frame, headers, way) {
                    Ok(hop) => {
                        let macs = [0, 6].map(|at| std::array::from_fn(|byte| frame[at + byte]));
                        translate(frame, headers, &connection, found.direction, Some(call.offload));
                        let sent = self.send(call, frame, headers, hop, has_other_source(&connection));
                        if let (Some(carrier), Some(hop), Reason::Connection) = (self.carrier, sent, reason) {
                            let passed = Passed { headers, key: headers.key(ports), macs, found, connection: &connection };
                            self.offer(carrier, call, &passed, hop);
                        }
                        (reason, sent)
                    }
                    Err(reason) => (reason, None),
                }
            }
            Err(Reason::Outbound) => self.route(call, frame, headers),
            Err(reason) => (reason, None),
        }
    }

    /// The connection of a packet, which follows it; a new one if the packet opens it. Where there is none, the sender has been answered.
    ///
    /// # Errors
    /// Why there is none; `Outbound` if it is for no service and may be routed.
    pub(super) fn connection(
        &mut self,
        call: &mut Call<'_>,
        frame: &[u8],
        headers: &Headers,
        ports: Ports,
        whole: bool,
    ) -> Result<(Found, Connection, Reason), Reason> {
        let key = headers.key(ports);
        let segment = match headers.protocol {
            TCP => Some(Segment::read(&frame[headers.transport_at..headers.end]).ok_or(Reason::Malformed)?),
            _ => None,
        };
        if let Some((found, connection)) = self.table.find(&key) {
            self.take_back(link(call, frame, &connection.client), found, &connection, segment.as_ref());
            match self.standing(found, segment.as_ref()) {
                Standing::Over => {
                    self.end(call.tables, call.now, found);
                }
                Standing::Refused => return Err(Reason::ServerSyn),
                Standing::Live => {
                    if call.tables.has_resets()
                        && let Some(segment) = segment.as_ref().filter(|segment| !segment.rst && call.tables.resets(&connection))
                    {
                        self.reset_by_segment(call, found, &connection, segment);
                        return Err(Reason::ServerDown);
                    }
                    self.follow(call, frame, found, &connection, segment.as_ref());
                    return Ok((found, connection, Reason::Connection));
                }
            }
        }
        let Some((number, service)) = call.tables.service(headers.protocol, key.destination) else {
            return match self.outbound(call, headers) {
                Ok(_) if call.tables.is_translated(headers) => {
                    self.may_open(call, frame, headers, segment.as_ref(), whole)?;
                    self.open_outbound(call, frame, &key, segment.as_ref()).inspect_err(|_| {
                        self.refuse(call, frame, headers, segment.as_ref());
                    })
                }
                Ok(_) => Err(Reason::Outbound),
                Err(reason) => {
                    // What nobody inside has asked for is not answered: RFC 5382, REQ-4.
                    if reason == Reason::NoService && !call.tables.nat.has(&headers.destination) {
                        self.refuse(call, frame, headers, segment.as_ref());
                    }
                    Err(reason)
                }
            };
        };
        self.may_open(call, frame, headers, segment.as_ref(), whole)?;
        let (number, refusal) = ((number, service), service.refusal);
        self.open(call, frame, &key, number, segment.as_ref()).inspect_err(|reason| {
            if refusal == Refusal::Reset && *reason != Reason::Unresolved {
                self.refuse(call, frame, headers, segment.as_ref());
            }
        })
    }

    /// Whether a packet of no connection may open one. Its sender has been told if not.
    ///
    /// # Errors
    /// Why it may not.
    fn may_open(
        &mut self,
        call: &mut Call<'_>,
        frame: &[u8],
        headers: &Headers,
        segment: Option<&Segment>,
        whole: bool,
    ) -> Result<(), Reason> {
        if segment.is_some_and(|segment| !segment.opens()) {
            self.refuse(call, frame, headers, segment);
            return Err(Reason::NoConnection);
        }
        // Nothing is entered for a packet that goes no further.
        if whole && frame[headers.ttl_at()] <= 1 {
            self.send_icmp_error(call, frame, headers, packet::icmp_error::IcmpError::TimeExceeded);
            return Err(Reason::Ttl);
        }
        Ok(())
    }

    /// Answers with a RST, if it is TCP.
    fn refuse(&mut self, call: &mut Call<'_>, frame: &[u8], headers: &Headers, segment: Option<&Segment>) {
        if let Some(segment) = segment {
            self.send_reset(call, frame, headers, segment);
        }
    }

    /// What a packet is to the connection that it was found to belong to.
    fn standing(&self, found: Found, segment: Option<&Segment>) -> Standing {
        match segment {
            Some(segment) if segment.opens() && found.direction == Direction::ToClient => Standing::Refused,
            Some(segment) if segment.opens() => {
                let (now, _) = self.table.track(found, |tracking| tracking);
                let is_new = segment.sequence != self.table.initial(found)[0];
                if now.stage.is_closing() && is_new { Standing::Over } else { Standing::Live }
            }
            _ => Standing::Live,
        }
    }

    fn follow(&self, call: &Call<'_>, frame: &[u8], found: Found, connection: &Connection, segment: Option<&Segment>) {
        let second = call.now.as_secs() as u32;
        match segment {
            Some(segment) => tcp::follow(&self.table, found, segment, second),
            None => tcp::follow_udp(&self.table, found, second),
        }
        if found.direction == Direction::ToServer {
            self.table.note_link(found, connection.client_link, link(call, frame, &connection.client));
        }
    }

    /// Questions 11 to 13: chooses a server and a source, and enters the connection.
    fn open(
        &mut self,
        call: &mut Call<'_>,
        frame: &[u8],
        client: &Key,
        (service, at): (u16, &Service),
        segment: Option<&Segment>,
    ) -> Result<(Found, Connection, Reason), Reason> {
        let tables = call.tables;
        let number = self.choose(call, at, client)?;
        let server = tables.server(number).ok_or(Reason::NoServer)?;
        let port = if server.port == 0 { client.destination.port } else { server.port };
        let endpoint = Endpoint { address: server.address, port };
        let direct = at.translation == Translation::Direct;
        self.make_room(call)?;
        let source = source::choose(tables, &self.table, call.now, client, (service, number), endpoint).ok_or(Reason::NoPort)?;
        let key = (!direct).then(|| source::answers(client, endpoint, source));
        let connection = Connection {
            service,
            server_number: number,
            client: *client,
            server: key,
            client_link: link(call, frame, client),
            deltas: deltas(client, key.as_ref()),
        };
        let second = call.now.as_secs() as u32;
        let tracking = segment.map_or_else(|| tcp::opened_by_udp(second, direct), |segment| tcp::opened(second, segment, direct));
        let initial = segment.map_or(0, |segment| segment.sequence);
        let (found, connection) = self.enter(call, &connection, tracking, initial)?;
        Ok((found, connection, Reason::NewConnection))
    }

    /// Where too many connections are half open, one has to go.
    ///
    /// # Errors
    /// If none may.
    pub(super) fn make_room(&mut self, call: &mut Call<'_>) -> Result<(), Reason> {
        let has_room = self.table.half_open() < self.table.half_open_bound() || self.evict(call);
        if has_room { Ok(()) } else { Err(Reason::TableFull) }
    }

    /// Enters a connection. The one that another worker has just entered for the same client is as good; a port that was taken in vain is given back.
    ///
    /// # Errors
    /// Why it is not entered.
    pub(super) fn enter(
        &mut self,
        call: &mut Call<'_>,
        connection: &Connection,
        tracking: Tracking,
        initial: u32,
    ) -> Result<(Found, Connection), Reason> {
        let mut entered = self.table.enter(connection, tracking, initial);
        if entered == Err(NotEntered::Full) && self.evict(call) {
            entered = self.table.enter(connection, tracking, initial);
        }
        let found = entered.or_else(|refused| {
            super::give_back(call.tables, call.now, connection);
            match refused {
                NotEntered::Exists => self.table.find(&connection.client).map(|(found, _)| found).ok_or(Reason::TableFull),
                NotEntered::PortTaken => Err(Reason::NoPort),
                NotEntered::Full => Err(Reason::TableFull),
            }
        })?;
        self.table.again(found).map(|connection| (found, connection)).ok_or(Reason::TableFull)
    }

    /// The number of a server that takes this client's connection.
    ///
    /// # Errors
    /// If there is none; `Unresolved` if there is only one whose MAC is not known yet.
    fn choose(&mut self, call: &mut Call<'_>, service: &Service, client: &Key) -> Result<u16, Reason> {
        let (tables, entries) = (call.tables, &service.entries);
        if entries.is_empty() {
            return Err(Reason::NoServer);
        }
        let start = if service.affinity {
            let [one, other] = tables.settings.affinity_key;
            (SipHasher13::new_with_keys(one, other).hash(&client.source.address) % entries.len() as u64) as usize
        } else {
            self.walk.next(entries.len())
        };
        let enabled = |number: &u16| tables.server(*number).filter(|server| server.state == ServerState::Enabled);
        let mut order = entries[start..].iter().chain(&entries[..start]).copied();
        if let Some(number) = order.clone().find(|number| enabled(number).is_some_and(|server| server.hop.is_some())) {
            return Ok(number);
        }
        let lacking = order.find_map(|number| tables.to_server(enabled(&number)?));
        Err(call.resolved(lacking, Reason::NoServer).err().unwrap_or(Reason::NoServer))
    }

    /// Removes the first half-open connection that the hand finds, but none of the younger half: so a client has the time of an eighth of the table.
    fn evict(&mut self, call: &Call<'_>) -> bool {
        let younger_half = u64::from(self.table.half_open_bound() / 2);
        let hand = std::iter::repeat_with(|| self.table.under_the_evicting_hand()).take(LOOKS);
        let mut half_open = hand.flatten().filter(|entry| entry.tracking.is_half_open());
        let Some(entry) = half_open.find(|entry| entry.entered_since > younger_half) else { return false };
        let evicted = self.end(call.tables, call.now, entry.found);
        self.counters.evicted += u64::from(evicted);
        evicted
    }

    /// Where packets of a connection leave.
    #[inline]
    pub(super) fn way(&self, tables: &Tables, connection: &Connection, direction: Direction) -> Option<Result<Hop, Station>> {
        match direction {
            Direction::ToServer if connection.service == NAT => tables.route(&connection.client.destination.address),
            Direction::ToServer => tables.to_server(tables.server(connection.server_number)?),
            Direction::ToClient => Some(Ok(Hop { interface: connection.client_link.0, mac: connection.client_link.1 })),
        }
    }
}

/// Whether the server sees another source address than the client's. Then the identifications of fragments may be another client's, too: RFC 6864.
pub(super) fn has_other_source(connection: &Connection) -> bool {
    connection.server.is_some_and(|server| server.destination.address != connection.client.source.address)
}

/// What a packet is to a connection.
enum Standing {
    /// It belongs to it.
    Live,
    /// It ends it, and opens another.
    Over,
    /// It must not pass.
    Refused,
}

/// Where the client of a connection is, that has sent this frame.
pub(super) fn link(call: &Call<'_>, frame: &[u8], client: &Key) -> (u16, crate::Mac) {
    let Hop { interface, mac } = call.back(frame, &client.source.address);
    (interface, mac)
}
