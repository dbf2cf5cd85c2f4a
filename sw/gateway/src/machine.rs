//! The states of an entry, event by event: the table of `docs/gateway.md`, section 4, and nothing else.
//!
//! An event is what has come in and been understood; an action is what is to be done with it. Frames are known to neither.

use crate::counters::Count;
use crate::entry::{Entry, State};
use crate::segment::{ACK, FIN, RST, Segment};
use crate::{Address, Mode, Time};

/// Who speaks on the WAN side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Peer {
    /// The server that the client has named; also a replica of mode B, once it is bound.
    Server,
    /// A replica, in the form of this mode.
    Replica(Address, Mode),
}

/// What has come in about a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The client's SYN.
    Syn {
        /// Its sequence number.
        isn: u32,
        /// Whether it may be tagged.
        taggable: bool,
    },
    /// Another segment of the client.
    Client(Segment),
    /// A SYN-ACK.
    SynAck {
        /// Who sent it.
        from: Peer,
        /// Its sequence and acknowledgement numbers.
        numbers: (u32, u32),
        /// Whether its echo is right. The server needs none.
        right: bool,
    },
    /// A RST.
    Rst {
        /// Who sent it.
        from: Peer,
        /// The segment.
        segment: Segment,
    },
    /// An ICMP error about a segment of the client.
    Icmp {
        /// Whether the segment went to the server, not to the winner.
        to_server: bool,
        /// Whether it was too big.
        too_big: bool,
    },
    /// Another segment from the WAN side.
    Wan {
        /// Who sent it.
        from: Peer,
        /// The segment.
        segment: Segment,
    },
}

/// What to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send it on as it is.
    Pass,
    /// Tag it and send it.
    Tag,
    /// Send it to the winner: rewritten, or wrapped.
    Carry,
    /// Of a candidate: take its echo out, make it the server's, and send it to the client.
    Deliver,
    /// The same, and it has won the race.
    Bind,
    /// Of the winner: make it the server's, and send it to the client.
    FromWinner,
    /// Answer with a RST, whose sequence number is what was acknowledged; send nothing on.
    Reset(Count),
    /// Keep it until nobody can be expected to answer any more.
    Hold,
    /// Make the quoted segment the one that the client has sent, and send it to the client.
    Mend,
    /// Reset the client: the winner is dead.
    Fail,
    /// Drop it, and count why.
    Drop(Count),
}

/// What an operator sets of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Of one race, SYNs that are tagged.
    pub tag_syns: u8,
    /// Retransmissions of the client without an answer after which it is reset; `None`: never.
    pub fail_after: Option<u8>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { tag_syns: 2, fail_after: Some(4) }
    }
}

/// What to do where there is no entry. A tunnelled frame that belongs to no entry is nobody's.
pub fn without_entry(event: &Event, plain: bool) -> Action {
    match event {
        Event::Syn { taggable: true, .. } => Action::Tag,
        Event::SynAck { from: Peer::Replica(..), right: false, .. } => Action::Drop(Count::SynAckForged),
        _ if plain => Action::Pass,
        _ => Action::Drop(Count::GueNoEntry),
    }
}

/// What to do with an event of this entry's connection, and what the entry is then.
#[inline]
pub fn step(entry: &mut Entry, event: &Event, rules: &Rules, now: Time) -> Action {
    match *event {
        Event::Syn { isn, taggable } => syn(entry, isn, taggable, rules),
        Event::Client(ref segment) => client(entry, segment, rules),
        Event::SynAck { from, numbers, right } => syn_ack(entry, from, numbers, right, now),
        Event::Rst { from, ref segment } => rst(entry, from, segment),
        Event::Icmp { to_server, too_big } => icmp(entry, to_server, too_big),
        Event::Wan { from, ref segment } => wan(entry, from, segment),
    }
}

fn syn(entry: &mut Entry, isn: u32, taggable: bool, rules: &Rules) -> Action {
    if isn != entry.isn {
        let (winner, mode, delta, since) = (entry.winner, entry.mode, entry.delta, entry.since);
        let fresh = Entry::new(entry.key, isn, entry.site, entry.tunnel_port);
        // Late segments of the old winner are still known as its own.
        *entry = Entry { winner, mode, delta, since, scale: entry.scale, ..fresh };
        entry.state = if taggable { State::Racing } else { State::Origin };
        return if taggable { Action::Tag } else { Action::Pass };
    }
    entry.syns = entry.syns.saturating_add(1);
    match entry.state {
        State::Racing if taggable && entry.syns <= rules.tag_syns => Action::Tag,
        State::Racing | State::Origin => Action::Pass,
        State::Bound => unanswered(entry, isn, rules).unwrap_or(Action::Carry),
    }
}

#[inline]
fn client(entry: &mut Entry, segment: &Segment, rules: &Rules) -> Action {
    entry.fins |= segment.flags & FIN;
    // Before an answer the client's RST is about somebody's blind one, unless it has the number after the SYN's.
    entry.reset |= segment.has(RST) && (entry.answer.is_some() || entry.acknowledges_syn(segment.seq));
    if segment.has(ACK) {
        // What the client acknowledges lies after the answer: less than half of all numbers on.
        entry.acked |= entry.answer.is_some_and(|answer| segment.ack.wrapping_sub(answer.wrapping_add(1)) < 1 << 31);
        (entry.acknowledged, entry.window) = (segment.ack, u32::from(segment.window) << entry.scale);
    }
    if entry.state != State::Bound {
        return Action::Pass;
    }
    let content = segment.payload > 0 || segment.has(FIN);
    let failed = if content { unanswered(entry, segment.seq, rules) } else { None };
    failed.unwrap_or(Action::Carry)
}

