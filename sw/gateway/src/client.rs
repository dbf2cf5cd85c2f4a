//! The client's gateway: tags the SYNs of its clients, lets the first SYN-ACK win, and carries the connection. FIG. 2, 5A to 5C, 6A to 6C.

mod data;
mod fragments;
mod held;
mod inside;
pub mod races;
mod settings;
mod swallowing;
mod wan;

pub use settings::{ClientSettings, Site};

use crate::counters::{Count, Counters};
use crate::entry::{Entry, Key, State};
use crate::frame::{Frame, View};
use crate::icmp::Mended;
use crate::machine::Action;
use crate::rate::Bucket;
use crate::segment::{RST, SYN, Segment};
use crate::table::{Id, Table};
use crate::translate::{End, rewrite, rst};
use crate::tunnel::{self, Outer};
use crate::{Address, Mode, Output, Side, Time};
use fragments::Course;
use held::HeldRefusals;
use packet::Delta;
use races::Races;
use slowpath::Bounds;
use slowpath::fragments::Fragments;
use swallowing::Swallowing;

/// How long a learned path narrows what is offered. Source: RFC 8201, section 4.
const NARROW: Time = Time::from_secs(600);

/// A client's gateway: the time, a side and a frame go in, frames come out.
#[derive(Clone)]
pub struct ClientGateway {
    settings: ClientSettings,
    table: Table,
    held: HeldRefusals,
    /// Fragments of TCP; `None` while one is taken.
    fragments: Option<Fragments<Course>>,
    swallowing: Swallowing,
    resets: Bucket,
    counters: Counters,
    races: Races,
    /// Until when a path is known that is too narrow for a tunnel of IPv6.
    narrow: Time,
}

impl ClientGateway {
    /// A gateway with an empty table.
    pub fn new(settings: ClientSettings) -> Self {
        Self {
            table: Table::new(settings.entries),
            held: HeldRefusals::default(),
            fragments: Some(Fragments::new(Bounds::default())),
            swallowing: Swallowing::default(),
            resets: Bucket::new(settings.resets),
            counters: Counters::default(),
            races: Races::default(),
            narrow: Time::ZERO,
            settings,
        }
    }

    /// Takes a frame that came in by this side. Appends what leaves.
    #[inline]
    pub fn take(&mut self, now: Time, side: Side, frame: Frame, out: &mut Vec<Output>) {
        if frame.is_uncut() && !self.goes_uncut(side, &frame) {
            let Some(frames) = frame.cut() else { return self.counters.count(Count::Uncut) };
            return frames.into_iter().for_each(|frame| self.take(now, side, frame, out));
        }
        match side {
            Side::Inside => self.take_inside(now, frame, out),
            Side::Wan => self.take_wan(now, frame, out),
        }
    }

    /// Does what is due by now: refusals that nobody has contradicted, and entries and fragments that are forgotten.
    pub fn poll(&mut self, now: Time, out: &mut Vec<Output>) {
        self.expire_fragments(now, out);
        while let Some(refusal) = self.held.due(now) {
            let id = self.table.find(&refusal.key);
            let open = |entry: &Entry| entry.state == State::Racing && entry.isn == refusal.isn;
            if let Some(id) = id.filter(|id| open(self.table.entry(*id))) {
                self.counters.count(Count::RefusalDelivered);
                self.table.remove(id);
                out.push(Output { side: Side::Inside, frame: refusal.frame });
            }
        }
        let expired = self.table.expire(now);
        self.counters.add(Count::Expired, expired as u64);
    }

    /// When [`ClientGateway::poll`] has something to do next, as far as refusals and fragments go; entries are forgotten to the second.
    pub fn next(&self) -> Option<Time> {
        let fragments = self.fragments.as_ref().and_then(Fragments::next);
        self.held.next().into_iter().chain(fragments).min()
    }

    /// What has been counted.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The translation table.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// What the operator has set.
    pub fn settings(&self) -> &ClientSettings {
        &self.settings
    }

    /// The last races.
    pub fn races(&self) -> &Races {
        &self.races
    }

    /// Takes over an entry that another process has had in its table, until this deadline. `false` if its time is over, if its connection has an entry,
    /// or if the table is full.
    ///
    /// # Panics
    /// If its site is none of ours.
    pub fn take_over(&mut self, now: Time, deadline: Time, entry: Entry) -> bool {
        assert!(usize::from(entry.site) < self.settings.sites.len(), "entries know their sites by place");
        let wanted = deadline > now && self.table.find(&entry.key).is_none();
        wanted && self.table.insert_until(now, deadline, entry).is_some()
    }

