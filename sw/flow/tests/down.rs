//! Connections of a server that goes down: `on_down` of their service. The numbers of a RST that its receiver takes are worked out by hand from what
//! the receiver has acknowledged: RFC 9293, 3.10.7.3 and 3.10.7.4; RFC 5961, section 3.2.

mod common;

use common::*;
use flow::tables::{OnDown, ServerState, Tables};
use flow::{Reason, address};
use std::net::SocketAddr;

const PORTS: [u16; 3] = [DESTINATION, FULL, DIRECT];

fn rig() -> Rig {
    rig_of(OnDown::Reset, 4096)
}

fn rig_of(on_down: OnDown, connections: u32) -> Rig {
    let mut settings = settings();
    settings.services.iter_mut().for_each(|service| service.on_down = on_down);
    Rig::with(settings, connections)
}

/// Puts tables in force by which the servers at this place are in this state.
fn put(rig: &mut Rig, server: usize, state: ServerState) {
    let mut settings = rig.tables.settings().clone();
    for v6 in [false, true] {
        let is = address(servers(v6)[server].ip());
        settings.servers.iter_mut().filter(|server| server.address == is).for_each(|server| server.state = state);
    }
    rig.tables = Tables::new(settings, Some(&rig.tables));
}

fn virtual_at(v6: bool, port: u16) -> SocketAddr {
    SocketAddr::new(virtual_address(v6), port)
}

/// What two RSTs say: the client's and the server's.
fn both(sent: &[(u16, Vec<u8>)]) -> [Read; 2] {
    let [(0, client), (1, server)] = sent else { panic!("{} frames", sent.len()) };
    [read(client), read(server)]
}

#[test]
fn both_ends_get_a_rst_at_the_number_that_each_expects() {
    for v6 in [false, true] {
        for port in PORTS {
            let mut rig = rig();
            let opened = established(&mut rig, client(v6), port);
            // The client has sent 7 bytes, 101 to 107, and acknowledged 20, 501 to 520; the server has acknowledged the 7.
            let data = Segment { payload: &[1; 7], ..segment(ACK, 101, 521) };
            rig.take(0, &tcp(TO_MANAGER, client(v6), virtual_at(v6, port), data)).on(1, Reason::Connection);
            if port != DIRECT {
                let answer = tcp(from_server(opened.server), opened.server_at, opened.source, segment(ACK, 521, 108));
                rig.take(1, &answer).on(0, Reason::Connection);
            }
            assert!(rig.pass(1).is_empty());
            put(&mut rig, opened.server, ServerState::Down);
            let [to_client, to_server] = both(&rig.pass(1));
            assert_eq!((to_client.source, to_client.destination, to_client.macs), (virtual_at(v6, port), client(v6), [FRONT, OUTER]));
            assert_eq!((to_client.flags & RST, to_client.sequence), (RST, 521), "{port}");
            assert_eq!((to_server.source, to_server.destination), (opened.source, opened.server_at));
            assert_eq!((to_server.macs, to_server.ttl), ([SERVERS[opened.server], INNER], 64));
            assert_eq!((to_server.flags & RST, to_server.sequence), (RST, 108), "{port}");
            let counters = rig.filter.counters();
            assert_eq!((counters.reset, counters.originated), (1, 2));
            // Once is enough, and 10 s later it is forgotten.
            assert!(rig.pass(1).is_empty());
            assert_eq!(rig.table.live(), 1);
            rig.pass(10);
            assert_eq!(rig.table.live(), 0);
        }
    }
}

/// A client that still waits for the SYN's answer takes a RST that acknowledges its SYN; once it has the answer, one at the next number. The server
/// has the SYN, and expects the byte after it.
#[test]
fn a_half_open_connection_is_reset_by_numbers_that_either_state_takes() {
    for is_answered in [false, true] {
        let mut rig = rig();
        let opened = open(&mut rig, client(false), DESTINATION, 100);
        if is_answered {
            let answer = tcp(from_server(opened.server), opened.server_at, opened.source, segment(SYN | ACK, 500, 101));
            rig.take(1, &answer).on(0, Reason::Connection);
        }
        put(&mut rig, opened.server, ServerState::Down);
        let [to_client, to_server] = both(&rig.pass(1));
        assert_eq!((to_client.flags, to_client.acknowledged), (RST | ACK, 101));
        if is_answered {
            assert_eq!(to_client.sequence, 501);
        }
        assert_eq!((to_server.flags & RST, to_server.sequence), (RST, 101));
    }
}

