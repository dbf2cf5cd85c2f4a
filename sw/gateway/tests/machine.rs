//! Section 4 of the page, row by row: what each event does in each state.

use gateway::Mode::{A, B, C};
use gateway::counters::Count;
use gateway::entry::{Entry, Key, RACING, RESET, State};
use gateway::machine::Action::{Bind, Carry, Deliver, Drop, Fail, FromWinner, Hold, Mend, Pass, Reset, Tag};
use gateway::machine::{Action, Event, Peer, Rules, step, without_entry};
use gateway::segment::{ACK, FIN, RST, SYN, Segment};
use gateway::{Address, Mode, Time};
use std::net::Ipv4Addr;

const ISN: u32 = 1000;
const ANSWER: u32 = 5000;
const NOW: Time = Time::from_secs(1_700_000_000);

fn address(last: u8) -> Address {
    Ipv4Addr::new(203, 0, 113, last).into()
}

fn winner() -> Address {
    address(1)
}

fn racing() -> Entry {
    let key = Key { client: address(100), server: address(200), client_port: 4000, server_port: 80 };
    Entry { state: State::Racing, ..Entry::new(key, ISN, 0, 0xc000) }
}

/// Bound to the winner in this mode; the client has not acknowledged its answer yet.
fn bound(mode: Mode) -> Entry {
    let mut entry = racing();
    let from = Peer::Replica(winner(), mode);
    assert_eq!(step(&mut entry, &syn_ack(from, true), &Rules::default(), NOW), Bind);
    entry
}

fn origin() -> Entry {
    let mut entry = racing();
    assert_eq!(step(&mut entry, &syn_ack(Peer::Server, true), &Rules::default(), NOW), Pass);
    entry
}

fn acknowledged(mut entry: Entry) -> Entry {
    entry.window = 0;
    step(&mut entry, &Event::Client(segment(ACK, ISN + 1, ANSWER + 1)), &Rules::default(), NOW);
    assert!(entry.acked);
    entry
}

fn segment(flags: u8, seq: u32, ack: u32) -> Segment {
    Segment { source_port: 80, destination_port: 4000, seq, ack, flags, window: 1000, header: 20, payload: 0 }
}

fn syn_ack(from: Peer, right: bool) -> Event {
    Event::SynAck { from, numbers: (ANSWER, ISN + 1), right }
}

fn numbered(from: Peer, seq: u32, ack: u32) -> Event {
    Event::SynAck { from, numbers: (seq, ack), right: true }
}

/// What an event does to a connection in each state: none (plain and tunnelled), racing, bound in A, B and C, origin.
#[track_caller]
fn row(event: Event, none: [Action; 2], racing_: Action, bound_: [Action; 3], origin_: Action) {
    assert_eq!([without_entry(&event, true), without_entry(&event, false)], none, "none");
    bound_row(|_| event, racing_, bound_, origin_);
}

/// The same, where the event depends on the mode, and frames without an entry are not asked for.
#[track_caller]
fn bound_row(event: impl Fn(Mode) -> Event, racing_: Action, bound_: [Action; 3], origin_: Action) {
    let rules = Rules::default();
    assert_eq!(step(&mut racing(), &event(A), &rules, NOW), racing_, "racing");
    let done = Mode::ALL.map(|mode| step(&mut bound(mode), &event(mode), &rules, NOW));
    assert_eq!(done, bound_, "bound");
    assert_eq!(step(&mut origin(), &event(A), &rules, NOW), origin_, "origin");
}

const GUE: Action = Drop(Count::GueNoEntry);

#[test]
fn a_client_s_syn_is_tagged_goes_to_the_winner_or_passes() {
    row(Event::Syn { isn: ISN, taggable: true }, [Tag, Tag], Tag, [Carry; 3], Pass);
    row(Event::Syn { isn: ISN, taggable: false }, [Pass, GUE], Pass, [Carry; 3], Pass);
}

