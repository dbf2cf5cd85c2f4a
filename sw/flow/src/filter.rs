//! The packet filter: what becomes of a frame. Source: WO 00/30322, FIG. 6, packet filter 74.
//!
//! | file | questions of `docs/manager.md`, section 3 |
//! |---|---|
//! | `filter.rs` | the order; 1 to 3 |
//! | `filter/fragments.rs` | 4, by the slow path's handler |
//! | `filter/forward.rs` | 5, and what does not fit through the way out |
//! | `filter/icmp.rs` | 6 and 7 |
//! | `filter/connect.rs` | 8 to 13: which connection |
//! | `filter/carried.rs` | 8, of what a carrier takes off the filter |
//! | `filter/down.rs` | 8, of a server that has gone down |
//! | `filter/outbound.rs` | 9 |
//! | `filter/translate.rs` | what is rewritten |
//! | `filter/answer.rs` | RST and ICMP errors |
//! | `filter/unresolved.rs` | what waits for a MAC |

mod answer;
mod carried;
mod connect;
mod down;
mod forward;
mod fragments;
mod icmp;
mod outbound;
mod translate;
mod unresolved;

use crate::carrier::Carrier;
use crate::frame::{Content, Headers};
use crate::nat::NAT;
use crate::outbox::Outbox;
use crate::reason::{Counters, Reason};
use crate::table::{Connection, Found, Table};
use crate::tables::{Hop, Station, Tables};
use crate::waiting::Waiting;
use answer::Limits;
use fragments::Target;
use model::icmp::ICMPV6;
use model::network::Address;
use slowpath::{Bounds, fragments::Fragments};
use std::time::Duration;

pub use answer::OriginationRate;

/// Where a frame goes on, as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Out by this hop's interface; its MACs are in the frame already.
    Hop(Hop),
    /// To the control processor, unchanged.
    Control,
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Where it goes on; `None` if it is dropped, held, or has left in pieces.
    pub to: Option<To>,
    /// Why; of a fragment that is held or dropped, `Fragment`.
    pub reason: Reason,
}

/// Frames of one receive, at most.
pub const BATCH: usize = 64;

/// What the sender of a frame has left to a network card. The frame leaves as it came, with the same left to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offload {
    /// The checksum of TCP or UDP holds the sum of the pseudo header alone.
    pub unfinished: bool,
    /// Bytes of payload to which each segment is to be cut, if it is.
    pub segment: Option<u16>,
}

/// What a call works with.
struct Call<'a> {
    tables: &'a Tables,
    now: Duration,
    offload: Offload,
    /// By which interface the frame came.
    interface: u16,
    out: &'a mut Outbox,
    /// Whether the frame may wait for a MAC.
    may_wait: bool,
    /// Whose MAC is lacking.
    lacks: Option<Station>,
}

impl<'a> Call<'a> {
    fn new(tables: &'a Tables, now: Duration, interface: u16, out: &'a mut Outbox) -> Self {
        Self { tables, now, offload: Offload::default(), interface, out, may_wait: true, lacks: None }
    }

    /// The hop of a way.
    ///
    /// # Errors
    /// `Unresolved` if the frame may wait for its MAC, else `otherwise`.
    #[inline]
    fn resolved(&mut self, way: Option<Result<Hop, Station>>, otherwise: Reason) -> Result<Hop, Reason> {
        match way {
            Some(Ok(hop)) => Ok(hop),
            Some(Err(station)) if self.may_wait => {
                self.lacks = Some(station);
                Err(Reason::Unresolved)
            }
            _ => Err(otherwise),
        }
    }

    /// Where leaves what goes back to the source of the frame: where that came from. The distributor's host passes fragments on in its own name,
    /// which does not tell where they came from, but a route does.
    fn back(&self, frame: &[u8], source: &Address) -> Hop {
        let came = Hop { interface: self.interface, mac: std::array::from_fn(|i| frame[6 + i]) };
        if self.tables.is_distributor(&came.mac) { self.tables.route(source).and_then(Result::ok).unwrap_or(came) } else { came }
    }
}

/// The packet filter of one switching processor.
#[derive(Debug)]
pub struct Filter<'m> {
    core: Core<'m>,
    fragments: Fragments<Target>,
    waiting: Waiting,
}

