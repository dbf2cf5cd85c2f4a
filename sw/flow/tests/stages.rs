//! How far connections get, and how long they are remembered: section 4 of `docs/manager.md`.

mod common;

use common::*;
use flow::Reason;
use flow::key::Endpoint;
use flow::tcp::Stage;
use flow::{Key, Vlans, address};
use std::net::SocketAddr;

fn client() -> SocketAddr {
    common::client(false)
}

fn virtual_at(port: u16) -> SocketAddr {
    SocketAddr::new(virtual_address(false), port)
}

fn endpoint(at: SocketAddr) -> Endpoint {
    Endpoint { address: address(at.ip()), port: at.port() }
}

/// The stage of the client's connection; `Gone` if there is none.
fn stage(rig: &Rig, protocol: u8, port: u16) -> Stage {
    let key = Key { source: endpoint(client()), destination: endpoint(virtual_at(port)), protocol, vlans: Vlans::NONE };
    rig.table.find(&key).map_or(Stage::Gone, |(found, _)| rig.table.track(found, |tracking| tracking).0.stage)
}

fn send(rig: &mut Rig, port: u16, segment: Segment<'_>) -> Reason {
    rig.reason(0, &tcp(TO_MANAGER, client(), virtual_at(port), segment))
}

fn answer(rig: &mut Rig, opened: Opened, segment: Segment<'_>) -> Reason {
    rig.reason(1, &tcp(from_server(opened.server), opened.server_at, opened.source, segment))
}

#[test]
fn a_connection_is_established_by_the_client_s_acknowledgement_alone() {
    let mut rig = Rig::new();
    let opened = open(&mut rig, client(), DESTINATION, 100);
    assert_eq!((stage(&rig, TCP, DESTINATION), rig.table.half_open()), (Stage::Syn, 1));
    send(&mut rig, DESTINATION, segment(ACK, 101, 501));
    assert_eq!(stage(&rig, TCP, DESTINATION), Stage::Syn, "nobody has answered");
    answer(&mut rig, opened, segment(SYN | ACK, 500, 7));
    assert_eq!(stage(&rig, TCP, DESTINATION), Stage::Syn, "an answer to something else");
    answer(&mut rig, opened, segment(SYN | ACK, 500, 101));
    assert_eq!((stage(&rig, TCP, DESTINATION), rig.table.half_open()), (Stage::Answered, 1));
    send(&mut rig, DESTINATION, segment(ACK, 101, 77_777));
    assert_eq!(stage(&rig, TCP, DESTINATION), Stage::Answered, "a guess proves nothing");
    send(&mut rig, DESTINATION, segment(ACK, 101, 501));
    assert_eq!((stage(&rig, TCP, DESTINATION), rig.table.half_open()), (Stage::Established, 0));
}

#[test]
fn both_fins_close_and_each_stage_has_its_time() {
    for (until, seconds) in [(0, 60), (1, 60), (2, 7440), (3, 240), (4, 10)] {
        let mut rig = Rig::new();
        let opened = open(&mut rig, client(), FULL, 100);
        let stages = [Stage::Syn, Stage::Answered, Stage::Established, Stage::Closing, Stage::Closed];
        for step in 1..=until {
            match step {
                1 => answer(&mut rig, opened, segment(SYN | ACK, 500, 101)),
                2 => send(&mut rig, FULL, segment(ACK, 101, 501)),
                3 => answer(&mut rig, opened, segment(FIN | ACK, 501, 101)),
                _ => send(&mut rig, FULL, segment(FIN | ACK, 101, 502)),
            };
        }
        assert_eq!(stage(&rig, TCP, FULL), stages[until]);
        rig.pass(seconds - 1);
        assert_eq!(stage(&rig, TCP, FULL), stages[until]);
        rig.pass(1);
        assert_eq!((stage(&rig, TCP, FULL), rig.filter.counters().expired, rig.table.half_open()), (Stage::Gone, 1, 0));
    }
}

#[test]
fn a_reset_counts_in_the_window_alone_and_a_later_segment_revives() {
    let mut rig = Rig::new();
    let opened = established(&mut rig, client(), DESTINATION);
    // The server's window is 1,000 from 101 on; the client's from 501 on.
    for sequence in [100, 1102, 0x8000_0000] {
        send(&mut rig, DESTINATION, segment(RST, sequence, 0));
        assert_eq!(stage(&rig, TCP, DESTINATION), Stage::Established, "{sequence}");
    }
    send(&mut rig, DESTINATION, segment(RST, 101, 0));
    assert_eq!(stage(&rig, TCP, DESTINATION), Stage::Reset);
    answer(&mut rig, opened, segment(ACK, 9999, 101));
    assert_eq!(stage(&rig, TCP, DESTINATION), Stage::Reset, "out of window");
    answer(&mut rig, opened, segment(ACK, 501, 101));
    assert_eq!(stage(&rig, TCP, DESTINATION), Stage::Established);
    answer(&mut rig, opened, segment(RST, 501, 0));
    rig.pass(10);
    assert_eq!(stage(&rig, TCP, DESTINATION), Stage::Gone);
    assert_eq!(answer(&mut rig, opened, segment(ACK, 501, 101)), Reason::NoRoute, "to the client, of whom nothing is known any more");
}