#[test]
fn a_syn_is_tagged_twice_and_then_goes_untagged() {
    let mut entry = racing();
    let again = Event::Syn { isn: ISN, taggable: true };
    let actions = [0; 3].map(|_| step(&mut entry, &again, &Rules::default(), NOW));
    assert_eq!(actions, [Tag, Pass, Pass]);
    assert_eq!(entry.state, State::Racing);
}

#[test]
fn a_syn_with_another_number_restarts_the_race_from_every_state() {
    let another = Event::Syn { isn: ISN + 7, taggable: true };
    for mut entry in [racing(), bound(A), bound(B), acknowledged(bound(C)), origin(), acknowledged(origin())] {
        assert_eq!(step(&mut entry, &another, &Rules::default(), NOW), Tag);
        assert_eq!((entry.state, entry.isn, entry.acked, entry.answer), (State::Racing, ISN + 7, false, None));
    }
    let mut entry = bound(A);
    assert_eq!(step(&mut entry, &Event::Syn { isn: ISN + 7, taggable: false }, &Rules::default(), NOW), Pass);
    assert_eq!(entry.state, State::Origin);
}

#[test]
fn a_client_s_segment_goes_to_the_winner_or_passes() {
    row(Event::Client(segment(ACK, ISN + 1, ANSWER + 1)), [Pass, GUE], Pass, [Carry; 3], Pass);
}

#[test]
fn a_syn_ack_that_acknowledges_something_else_is_dropped_unless_the_client_can_judge_it() {
    let bad = Drop(Count::SynAckBadAck);
    row(numbered(Peer::Replica(address(2), A), 1, ISN), [Pass, GUE], bad, [bad; 3], bad);
    bound_row(|mode| numbered(Peer::Replica(winner(), mode), ANSWER, ISN + 2), bad, [bad; 3], bad);
    row(numbered(Peer::Server, 1, ISN), [Pass, GUE], Pass, [bad; 3], Pass);
}

#[test]
fn a_candidate_s_syn_ack_with_a_wrong_echo_is_dropped() {
    let forged = Drop(Count::SynAckForged);
    row(syn_ack(Peer::Replica(address(2), A), false), [forged; 2], forged, [forged; 3], forged);
    bound_row(|mode| syn_ack(Peer::Replica(winner(), mode), false), forged, [forged; 3], forged);
}

#[test]
fn the_first_right_syn_ack_binds_and_every_other_candidate_is_reset() {
    let lost = Reset(Count::LoserReset);
    row(syn_ack(Peer::Replica(address(2), A), true), [Pass, GUE], Bind, [lost; 3], lost);
    for mode in Mode::ALL {
        let entry = bound(mode);
        assert_eq!((entry.state, entry.winner, entry.mode, entry.answer), (State::Bound, winner(), Some(mode), Some(ANSWER)));
    }
}

#[test]
fn the_winner_s_syn_ack_passes_again_and_is_never_reset() {
    let own = |mode| Peer::Replica(winner(), mode);
    let lost = Reset(Count::LoserReset);
    bound_row(|mode| syn_ack(own(mode), true), Bind, [Deliver; 3], lost);
    bound_row(|mode| numbered(own(mode), ANSWER + 9, ISN + 1), Bind, [Deliver; 3], lost);
    for mode in Mode::ALL {
        let mut entry = bound(mode);
        step(&mut entry, &numbered(own(mode), ANSWER + 9, ISN + 1), &Rules::default(), NOW);
        assert_eq!(entry.answer, Some(ANSWER + 9), "renewed while the client has not acknowledged");
        let mut entry = acknowledged(bound(mode));
        assert_eq!(step(&mut entry, &syn_ack(own(mode), true), &Rules::default(), NOW), Deliver);
        let other = step(&mut entry, &numbered(own(mode), ANSWER + 9, ISN + 1), &Rules::default(), NOW);
        assert_eq!((other, entry.answer), (Drop(Count::SynAckStale), Some(ANSWER)));
        let form = if mode == A { C } else { A };
        assert_eq!(step(&mut entry, &syn_ack(own(form), true), &Rules::default(), NOW), Drop(Count::SynAckStale));
    }
}