/// All of the filter but the frames that are held.
#[derive(Debug)]
struct Core<'m> {
    table: Table<'m>,
    limits: Limits,
    counters: Counters,
    walk: connect::EntryWalk,
    carrier: Option<&'m dyn Carrier>,
}

impl<'m> Filter<'m> {
    /// The filter of worker number `worker`, over the connections that all workers share.
    pub fn new(table: Table<'m>, worker: u16, rate: OriginationRate, bounds: Bounds) -> Self {
        let walk = connect::EntryWalk::new(worker);
        let core = Core { table, limits: Limits::new(rate), counters: Counters::default(), walk, carrier: None };
        Self { core, fragments: Fragments::new(bounds), waiting: Waiting::default() }
    }

    /// The same, and it offers connections to a carrier.
    #[must_use]
    pub fn with_carrier(mut self, carrier: Option<&'m dyn Carrier>) -> Self {
        self.core.carrier = carrier;
        self
    }

    /// Takes a frame of any length and content that came in by an interface. It is rewritten where it lies; what else is to be sent is added to
    /// `out`. Time never goes back.
    ///
    /// Rate: nothing is allocated, except for fragments, and for what waits for a MAC.
    pub fn take(&mut self, tables: &Tables, now: Duration, interface: u16, frame: &mut [u8], out: &mut Outbox) -> Verdict {
        self.take_offloaded(tables, now, interface, frame, Offload::default(), out)
    }

    /// The same of a frame that is not yet as it will be on a wire.
    pub fn take_offloaded(
        &mut self,
        tables: &Tables,
        now: Duration,
        interface: u16,
        frame: &mut [u8],
        offload: Offload,
        out: &mut Outbox,
    ) -> Verdict {
        self.core.counters.taken += 1;
        let mut call = Call { offload, ..Call::new(tables, now, interface, out) };
        let verdict = self.sift(&mut call, frame);
        if let Some(station) = call.lacks {
            return self.wait(&call, frame, station, verdict);
        }
        self.core.counted(verdict)
    }

    /// What becomes of a frame. It is not counted yet, unless it is a fragment.
    #[inline]
    fn sift(&mut self, call: &mut Call<'_>, frame: &mut [u8]) -> Verdict {
        let content = match self.core.sort(call, frame) {
            Ok(content) => content,
            Err(reason) => return Verdict { to: (reason == Reason::Control).then_some(To::Control), reason },
        };
        let (reason, hop) = match content {
            Content::Ports(headers, ports) => self.core.take_flow(call, frame, &headers, ports),
            Content::Other(headers) => self.core.take_other(call, frame, &headers),
            Content::Fragment(headers) => {
                self.core.take_fragment(&mut self.fragments, call, frame, &headers);
                (Reason::Fragment, None)
            }
            Content::NotIp | Content::Malformed(_) => unreachable!("the order of the questions has dealt with these"),
        };
        Verdict { to: hop.map(To::Hop), reason }
    }

    /// Asks memory for what [`Filter::take`] will look at, for up to [`BATCH`] frames that are taken next. It changes nothing but their time.
    pub fn prefetch<'f>(&self, frames: impl Iterator<Item = &'f [u8]>) {
        let (table, mut hashes, mut count) = (&self.core.table, [0; BATCH], 0);
        for (frame, hash) in frames.zip(&mut hashes) {
            *hash = Headers::of_common(frame).map_or(0, |(headers, ports)| table.hash(&headers.key(ports).to_words()));
            table.prefetch_buckets(*hash);
            count += 1;
        }
        hashes[..count].iter().for_each(|hash| table.prefetch_records(*hash));
    }

    /// Looks at the next `records` of the table, and forgets the connections whose time is up. Of those whose server is down it resets up to 256,
    /// if their service wants that: the RSTs are added to `out`. Forgets fragments, too, and what waits for a MAC does so no longer if it has for long.
    pub fn sweep(&mut self, tables: &Tables, now: Duration, records: u32, out: &mut Outbox) {
        let mut call = Call::new(tables, now, 0, out);
        let mut resets = if tables.has_resets() { down::AT_ONCE } else { 0 };
        for _ in 0..records {
            let Some(entry) = self.core.table.under_the_hand() else { continue };
            let idle = now.as_secs().saturating_sub(u64::from(entry.tracking.seen));
            if idle >= tables.settings.timeouts.of(entry.tracking.stage).as_secs() {
                self.core.counters.expired += u64::from(self.core.end(tables, now, entry.found));
            } else if resets > 0 {
                resets -= usize::from(self.core.reset_found(&mut call, &entry));
            }
        }
        self.core.expire_fragments(&mut self.fragments, &mut call);
        self.end_waiting(tables, now, out);
    }

    /// How many connections there is room for.
    pub fn connections(&self) -> u32 {
        self.core.table.connections()
    }

    /// What became of every frame.
    pub fn counters(&self) -> &Counters {
        &self.core.counters
    }

    /// Frames that are held: fragments, and those that wait for a MAC.
    pub fn held(&self) -> usize {
        self.fragments.held() + self.waiting.len()
    }

    /// Bytes that held fragments use.
    pub fn held_bytes(&self) -> usize {
        self.fragments.bytes()
    }
}