#[test]
fn one_that_is_busy_is_reset_by_its_next_segment() {
    for v6 in [false, true] {
        for port in PORTS {
            let mut rig = rig();
            let opened = established(&mut rig, client(v6), port);
            put(&mut rig, opened.server, ServerState::Down);
            // It has received more than it had told before: its own segment says what it expects.
            let data = Segment { payload: &[1; 7], ..segment(ACK, 101, 777) };
            let data = tcp(TO_MANAGER, client(v6), virtual_at(v6, port), data);
            let taken = rig.take(0, &data);
            assert_eq!((taken.verdict.to, taken.verdict.reason), (None, Reason::ServerDown));
            let [to_client, to_server] = both(&taken.others);
            assert_eq!((to_client.flags, to_client.sequence, to_client.acknowledged), (RST | ACK, 777, 108));
            assert_eq!((to_server.destination, to_server.flags & RST, to_server.sequence), (opened.server_at, RST, 101));
            // Who goes on all the same is told again, and nobody else.
            let again = read(&rig.take(0, &data).answer(0, Reason::ServerDown));
            assert_eq!((again.destination, again.sequence), (client(v6), 777));
            if port != DIRECT {
                let late = tcp(from_server(opened.server), opened.server_at, opened.source, segment(ACK, 600, 101));
                let late = read(&rig.take(1, &late).answer(1, Reason::ServerDown));
                assert_eq!((late.source, late.destination, late.sequence), (opened.source, opened.server_at, 101));
            }
            assert_eq!((rig.filter.counters().reset, rig.pass(1).len()), (1, 0));
            // Its own RST passes, and is not answered.
            rig.take(0, &tcp(TO_MANAGER, client(v6), virtual_at(v6, port), segment(RST, 108, 0))).on(1, Reason::Connection);
            // A new connection goes to the other server.
            let anew = rig.take(0, &tcp(TO_MANAGER, client(v6), virtual_at(v6, port), segment(SYN, 9000, 0))).on(1, Reason::NewConnection);
            assert_eq!(read(&anew).macs[0], SERVERS[1 - opened.server]);
        }
    }
}

/// A dead server's MAC is soon not known any more; its client is told all the same.
#[test]
fn without_the_server_s_mac_its_client_is_reset() {
    let mut rig = rig();
    let opened = established(&mut rig, client(false), DESTINATION);
    put(&mut rig, opened.server, ServerState::Down);
    let mut settings = rig.tables.settings().clone();
    settings.servers.iter_mut().for_each(|server| server.hop = None);
    rig.tables = Tables::new(settings, Some(&rig.tables));
    let sent = rig.pass(1);
    let [(0, frame)] = &sent[..] else { panic!("{} frames", sent.len()) };
    let reset = read(frame);
    assert_eq!((reset.destination, reset.flags & RST, reset.sequence), (client(false), RST, 501));
    assert_eq!((rig.filter.counters().reset, rig.filter.counters().originated), (1, 1));
}

#[test]
fn others_keep_their_connections() {
    // The service keeps them; or the server drains, or it is another one; or it is UDP.
    for (on_down, down, state) in
        [(OnDown::Keep, 0, ServerState::Down), (OnDown::Reset, 0, ServerState::Draining), (OnDown::Reset, 1, ServerState::Down)]
    {
        for port in PORTS {
            let mut rig = rig_of(on_down, 64);
            put(&mut rig, 1, ServerState::Draining);
            let opened = established(&mut rig, client(false), port);
            assert_eq!(opened.server, 0);
            put(&mut rig, down, state);
            assert!(rig.pass(1).is_empty());
            rig.take(0, &tcp(TO_MANAGER, client(false), virtual_at(false, port), segment(ACK, 101, 501))).on(1, Reason::Connection);
            assert_eq!(rig.filter.counters().reset, 0);
        }
    }
    let mut rig = rig();
    let datagram = udp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), b"x");
    rig.take(0, &datagram).on(1, Reason::NewConnection);
    (0..2).for_each(|server| put(&mut rig, server, ServerState::Down));
    assert!(rig.pass(1).is_empty());
    rig.take(0, &datagram).on(1, Reason::Connection);
}