/// Counts content that the client sends again; with too many, it is to be reset.
#[inline]
fn unanswered(entry: &mut Entry, seq: u32, rules: &Rules) -> Option<Action> {
    if seq != entry.sent {
        (entry.sent, entry.unanswered) = (seq, 0);
        return None;
    }
    entry.unanswered = entry.unanswered.saturating_add(1);
    let failed = rules.fail_after.is_some_and(|most| entry.unanswered > most);
    entry.reset |= failed;
    failed.then_some(Action::Fail)
}

fn syn_ack(entry: &mut Entry, from: Peer, (seq, ack): (u32, u32), right: bool, now: Time) -> Action {
    if !entry.acknowledges_syn(ack) {
        let judged_by_client = from == Peer::Server && entry.state != State::Bound;
        return if judged_by_client { Action::Pass } else { Action::Drop(Count::SynAckBadAck) };
    }
    match (entry.state, from) {
        (_, Peer::Replica(..)) if !right => Action::Drop(Count::SynAckForged),
        (State::Racing, Peer::Server) => {
            answered(entry, State::Origin, seq, now);
            Action::Pass
        }
        (State::Racing, Peer::Replica(replica, mode)) => {
            (entry.winner, entry.mode) = (replica, Some(mode));
            entry.delta = crate::translate::delta(&entry.key.server, &replica).to_bits();
            answered(entry, State::Bound, seq, now);
            Action::Bind
        }
        (State::Bound, Peer::Server) => Action::Reset(Count::OriginReset),
        (State::Bound, Peer::Replica(replica, mode)) if replica == entry.winner => {
            // In another form it is neither the winner's nor to be reset: a RST would end the winner's connection.
            if entry.mode == Some(mode) { again(entry, seq, Action::Deliver) } else { Action::Drop(Count::SynAckStale) }
        }
        (State::Origin, Peer::Server) => again(entry, seq, Action::Pass),
        (State::Bound | State::Origin, Peer::Replica(..)) => Action::Reset(Count::LoserReset),
    }
}

fn answered(entry: &mut Entry, state: State, seq: u32, now: Time) {
    (entry.state, entry.answer, entry.since) = (state, Some(seq), now.as_secs() as u32);
    entry.unanswered = 0;
}

/// A SYN-ACK of who serves the connection already. One with another number is right as long as the client has not acknowledged the one before; later
/// it is dropped, and never answered with a RST, which would end the connection.
fn again(entry: &mut Entry, seq: u32, action: Action) -> Action {
    if entry.answer != Some(seq) && entry.acked {
        return Action::Drop(Count::SynAckStale);
    }
    (entry.answer, entry.unanswered) = (Some(seq), 0);
    action
}

fn rst(entry: &mut Entry, from: Peer, segment: &Segment) -> Action {
    match (entry.state, from) {
        (State::Racing, Peer::Server) if segment.has(ACK) && entry.acknowledges_syn(segment.ack) => Action::Hold,
        (State::Racing, Peer::Replica(..)) => Action::Drop(Count::ReplicaRefused),
        (State::Bound, Peer::Server) if entry.mode == Some(Mode::B) => {
            let inside = entry.acked && segment.seq.wrapping_sub(entry.acknowledged) <= entry.window;
            if inside { of_winner(entry, segment, Action::FromWinner) } else { Action::Drop(Count::RstOutOfWindow) }
        }
        (State::Bound, Peer::Server) => Action::Drop(Count::LateOrigin),
        _ => wan(entry, from, segment),
    }
}

fn icmp(entry: &Entry, to_server: bool, too_big: bool) -> Action {
    match (entry.state, to_server) {
        (State::Racing, true) if !too_big => Action::Hold,
        (State::Racing | State::Origin, true) => Action::Pass,
        (State::Bound, false) => Action::Mend,
        _ => Action::Drop(Count::IcmpDropped),
    }
}

#[inline]
fn wan(entry: &mut Entry, from: Peer, segment: &Segment) -> Action {
    let winners = matches!(from, Peer::Replica(replica, mode) if replica == entry.winner && entry.mode == Some(mode));
    match (entry.state, from) {
        (State::Bound, Peer::Replica(..)) if winners => of_winner(entry, segment, Action::FromWinner),
        (State::Bound, Peer::Server) if entry.mode == Some(Mode::B) => of_winner(entry, segment, Action::FromWinner),
        (State::Bound, Peer::Server) => Action::Drop(Count::LateOrigin),
        (State::Racing, Peer::Server) => Action::Pass,
        (State::Origin, Peer::Server) => of_winner(entry, segment, Action::Pass),
        (State::Racing, Peer::Replica(..)) if winners && segment.has(ACK) => Action::Reset(Count::OldConnectionReset),
        (_, Peer::Replica(..)) => Action::Drop(Count::NotWinner),
    }
}

#[inline]
fn of_winner(entry: &mut Entry, segment: &Segment, action: Action) -> Action {
    entry.fins |= (segment.flags & FIN) << 1;
    entry.reset |= segment.has(RST);
    entry.unanswered = 0;
    action
}