impl Core<'_> {
    /// Questions 1 to 3.
    ///
    /// # Errors
    /// Why it goes no further.
    fn sort(&self, call: &Call<'_>, frame: &[u8]) -> Result<Content, Reason> {
        let settings = &call.tables.settings;
        let (Some(interface), Some(mac)) = (call.tables.interface(call.interface), frame.first_chunk::<6>()) else {
            return Err(Reason::NotMine);
        };
        let is_mine = interface.mac == *mac || settings.macs.contains(mac);
        let is_to_many = mac[0] & 1 == 1;
        if !is_mine && !is_to_many {
            return Err(Reason::NotMine);
        }
        let content = Content::of(frame);
        let is_neighbour = |headers: &Headers| {
            headers.protocol == ICMPV6 && headers.is_icmp() && matches!(frame.get(headers.transport_at), Some(133..=137))
        };
        let is_control = |headers: &Headers| {
            settings.own.contains(&headers.destination) || settings.control_protocols.contains(&headers.protocol) || is_neighbour(headers)
        };
        match content {
            Content::NotIp => Err(Reason::Control),
            content if content.headers().is_some_and(is_control) => Err(Reason::Control),
            // A packet to everybody opens no connection and is not sent on: RFC 1122, section 3.2.1.3.
            _ if !is_mine => Err(Reason::NotMine),
            Content::Malformed(_) => Err(Reason::Malformed),
            content => Ok(content),
        }
    }

    /// A packet of neither TCP nor UDP.
    fn take_other(&mut self, call: &mut Call<'_>, frame: &mut [u8], headers: &Headers) -> (Reason, Option<Hop>) {
        if headers.is_icmp() && icmp::is_error(headers.version, frame[headers.transport_at]) {
            return self.take_icmp_error(call, frame, headers);
        }
        if call.tables.is_virtual(&headers.destination) {
            return (self.take_virtual(call, frame, headers), None);
        }
        self.route(call, frame, headers)
    }

    /// Ends a connection, and lets its port rest.
    fn end(&self, tables: &Tables, now: Duration, found: Found) -> bool {
        let carrier = self.carrier.filter(|_| self.table.is_carried(found, None));
        let Some(connection) = self.table.remove(found) else { return false };
        if let Some(carrier) = carrier {
            // What it has seen is of no use any more.
            for key in [Some(&connection.client), connection.server.as_ref()].into_iter().flatten() {
                let _ = carrier.withdraw(key);
            }
        }
        give_back(tables, now, &connection);
        true
    }

    fn counted(&mut self, verdict: Verdict) -> Verdict {
        // The handler of fragments counts them itself.
        if verdict.reason != Reason::Fragment {
            self.counters.count(verdict.reason, 1);
            self.counters.passed += u64::from(verdict.to.is_some());
        }
        verdict
    }
}

/// Gives back the port of a connection that is over, or was not entered.
fn give_back(tables: &Tables, now: Duration, connection: &Connection) {
    let Some(server) = connection.server else { return };
    if connection.service == NAT {
        tables.nat.close(now, connection);
    } else if let Some(pool) = tables.pool(connection.service, connection.server_number, server.destination.address) {
        pool.give_back(now, server.destination.port);
    }
}
