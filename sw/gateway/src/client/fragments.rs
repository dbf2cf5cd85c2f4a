//! Fragments of TCP: the first goes where any segment goes, and the others follow it, in whatever order they come. Nothing is put together. Bounds and
//! faults are those of the slow path, whose handler it is.

use super::ClientGateway;
use super::wan::to_server;
use crate::counters::Count;
use crate::entry::Key;
use crate::frame::{Frame, TCP, View};
use crate::machine::Peer;
use crate::segment::Segment;
use crate::table::Ends;
use crate::{Mode, Output, Side, Time};
use slowpath::Fate;
use slowpath::fragment::Fragment;
use slowpath::fragments::{Context, Fragments};
use slowpath::walk::deep;

/// Where the fragments of a datagram go that follow the first.
#[derive(Clone, Copy, Debug)]
pub(super) enum Course {
    /// On, as they are.
    Pass,
    /// To the winner of this connection.
    ToWinner(Key),
    /// To the client of this connection, as from its server.
    AsServer(Key),
    /// Nowhere: this server has lost.
    Late,
}

/// The fragment handler's view of the gateway.
struct Following<'a> {
    gateway: &'a mut ClientGateway,
    now: Time,
    side: Side,
    out: &'a mut Vec<Output>,
}

impl ClientGateway {
    /// Whether a packet is a fragment whose datagram may be a segment of a connection.
    #[inline]
    pub(super) fn is_fragment(view: &View) -> bool {
        view.fragment.is_some() && view.protocol == TCP
    }

    pub(super) fn take_fragment(&mut self, now: Time, side: Side, frame: Frame, out: &mut Vec<Output>) {
        // What the walk of the slow path does not reach passes as it is.
        let Some(fragment) = Fragment::of(frame.bytes(), &deep(frame.bytes())) else {
            return out.push(Output { side: side.other(), frame });
        };
        self.with_fragments(now, side, out, |fragments, following| {
            fragments.expire(following);
            fragments.take(following, frame.bytes().to_vec(), &fragment);
        });
    }

    /// Forgets the datagrams whose time is up.
    pub(super) fn expire_fragments(&mut self, now: Time, out: &mut Vec<Output>) {
        self.with_fragments(now, Side::Inside, out, |fragments, following| fragments.expire(following));
    }

    fn with_fragments(
        &mut self,
        now: Time,
        side: Side,
        out: &mut Vec<Output>,
        work: impl FnOnce(&mut Fragments<Course>, &mut Following<'_>),
    ) {
        // The handler calls back, so for that time it is nobody's part.
        let Some(mut fragments) = self.fragments.take() else { return };
        work(&mut fragments, &mut Following { gateway: self, now, side, out });
        self.fragments = Some(fragments);
    }

    /// The course of the fragments after one of a client.
    fn course_from_client(&self, view: &View, segment: &Segment) -> Course {
        let (client_port, server_port) = (segment.source_port, segment.destination_port);
        let key = Key { client: view.source, server: view.destination, client_port, server_port };
        let is_bound = self.table.find(&key).is_some_and(|id| self.table.entry(id).bound().is_some());
        if is_bound { Course::ToWinner(key) } else { Course::Pass }
    }

    /// The course of the fragments after one from the WAN.
    fn course_to_client(&self, view: &View, segment: &Segment) -> Course {
        let ends = Ends { client: view.destination, client_port: segment.destination_port, server_port: segment.source_port };
        let Some((id, from)) = self.speaker(&ends, &view.source) else { return Course::Pass };
        let entry = self.table.entry(id);
        match (from, entry.bound()) {
            (Peer::Server, Some(Mode::A | Mode::C)) => Course::Late,
            (Peer::Replica(..), Some(Mode::A)) => Course::AsServer(entry.key),
            _ => Course::Pass,
        }
    }
}

impl Context for Following<'_> {
    type Target = Course;

    fn now(&self) -> Time {
        self.now
    }

    fn alone(&mut self, _frame: &[u8], _fragment: &Fragment) -> Course {
        Course::Pass
    }

    fn first(&mut self, frame: &[u8], _fragment: &Fragment) -> Result<Course, Fate> {
        let frame = Frame::ethernet(frame);
        let view = frame.view().ok_or(Fate::FragmentLength)?;
        let segment = Segment::of(frame.packet(), &view).ok_or(Fate::FirstWithoutPorts)?;
        Ok(match self.side {
            Side::Inside => self.gateway.course_from_client(&view, &segment),
            Side::Wan => self.gateway.course_to_client(&view, &segment),
        })
    }

    fn forward(&mut self, course: Course, frame: Vec<u8>) {
        let Self { gateway, now, side, out } = self;
        let mut frame = Frame::ethernet(&frame);
        let Some(view) = frame.view() else { return gateway.counters.count(Count::FragmentDropped) };
        if view.fragment.is_some_and(|fragment| fragment.first) {
            return match side {
                Side::Inside => gateway.outbound(*now, frame, &view, out),
                Side::Wan => gateway.inbound(*now, frame, view, out),
            };
        }
        gateway.counters.count(Count::FragmentFollowed);
        match course {
            Course::Pass => {}
            Course::Late => return gateway.counters.count(Count::LateOrigin),
            Course::ToWinner(key) => match gateway.table.find(&key) {
                Some(id) => return gateway.carry(id, frame, &view, out),
                None => return gateway.counters.count(Count::FragmentDropped),
            },
            Course::AsServer(key) => match gateway.table.find(&key) {
                Some(id) => to_server(&mut frame, &view, gateway.table.entry(id)),
                None => return gateway.counters.count(Count::FragmentDropped),
            },
        }
        out.push(Output { side: side.other(), frame });
    }

    fn drop(&mut self, _fate: Fate, frames: usize) {
        self.gateway.counters.add(Count::FragmentDropped, frames as u64);
    }
}