    /// Goes on by other settings. Entries keep their site by its place, so the sites that were there stay where they were; the table keeps its size.
    ///
    /// # Panics
    /// If there are fewer sites than before.
    pub fn reconfigure(&mut self, settings: ClientSettings) {
        assert!(settings.sites.len() >= self.settings.sites.len(), "entries know their sites by place");
        self.resets = Bucket::new(settings.resets);
        self.settings = settings;
    }

    /// Whether a frame that is several can go on as one: it is rewritten at most. In a tunnel each segment is wrapped alone.
    fn goes_uncut(&self, side: Side, frame: &Frame) -> bool {
        let Some(view) = frame.view() else { return true };
        let Some(segment) = Segment::of(frame.packet(), &view) else { return !tunnel::is_gue(frame.packet(), &view) };
        let key =
            Key { client: view.source, server: view.destination, client_port: segment.source_port, server_port: segment.destination_port };
        let is_tunnelled = |id| self.table.entry(id).bound() == Some(Mode::C);
        segment.flags & (SYN | RST) == 0 && (side == Side::Wan || !self.table.find(&key).is_some_and(is_tunnelled))
    }

    /// Sends a client's frame to the winner of its connection.
    #[inline]
    fn carry(&mut self, id: Id, mut frame: Frame, view: &View, out: &mut Vec<Output>) {
        let entry = self.table.entry(id);
        match entry.mode {
            Some(Mode::A | Mode::B) => {
                rewrite(&mut frame, view, End::Destination, &entry.winner, Delta::from_bits(entry.delta));
            }
            Some(Mode::C) => {
                let outer = Outer { source: view.source, destination: entry.winner, port: entry.outer_port() };
                let most = self.settings.mtu - tunnel::overhead(view.source.is_v4());
                if view.length > usize::from(most) || !tunnel::wrap(&mut frame, view, &outer) {
                    self.counters.count(Count::TooLong);
                    let answer = crate::icmp::too_big(&frame, view, most);
                    out.extend(answer.map(|frame| Output { side: Side::Inside, frame }));
                    return;
                }
            }
            None => {}
        }
        out.push(Output { side: Side::Wan, frame });
    }

    /// Ends a connection with who has sent this segment to the client, on behalf of the client.
    fn reset(&mut self, now: Time, count: Count, from: &Sender<'_>, out: &mut Vec<Output>) {
        if !self.resets.take(now) {
            return self.counters.count(Count::ResetLimited);
        }
        self.counters.count(count);
        let (client, port) = ((from.client, from.segment.destination_port), from.segment.source_port);
        let mut frame = rst(from.frame, client, (from.address, port), from.segment.ack);
        if let Some((server, port_outside)) = from.tunnel {
            frame = rst(from.frame, client, (server, port), from.segment.ack);
            let inner = frame.view().expect("a packet of our own is sound");
            tunnel::wrap(&mut frame, &inner, &Outer { source: from.client, destination: from.address, port: port_outside });
        }
        out.push(Output { side: Side::Wan, frame });
    }

    /// Does with a frame about an entry what needs no more than the frame.
    fn finish(&mut self, now: Time, id: Id, action: Action, frame: Frame, out: &mut Vec<Output>) {
        match action {
            Action::Drop(count) => self.counters.count(count),
            Action::Hold => {
                let entry = self.table.entry_mut(id);
                if self.held.keep(now + self.settings.grace, entry, frame) {
                    self.counters.count(Count::RefusalHeld);
                }
            }
            _ => out.push(Output { side: Side::Inside, frame }),
        }
    }

    /// Notes what a mended error tells of the path.
    fn learn(&mut self, now: Time, mended: &Mended) {
        self.counters.count(Count::IcmpMended);
        if mended.narrow {
            self.narrow = now + NARROW;
        }
    }
}

/// Who has sent a segment from the WAN side.
struct Sender<'f> {
    frame: &'f Frame,
    segment: &'f Segment,
    client: Address,
    /// The address to which a RST goes.
    address: Address,
    /// In mode C: the server inside, and the UDP source port of the tunnel; `None`: IP in IP.
    tunnel: Option<(Address, Option<u16>)>,
}
