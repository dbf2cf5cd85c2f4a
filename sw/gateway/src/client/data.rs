//! Segments from the WAN side that neither answer a SYN nor refuse one: nearly all that come. FIG. 6A to 6C.
//!
//! They could go as [`super::wan`] goes; here they are not moved about until it is known where they go.

use super::wan::{crack, to_server, tunnel_peer};
use super::{ClientGateway, Sender};
use crate::entry::State;
use crate::frame::{Frame, View};
use crate::machine::{Action, Event, Peer, step};
use crate::segment::Segment;
use crate::table::{Ends, Id};
use crate::tunnel::Tunnelled;
use crate::{Address, Mode, Output, Side, Time};

impl ClientGateway {
    #[inline]
    pub(super) fn data(&mut self, now: Time, mut frame: Frame, view: &View, segment: &Segment, out: &mut Vec<Output>) {
        let (source, client) = (view.source, view.destination);
        let ends = Ends { client, client_port: segment.destination_port, server_port: segment.source_port };
        let Some((id, from)) = self.speaker(&ends, &source) else { return out.push(Output { side: Side::Inside, frame }) };
        let entry = self.table.entry_mut(id);
        let action = step(entry, &Event::Wan { from, segment: *segment }, &self.settings.rules, now);
        match action {
            Action::Drop(count) => return self.counters.count(count),
            Action::Reset(count) => {
                let from = Sender { frame: &frame, segment, client, address: source, tunnel: None };
                return self.reset(now, count, &from, out);
            }
            Action::FromWinner if entry.mode == Some(Mode::A) => to_server(&mut frame, view, entry),
            _ => {}
        }
        if self.table.entry(id).state != State::Racing {
            self.table.touch(now, id);
        }
        out.push(Output { side: Side::Inside, frame });
    }

    /// Who has sent a plain segment to a client from this address, and in which connection: its server, or a winner in mode A.
    #[inline]
    pub(super) fn speaker(&self, ends: &Ends, source: &Address) -> Option<(Id, Peer)> {
        let mut winner = None;
        let server = self.table.chain(ends).find_map(|(id, entry)| {
            if entry.winner == *source && entry.mode == Some(Mode::A) {
                winner = Some((id, Peer::Replica(*source, Mode::A)));
            }
            (entry.key.server == *source).then_some((id, Peer::Server))
        });
        server.or(winner)
    }

    /// The same through a tunnel.
    #[inline]
    pub(super) fn tunnelled_data(&mut self, now: Time, mut frame: Frame, tunnelled: &Tunnelled, segment: &Segment, out: &mut Vec<Output>) {
        let client = tunnelled.inner.destination;
        let ends = Ends { client, client_port: segment.destination_port, server_port: segment.source_port };
        let found = self.table.chain(&ends).find_map(|(id, entry)| Some((id, tunnel_peer(entry, tunnelled)?)));
        let Some((id, from)) = found else { return self.strange_tunnel(frame, tunnelled, out) };
        let entry = self.table.entry_mut(id);
        match step(entry, &Event::Wan { from, segment: *segment }, &self.settings.rules, now) {
            Action::Drop(count) => self.counters.count(count),
            Action::Reset(count) => {
                let (server, port) = (entry.key.server, entry.port_as(&tunnelled.outer));
                let Peer::Replica(address, mode) = from else { return };
                let tunnel = (mode == Mode::C).then_some((server, port));
                self.reset(now, count, &Sender { frame: &frame, segment, client, address, tunnel }, out);
            }
            _ => {
                crack(&mut frame, tunnelled, entry);
                self.table.touch(now, id);
                out.push(Output { side: Side::Inside, frame });
            }
        }
    }
}
