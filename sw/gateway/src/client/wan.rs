//! Frames from the WAN side. FIG. 5A to 5C; FIG. 6A to 6C, packets to the client.

use super::races::Answered;
use super::{ClientGateway, Sender};
use crate::counters::Count;
use crate::entry::{Entry, State};
use crate::frame::{Frame, ICMP, ICMPV6, View};
use crate::icmp::{self, Quote};
use crate::machine::{Action, Event, Peer, step};
use crate::options::{self, Options};
use crate::segment::{ACK, RST, SYN, Segment};
use crate::table::{Ends, Id};
use crate::tag::Subject;
use crate::translate::{End, rewrite};
use crate::tunnel::{self, Tunnelled};
use crate::{Address, Mode, Output, Side, Time};
use packet::Delta;

/// A segment from the WAN side: the frame, and what has been found in it.
struct Arrival {
    frame: Frame,
    view: View,
    segment: Segment,
    tunnelled: Option<Tunnelled>,
}

impl Arrival {
    /// The packet that has the segment: inside of the tunnel, if there is one.
    fn inner(&self) -> (&[u8], &View) {
        match &self.tunnelled {
            Some(tunnelled) => (&self.frame.packet()[tunnelled.at..], &tunnelled.inner),
            None => (self.frame.packet(), &self.view),
        }
    }

    fn ends(&self) -> Ends {
        Ends { client: self.view.destination, client_port: self.segment.destination_port, server_port: self.segment.source_port }
    }
}

impl ClientGateway {
    #[inline]
    pub(super) fn take_wan(&mut self, now: Time, frame: Frame, out: &mut Vec<Output>) {
        let Some(view) = frame.view() else { return out.push(Output { side: Side::Inside, frame }) };
        if Self::is_fragment(&view) {
            return self.take_fragment(now, Side::Wan, frame, out);
        }
        self.inbound(now, frame, view, out);
    }

    /// A packet to a client.
    #[inline]
    pub(super) fn inbound(&mut self, now: Time, frame: Frame, view: View, out: &mut Vec<Output>) {
        let pass = |frame, out: &mut Vec<Output>| out.push(Output { side: Side::Inside, frame });
        let found = match Segment::of(frame.packet(), &view) {
            Some(segment) if segment.flags & (SYN | RST) == 0 => return self.data(now, frame, &view, &segment, out),
            Some(segment) => {
                let arrival = Arrival { frame, view, segment, tunnelled: None };
                match self.whose(&arrival) {
                    Some((id, peer)) => (id, peer, arrival),
                    None => return pass(arrival.frame, out),
                }
            }
            None if tunnel::is_tunnel(frame.packet(), &view) => match tunnelled(&frame, &view) {
                // Others tunnel by IP in IP, too.
                Err(_) if tunnel::is_ip_in_ip(&view) => return pass(frame, out),
                Err(count) => return self.counters.count(count),
                Ok((tunnelled, segment)) if segment.flags & (SYN | RST) == 0 => {
                    return self.tunnelled_data(now, frame, &tunnelled, &segment, out);
                }
                Ok((tunnelled, segment)) => {
                    let arrival = Arrival { frame, view, segment, tunnelled: Some(tunnelled) };
                    match self.whose_tunnelled(&arrival, &tunnelled) {
                        Some((id, peer)) => (id, peer, arrival),
                        None => return self.strange_tunnel(arrival.frame, &tunnelled, out),
                    }
                }
            },
            None if matches!(view.protocol, ICMP | ICMPV6) => return self.icmp(now, frame, &view, out),
            None => return pass(frame, out),
        };
        self.of_entry(now, found, out);
    }

    /// Whose a plain SYN-ACK or RST is: of all servers and replicas that this client's port talks to. A stranger's is nobody's.
    #[inline]
    fn whose(&self, arrival: &Arrival) -> Option<(Id, Peer)> {
        let (source, segment) = (arrival.view.source, &arrival.segment);
        let mut answers = None;
        for (id, entry) in self.table.chain(&arrival.ends()) {
            if entry.key.server == source {
                return Some((id, Peer::Server));
            }
            let winners = entry.winner == source && entry.mode == Some(Mode::A);
            // Who knows the client's number claims to answer its SYN.
            let claims = segment.has(ACK) && (segment.is_syn_ack() || segment.has(RST)) && entry.acknowledges_syn(segment.ack);
            // An echo, or a SYN-ACK of the winner, that claims nothing is judged with the first of them.
            let judged = || segment.is_syn_ack() && answers.is_none() && (winners || self.echo(arrival).is_some());
            if winners && !segment.is_syn_ack() || claims || judged() {
                answers = Some(id);
            }
        }
        answers.map(|id| (id, Peer::Replica(source, Mode::A)))
    }