#[test]
fn tags_of_a_connection_are_those_of_its_rsts() {
    for tags in [&[0x81, 0, 0, 5][..], &[0x88, 0xa8, 0, 6, 0x81, 0, 0, 5]] {
        let tagged = |mut frame: Vec<u8>| {
            frame.splice(12..12, tags.iter().copied());
            frame
        };
        let mut rig = rig();
        let syn = tagged(tcp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), segment(SYN, 100, 0)));
        let sent = rig.take(0, &syn).on(1, Reason::NewConnection);
        let server = SERVERS.iter().position(|mac| *mac == sent[..6]).unwrap();
        put(&mut rig, server, ServerState::Down);
        for (_, frame) in rig.pass(1) {
            assert_eq!(&frame[12..12 + tags.len()], tags);
            assert_eq!(read(&frame).flags & RST, RST);
        }
        assert_eq!(rig.filter.counters().reset, 1);
    }
}

#[test]
fn resets_are_within_the_limits_and_few_at_a_time() {
    // Of one network of clients, 200 at once and 100 a second: nobody is forgotten.
    let mut rig = rig();
    put(&mut rig, 1, ServerState::Draining);
    for port in 0..500 {
        established(&mut rig, SocketAddr::new(client(false).ip(), 40_000 + port), DESTINATION);
    }
    put(&mut rig, 0, ServerState::Down);
    let told = |sent: Vec<(u16, Vec<u8>)>| sent.len();
    assert_eq!(told(rig.pass(0)), 2 * 200);
    assert_eq!((told(rig.pass(0)), rig.filter.counters().reset), (0, 200));
    assert_eq!(told(rig.pass(1)), 2 * 100);
    // Each is told again from two seconds later on, once.
    let later = [1; 6].map(|second| told(rig.pass(second)));
    assert!(later.iter().all(|frames| *frames <= 2 * 256) && later[5] == 0, "{later:?}");
    assert_eq!((later.iter().sum::<usize>(), rig.filter.counters().reset), (2 * (200 + 500), 500));
    assert!(rig.filter.counters().suppressed > 0);
    // Of many networks, 256 connections in one sweep.
    let mut rig = rig_of(OnDown::Reset, 4096);
    put(&mut rig, 1, ServerState::Draining);
    for network in 0..1000_u16 {
        let from = format!("172.{}.{}.1:40000", 16 + (network >> 8), network & 0xff);
        established(&mut rig, at(&from), DESTINATION);
    }
    put(&mut rig, 0, ServerState::Down);
    let sweeps: Vec<usize> = (0..5).map(|_| told(rig.pass(0))).collect();
    assert_eq!(sweeps, [512, 512, 512, 464, 0]);
}

/// The server goes on sending: the client has most likely all that came before, though it has not acknowledged it. If it has not, what it acknowledges
/// is answered, and once all has arrived both are told again.
#[test]
fn who_only_receives_is_told_by_what_it_was_to_get_next_and_again_by_what_it_has_acknowledged() {
    for v6 in [false, true] {
        let mut rig = rig();
        let opened = established(&mut rig, client(v6), DESTINATION);
        put(&mut rig, opened.server, ServerState::Down);
        let data = Segment { payload: &[9; 100], ..segment(ACK, 1901, 101) };
        let taken = rig.take(1, &tcp(from_server(opened.server), opened.server_at, opened.source, data));
        let [to_server, to_client] = [0, 1].map(|place| read(&taken.others[1 - place].1));
        assert_eq!((to_client.destination, to_client.sequence), (client(v6), 1901), "not 501, which it acknowledged last");
        assert_eq!((to_server.destination, to_server.sequence), (opened.server_at, 101));
        // A part was still on its way.
        let late = rig.take(0, &tcp(TO_MANAGER, client(v6), virtual_at(v6, DESTINATION), segment(ACK, 101, 1501)));
        assert_eq!(read(&late.answer(0, Reason::ServerDown)).sequence, 1501);
        assert!(rig.pass(1).is_empty());
        let [to_client, to_server] = both(&rig.pass(1));
        assert_eq!((to_client.sequence, to_server.sequence), (1501, 101));
        assert!(rig.pass(2).is_empty(), "once more is enough");
        assert_eq!(rig.filter.counters().reset, 1);
    }
}