#[test]
fn a_server_that_refuses_a_syn_resets_it() {
    let mut rig = Rig::new();
    let opened = open(&mut rig, client(), DESTINATION, 100);
    answer(&mut rig, opened, segment(RST | ACK, 0, 999_999));
    assert_eq!(stage(&rig, TCP, DESTINATION), Stage::Syn);
    answer(&mut rig, opened, segment(RST | ACK, 0, 101));
    assert_eq!(stage(&rig, TCP, DESTINATION), Stage::Reset);
    rig.take(0, &tcp(TO_MANAGER, client(), virtual_at(DESTINATION), segment(SYN, 5000, 0))).on(1, Reason::NewConnection);
}

#[test]
fn udp_is_half_open_until_the_server_answers() {
    let mut rig = Rig::new();
    let opened = opened(&rig.take(0, &udp(TO_MANAGER, client(), virtual_at(DESTINATION), b"?")).on(1, Reason::NewConnection));
    assert_eq!((stage(&rig, UDP, DESTINATION), rig.table.half_open()), (Stage::UdpNew, 1));
    rig.pass(29);
    let frame = udp(from_server(opened.server), opened.server_at, opened.source, b"!");
    let read = read(&rig.take(1, &frame).on(0, Reason::Connection));
    assert_eq!((read.source, read.destination), (virtual_at(DESTINATION), client()));
    assert_eq!((stage(&rig, UDP, DESTINATION), rig.table.half_open()), (Stage::UdpAnswered, 0));
    rig.pass(299);
    assert_eq!(stage(&rig, UDP, DESTINATION), Stage::UdpAnswered);
    rig.pass(1);
    assert_eq!(stage(&rig, UDP, DESTINATION), Stage::Gone);
}

#[test]
fn with_direct_two_segments_a_second_apart_prove_a_client() {
    let mut rig = Rig::new();
    open(&mut rig, client(), DIRECT, 100);
    send(&mut rig, DIRECT, segment(ACK, 101, 501));
    send(&mut rig, DIRECT, segment(ACK, 101, 501));
    assert_eq!((stage(&rig, TCP, DIRECT), rig.table.half_open()), (Stage::DirectNew, 1));
    rig.now += std::time::Duration::from_secs(1);
    send(&mut rig, DIRECT, Segment { payload: &[0; 10], ..segment(ACK, 101, 501) });
    assert_eq!((stage(&rig, TCP, DIRECT), rig.table.half_open()), (Stage::DirectProved, 0));
    // Only at the next number, which is 111.
    for sequence in [101, 110, 112] {
        send(&mut rig, DIRECT, segment(RST, sequence, 0));
        assert_eq!(stage(&rig, TCP, DIRECT), Stage::DirectProved, "{sequence}");
    }
    send(&mut rig, DIRECT, segment(FIN | ACK, 111, 501));
    assert_eq!(stage(&rig, TCP, DIRECT), Stage::DirectProved, "a FIN is no end");
    send(&mut rig, DIRECT, segment(RST, 112, 0));
    assert_eq!(stage(&rig, TCP, DIRECT), Stage::Reset);
    send(&mut rig, DIRECT, segment(ACK, 112, 501));
    assert_eq!(stage(&rig, TCP, DIRECT), Stage::DirectProved);
    rig.pass(899);
    assert_eq!(stage(&rig, TCP, DIRECT), Stage::DirectProved);
    rig.pass(1);
    assert_eq!(stage(&rig, TCP, DIRECT), Stage::Gone);
}

/// A flood that turns the half-open quarter over hundreds of times; honest clients take part in it with one request each.
#[test]
fn under_a_flood_of_forged_syns_honest_clients_are_served() {
    let mut rig = Rig::with(settings(), 4096);
    let (mut served, mut forged) = (0, 0_u32);
    for honest in 0..200_u16 {
        let client = SocketAddr::new(ip("203.0.113.5"), 20_000 + honest);
        let opened = open(&mut rig, client, DESTINATION, 100);
        // 200 forged ones come between a client's SYN and its acknowledgement.
        for _ in 0..200 {
            forged += 1;
            let [a, b, c, d] = forged.wrapping_mul(0x9e37_79b1).to_be_bytes();
            let source = SocketAddr::new([a & 0x3f | 0x40, b, c, d].into(), 1024 + (forged % 60_000) as u16);
            rig.take(0, &tcp(TO_MANAGER, source, virtual_at(DESTINATION), segment(SYN, forged, 0)));
        }
        let virtual_at = virtual_at(DESTINATION);
        let answer = rig.reason(1, &tcp(from_server(opened.server), opened.server_at, opened.source, segment(SYN | ACK, 500, 101)));
        let acknowledged = rig.reason(0, &tcp(TO_MANAGER, client, virtual_at, segment(ACK, 101, 501)));
        served += u32::from(answer == Reason::Connection && acknowledged == Reason::Connection);
        rig.now += std::time::Duration::from_millis(5);
    }
    let counters = rig.filter.counters();
    assert!(rig.table.half_open() <= 1024, "{}", rig.table.half_open());
    assert!(served >= 200, "{served} of 200");
    assert!(counters.evicted > 38_000, "{counters:?}");
    assert_eq!(counters.evicted + u64::from(rig.table.live()), counters.of(Reason::NewConnection));
}