    /// Whose a tunnelled SYN-ACK or RST is.
    fn whose_tunnelled(&self, arrival: &Arrival, tunnelled: &Tunnelled) -> Option<(Id, Peer)> {
        self.table.chain(&arrival.ends()).find_map(|(id, entry)| Some((id, tunnel_peer(entry, tunnelled)?)))
    }

    /// A tunnelled segment of no entry: IP in IP is somebody else's, and passes.
    pub(super) fn strange_tunnel(&mut self, frame: Frame, tunnelled: &Tunnelled, out: &mut Vec<Output>) {
        match tunnelled.outer.port {
            Some(_) => self.counters.count(Count::GueNoEntry),
            None => out.push(Output { side: Side::Inside, frame }),
        }
    }

    fn echo(&self, arrival: &Arrival) -> Option<(crate::tag::Tag, Options)> {
        let (packet, view) = arrival.inner();
        let options = Options::read(arrival.segment.options(packet, view), self.settings.exid)?;
        Some((options.tag.as_ref()?.0, options))
    }

    #[inline]
    fn of_entry(&mut self, now: Time, (id, from, arrival): (Id, Peer, Arrival), out: &mut Vec<Output>) {
        let segment = arrival.segment;
        let event = if segment.is_syn_ack() {
            let right = self.is_right(now, self.table.entry(id), from, &arrival);
            Event::SynAck { from, numbers: (segment.seq, segment.ack), right }
        } else if segment.has(RST) {
            Event::Rst { from, segment }
        } else {
            Event::Wan { from, segment }
        };
        let entry = self.table.entry_mut(id);
        let before = entry.state;
        let action = step(entry, &event, &self.settings.rules, now);
        let (state, syns, server) = (entry.state, entry.syns, (entry.key.server, entry.key.server_port));
        if state != State::Racing && !matches!(action, Action::Drop(_) | Action::Reset(_)) {
            self.table.touch(now, id);
        }
        if before == State::Racing && state != State::Racing {
            if state == State::Origin {
                self.counters.count(Count::BoundOrigin);
            }
            if state == State::Origin && syns > self.settings.rules.tag_syns {
                self.swallowing.swallowed(now, server);
            } else {
                self.swallowing.came_through(now, server);
            }
        }
        let answered = match action {
            Action::Bind => Some(Answered::Won),
            Action::Reset(Count::LoserReset | Count::OriginReset) => Some(Answered::Lost),
            Action::Drop(count) => Some(Answered::Dropped(count)),
            Action::Hold => Some(Answered::Refused),
            _ => (before == State::Racing && state == State::Origin).then_some(Answered::Won),
        };
        if let Some(answered) = answered {
            self.races.answer(now, &self.table.entry(id).key, from, answered);
        }
        if action == Action::Bind {
            self.table.entry_mut(id).ip_in_ip = arrival.tunnelled.is_some_and(|tunnelled| tunnelled.outer.port.is_none());
        }
        match action {
            Action::FromWinner => self.of_winner(id, arrival, out),
            Action::Bind | Action::Deliver => self.deliver(id, action, arrival, out),
            Action::Reset(count) => {
                let (address, tunnel) = match from {
                    Peer::Server => (arrival.view.source, None),
                    Peer::Replica(replica, mode) => {
                        let answered = arrival.tunnelled.filter(|_| mode == Mode::C);
                        (replica, answered.map(|tunnelled| (server.0, self.table.entry(id).port_as(&tunnelled.outer))))
                    }
                };
                let from = Sender { frame: &arrival.frame, segment: &segment, client: arrival.view.destination, address, tunnel };
                self.reset(now, count, &from, out);
            }
            _ => self.finish(now, id, action, arrival.frame, out),
        }
    }

    /// Whether a replica's echo is right: of a mode that we accept, in this mode's form, with a MAC over itself and its number.
    fn is_right(&self, now: Time, entry: &Entry, from: Peer, arrival: &Arrival) -> bool {
        let Peer::Replica(replica, mode) = from else { return true };
        let Some((echo, _)) = self.echo(arrival) else { return false };
        let crate::entry::Key { client, server, client_port, server_port } = entry.key;
        let replica = Some((replica, arrival.segment.seq));
        let subject = Subject { client, server, replica, client_port, server_port, client_isn: entry.isn };
        let form = echo.state.modes() == 1 << mode as u8;
        let site = &self.settings.sites[usize::from(entry.site)];
        form && self.settings.modes.contains(&mode) && site.trust.holds(&echo, &subject, now)
    }

    /// Sends a frame of the winner to the client, as the server's.
    #[inline]
    fn of_winner(&mut self, id: Id, arrival: Arrival, out: &mut Vec<Output>) {
        let Arrival { mut frame, view, tunnelled, .. } = arrival;
        let entry = self.table.entry(id);
        match (&tunnelled, entry.mode) {
            (Some(tunnelled), _) => crack(&mut frame, tunnelled, entry),
            (None, Some(Mode::A)) => to_server(&mut frame, &view, entry),
            _ => {}
        }
        out.push(Output { side: Side::Inside, frame });
    }