#[test]
fn the_server_s_syn_ack_wins_or_is_reset() {
    row(syn_ack(Peer::Server, true), [Pass, GUE], Pass, [Reset(Count::OriginReset); 3], Pass);
    let mut entry = origin();
    assert_eq!(step(&mut entry, &numbered(Peer::Server, ANSWER + 9, ISN + 1), &Rules::default(), NOW), Pass);
    assert_eq!(entry.answer, Some(ANSWER + 9));
    let mut entry = acknowledged(origin());
    assert_eq!(step(&mut entry, &numbered(Peer::Server, ANSWER + 9, ISN + 1), &Rules::default(), NOW), Drop(Count::SynAckStale));
}

#[test]
fn a_client_that_resets_a_blind_answer_has_not_ended_its_race() {
    let rules = Rules::default();
    let reset = |seq| Event::Client(segment(RST, seq, 0));
    let life = |seq| {
        let mut entry = racing();
        assert_eq!(step(&mut entry, &reset(seq), &rules, NOW), Pass);
        entry.lifetime(NOW)
    };
    assert_eq!(life(ISN + 9), RACING, "what the blind answer has acknowledged");
    assert_eq!(life(ISN + 1), RESET);
    let mut entry = bound(A);
    step(&mut entry, &reset(ISN + 9), &rules, NOW);
    assert_eq!(entry.lifetime(NOW), RESET, "afterwards any number may be the client's");
}

#[test]
fn a_candidate_s_rst_is_no_vote() {
    let (refused, not) = (Drop(Count::ReplicaRefused), Drop(Count::NotWinner));
    let rst = |from| Event::Rst { from, segment: segment(RST | ACK, 0, ISN + 1) };
    row(rst(Peer::Replica(address(2), A)), [Pass, GUE], refused, [not; 3], not);
    // In B the winner speaks from the server's address, so a RST from its own is nobody's.
    bound_row(|mode| rst(Peer::Replica(winner(), mode)), refused, [FromWinner; 3], not);
}

#[test]
fn a_server_s_rst_is_held_or_dropped_and_passes_in_mode_b_inside_the_window_only() {
    let late = Drop(Count::LateOrigin);
    let rst = |seq, ack| Event::Rst { from: Peer::Server, segment: segment(RST | ACK, seq, ack) };
    row(rst(0, ISN + 1), [Pass, GUE], Hold, [late, Drop(Count::RstOutOfWindow), late], Pass);
    row(rst(0, ISN), [Pass, GUE], Pass, [late, Drop(Count::RstOutOfWindow), late], Pass);
    let at = ANSWER + 1;
    for (seq, passes) in [(at.wrapping_sub(1), false), (at, true), (at + 1000, true), (at + 1001, false)] {
        let action = step(&mut acknowledged(bound(B)), &rst(seq, ISN + 1), &Rules::default(), NOW);
        assert_eq!(action, if passes { FromWinner } else { Drop(Count::RstOutOfWindow) }, "{seq}");
    }
}

#[test]
fn icmp_errors_count_as_refusals_are_dropped_or_mended() {
    let dropped = Drop(Count::IcmpDropped);
    row(Event::Icmp { to_server: true, too_big: true }, [Pass, GUE], Pass, [dropped; 3], Pass);
    row(Event::Icmp { to_server: true, too_big: false }, [Pass, GUE], Hold, [dropped; 3], Pass);
    row(Event::Icmp { to_server: false, too_big: true }, [Pass, GUE], dropped, [Mend; 3], dropped);
    row(Event::Icmp { to_server: false, too_big: false }, [Pass, GUE], dropped, [Mend; 3], dropped);
}