    /// Sends a replica's SYN-ACK to the client: cracked, the server's, without the echo.
    fn deliver(&mut self, id: Id, action: Action, arrival: Arrival, out: &mut Vec<Output>) {
        let Some((_, options)) = self.echo(&arrival) else { return };
        let Arrival { mut frame, mut view, segment, tunnelled } = arrival;
        if let Some(tunnelled) = &tunnelled {
            tunnel::crack(&mut frame, tunnelled);
            view = tunnelled.inner;
        }
        let entry = self.table.entry(id);
        if entry.mode != Some(Mode::C) {
            to_server(&mut frame, &view, entry);
        }
        let after = options::remove(&mut frame, &view, &segment, &options);
        if entry.mode == Some(Mode::C)
            && let Some(segment) = Segment::of(frame.packet(), &after)
        {
            let v4 = view.source.is_v4();
            let most = self.settings.mtu - tunnel::overhead(v4) - if v4 { 40 } else { 60 };
            if options::clamp(&mut frame, &after, &segment, most) {
                self.counters.count(Count::MssClamped);
            }
        }
        if action == Action::Bind {
            self.counters.count(match entry.mode {
                Some(Mode::B) => Count::BoundB,
                Some(Mode::C) => Count::BoundC,
                _ => Count::BoundA,
            });
        }
        out.push(Output { side: Side::Inside, frame });
    }

    /// An ICMP error about a segment of a client, or something else.
    fn icmp(&mut self, now: Time, frame: Frame, view: &View, out: &mut Vec<Output>) {
        let found = icmp::quote(frame.packet(), view).and_then(|quote| Some((self.quoted(&quote)?, quote)));
        let Some(((id, to_server), quote)) = found else { return out.push(Output { side: Side::Inside, frame }) };
        let event = Event::Icmp { to_server, too_big: quote.too_big };
        let entry = self.table.entry_mut(id);
        let action = step(entry, &event, &self.settings.rules, now);
        if action != Action::Mend {
            return self.finish(now, id, action, frame, out);
        }
        let entry = self.table.entry(id);
        match icmp::mend(&frame, view, &quote, &entry.key.server, &entry.winner) {
            Some(mended) => {
                self.learn(now, &mended);
                out.push(Output { side: Side::Inside, frame: mended.frame });
            }
            None => self.counters.count(Count::IcmpDropped),
        }
    }

    /// Whose segment an error quotes, and whether it went to the server.
    fn quoted(&self, quote: &Quote) -> Option<(Id, bool)> {
        let ends = Ends { client: quote.client, client_port: quote.ports.0, server_port: quote.ports.1 };
        self.table.chain(&ends).find_map(|(id, entry)| match quote.tunnelled {
            Some(server) => {
                (entry.key.server == server && entry.mode == Some(Mode::C) && entry.winner == quote.destination).then_some((id, false))
            }
            None if entry.key.server == quote.destination => Some((id, true)),
            None => (entry.winner == quote.destination && matches!(entry.mode, Some(Mode::A | Mode::B))).then_some((id, false)),
        })
    }
}

#[inline]
pub(super) fn to_server(frame: &mut Frame, view: &View, entry: &Entry) {
    let server: &Address = &entry.key.server;
    rewrite(frame, view, End::Source, server, Delta::from_bits(entry.delta).inverse());
}

/// The packet in a tunnel, as the server's: in mode B the replica's own address is inside.
#[inline]
pub(super) fn crack(frame: &mut Frame, tunnelled: &Tunnelled, entry: &Entry) {
    tunnel::crack(frame, tunnelled);
    if entry.mode == Some(Mode::B) {
        to_server(frame, &tunnelled.inner, entry);
    }
}

/// The whole segment of TCP in a tunnel to the client inside.
#[inline]
fn tunnelled(frame: &Frame, view: &View) -> Result<(Tunnelled, Segment), Count> {
    if view.fragment.is_some() {
        return Err(Count::GueFragment);
    }
    let tunnelled = tunnel::read(frame.packet(), view).ok_or(Count::GueMalformed)?;
    let inner = &tunnelled.inner;
    let segment = Segment::of(&frame.packet()[tunnelled.at..], inner).ok_or(Count::GueMalformed)?;
    let sound = inner.destination == view.destination && inner.source != view.source;
    if sound { Ok((tunnelled, segment)) } else { Err(Count::GueMalformed) }
}

/// Who speaks through a tunnel: in mode C the server is inside, in mode B outside.
#[inline]
pub(super) fn tunnel_peer(entry: &Entry, tunnelled: &Tunnelled) -> Option<Peer> {
    let (outside, inside) = (tunnelled.outer.source, tunnelled.inner.source);
    match entry.key.server {
        server if server == inside => Some(Peer::Replica(outside, Mode::C)),
        server if server == outside => Some(Peer::Replica(inside, Mode::B)),
        _ => None,
    }
}