#[test]
fn other_segments_pass_from_the_partner_alone() {
    let data = |from| Event::Wan { from, segment: segment(ACK, ANSWER + 1, ISN + 1) };
    let (late, not) = (Drop(Count::LateOrigin), Drop(Count::NotWinner));
    row(data(Peer::Server), [Pass, GUE], Pass, [late, FromWinner, late], Pass);
    bound_row(|mode| data(Peer::Replica(winner(), mode)), not, [FromWinner; 3], not);
    row(data(Peer::Replica(address(2), C)), [Pass, GUE], not, [not; 3], not);
}

#[test]
fn segments_of_an_old_connection_are_reset_in_the_next_race() {
    for mode in Mode::ALL {
        let mut entry = acknowledged(bound(mode));
        step(&mut entry, &Event::Syn { isn: ISN + 7, taggable: true }, &Rules::default(), NOW);
        let data = Event::Wan { from: Peer::Replica(winner(), mode), segment: segment(ACK, ANSWER + 1, ISN + 1) };
        assert_eq!(step(&mut entry, &data, &Rules::default(), NOW), Reset(Count::OldConnectionReset));
        assert_eq!(entry.state, State::Racing);
    }
}

#[test]
fn a_client_is_reset_after_four_retransmissions_that_nothing_answers() {
    let content = Event::Client(Segment { payload: 10, ..segment(ACK, ISN + 1, ANSWER + 1) });
    let answer = Event::Wan { from: Peer::Replica(winner(), A), segment: segment(ACK, ANSWER + 1, ISN + 11) };
    let mut entry = bound(A);
    let mut send = |event: &Event| step(&mut entry, event, &Rules::default(), NOW);
    let sent = [0; 5].map(|_| send(&content));
    assert_eq!(sent, [Carry; 5], "the first, and four retransmissions");
    assert_eq!(send(&answer), FromWinner);
    let sent = [0; 4].map(|_| send(&content));
    assert_eq!(sent, [Carry; 4], "an answer starts the count anew");
    assert_eq!(send(&content), Fail);
    let never = Rules { fail_after: None, ..Rules::default() };
    let mut entry = bound(A);
    assert!((0..300).all(|_| step(&mut entry, &content, &never, NOW) == Carry));
}

#[test]
fn an_entry_lives_as_long_as_its_state_says() {
    let lifetime = |entry: &Entry, later| entry.lifetime(NOW + Time::from_secs(later)).as_secs();
    assert_eq!(lifetime(&racing(), 0), 130);
    assert_eq!([lifetime(&bound(A), 0), lifetime(&origin(), 0)], [240, 240]);
    for entry in [acknowledged(bound(B)), acknowledged(origin())] {
        assert_eq!(lifetime(&entry, 0), 7440);
    }
    let mut entry = acknowledged(bound(C));
    step(&mut entry, &Event::Client(segment(FIN | ACK, ISN + 1, ANSWER + 1)), &Rules::default(), NOW);
    assert_eq!(lifetime(&entry, 0), 7440, "one FIN");
    let fin = Event::Wan { from: Peer::Replica(winner(), C), segment: segment(FIN | ACK, ANSWER + 1, ISN + 2) };
    step(&mut entry, &fin, &Rules::default(), NOW);
    assert_eq!(lifetime(&entry, 0), 120, "both FINs");
    for (mut entry, seconds) in [(acknowledged(bound(A)), [10, 10, 10]), (acknowledged(origin()), [64, 34, 10])] {
        step(&mut entry, &Event::Client(segment(RST, ISN + 1, 0)), &Rules::default(), NOW);
        assert_eq!(
            [0, 30, 60].map(|later| lifetime(&entry, later)),
            seconds,
            "after a RST; the server's losers may still repeat themselves"
        );
    }
    assert_eq!(SYN, 2);
}
