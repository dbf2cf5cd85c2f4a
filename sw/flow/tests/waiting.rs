//! Frames whose next station has no MAC yet: a few wait, and leave in order once it is known.

mod common;

use common::*;
use flow::tables::{Hop, Prefix, ServerState, Settings, Station, Way};
use flow::{Offload, Reason, address};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// The servers are on the link at interface 1, and nobody's MAC is known there. Services have one server.
fn unknown() -> Settings {
    let mut settings = settings();
    settings.servers.iter_mut().for_each(|server| server.hop = None);
    settings.services.iter_mut().for_each(|service| service.entries = [service.entries[0]].into());
    let on_link = Way::Unresolved { interface: 1, router: None };
    settings.routes.push((Prefix { address: address(ip("10.0.0.0")), length: 96 + 24 }, on_link));
    settings.routes.push((Prefix { address: address(ip("2001:db8:a::")), length: 64 }, on_link));
    settings
}

/// The same once the MACs of the servers are known.
fn known() -> Settings {
    Settings { servers: settings().servers, ..unknown() }
}

fn virtual_at(v6: bool, port: u16) -> SocketAddr {
    SocketAddr::new(virtual_address(v6), port)
}

fn station(interface: u16, at: IpAddr) -> Station {
    Station { interface, address: address(at) }
}

fn with_port(client: SocketAddr, port: u16) -> SocketAddr {
    SocketAddr::new(client.ip(), port)
}

impl Rig {
    /// It waits, and nothing is sent.
    fn waits(&mut self, interface: u16, frame: &[u8]) {
        let held = self.filter.held();
        assert_eq!((self.take(interface, frame).nothing(), self.filter.held()), (Reason::Unresolved, held + 1));
    }

    fn lacking(&mut self) -> Vec<Station> {
        self.filter.lacking().collect()
    }
}

#[test]
fn a_client_s_first_packet_waits_for_the_mac_of_its_server_and_then_opens_its_connection() {
    for (v6, port) in [false, true].into_iter().flat_map(|v6| [DESTINATION, FULL, DIRECT].map(|port| (v6, port))) {
        let mut rig = Rig::with(unknown(), 16);
        rig.waits(0, &tcp(TO_MANAGER, client(v6), virtual_at(v6, port), segment(SYN, 100, 0)));
        assert_eq!(rig.lacking(), [station(1, servers(v6)[0].ip())]);
        assert_eq!((rig.lacking(), rig.table.live()), (vec![], 0), "it is asked for once, and nothing is entered");

        let sent = rig.change(known());
        let [(1, frame)] = &sent[..] else { panic!("{sent:?}") };
        let (opened, read) = (opened(frame), read(frame));
        assert_eq!((opened.server, read.macs[1], read.ttl, read.flags, read.sequence), (0, INNER, 63, SYN, 100));
        let counters = rig.filter.counters();
        assert_eq!((counters.taken, counters.waited, counters.resumed, counters.passed, rig.filter.held()), (1, 1, 1, 1, 0));
        assert_eq!((rig.of(Reason::NewConnection), rig.table.live()), (1, 1));
        if port != DIRECT {
            let answer = tcp(from_server(0), opened.server_at, opened.source, segment(SYN | ACK, 500, 101));
            rig.take(1, &answer).on(0, Reason::Connection);
        }
        rig.take(0, &tcp(TO_MANAGER, client(v6), virtual_at(v6, port), segment(ACK, 101, 501))).on(1, Reason::Connection);
    }
}

#[test]
fn three_wait_in_order_and_the_fourth_is_counted() {
    let mut rig = Rig::with(unknown(), 16);
    for port in 1..=3 {
        rig.waits(0, &tcp(TO_MANAGER, with_port(client(false), port), virtual_at(false, DESTINATION), segment(SYN, 1, 0)));
    }
    for port in 4..=5 {
        let more = tcp(TO_MANAGER, with_port(client(false), port), virtual_at(false, DESTINATION), segment(SYN, 1, 0));
        assert_eq!(rig.take(0, &more).nothing(), Reason::Unresolved, "no RST: the client tries again");
    }
    assert_eq!((rig.filter.held(), rig.of(Reason::Unresolved), rig.lacking().len()), (3, 2, 1));
    // Those of another family have another server.
    rig.waits(0, &udp(TO_MANAGER, client(true), virtual_at(true, DESTINATION), b"other"));
    let ports: Vec<u16> = rig.change(known()).iter().map(|(_, frame)| read(frame).source.port()).collect();
    assert_eq!(ports, [1, 2, 3, client(true).port()]);
    // There is room again.
    assert!(rig.change(unknown()).is_empty());
    rig.waits(0, &udp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), b"later"));
}

#[test]
fn who_has_waited_for_a_second_is_refused() {
    let mut rig = Rig::with(unknown(), 16);
    rig.waits(0, &tcp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), segment(SYN, 100, 0)));
    rig.waits(0, &udp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), b"x"));
    let begun = rig.now;
    rig.now = begun + Duration::from_millis(500);
    rig.waits(1, &udp(from_server(0), servers(false)[0], at("10.0.0.77:53"), b"to a neighbour"));
    // Other tables that do not help make nobody wait for longer.
    rig.now = begun + Duration::from_millis(900);
    let other = Settings { affinity_key: [1, 1], ..unknown() };
    assert!(rig.change(other).is_empty() && rig.filter.held() == 3);
    rig.now = begun + Duration::from_millis(999);
    assert!(rig.pass(0).is_empty() && rig.filter.held() == 3);
    rig.now = begun + Duration::from_millis(1000);
    let sent = rig.pass(0);
    let [(0, reset)] = &sent[..] else { panic!("{sent:?}") };
    let reset = read(reset);
    assert_eq!((reset.flags, reset.acknowledged, reset.destination), (RST | ACK, 101, client(false)));
    assert_eq!((rig.of(Reason::NoServer), rig.filter.held()), (2, 1));
    rig.now = begun + Duration::from_millis(1500);
    assert!(rig.pass(0).is_empty());
    let counters = rig.filter.counters();
    assert_eq!((rig.of(Reason::NoRoute), counters.dropped(), counters.waited, counters.resumed), (1, 3, 3, 0));
    // The next one is asked for again.
    rig.lacking();
    rig.waits(0, &udp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), b"x"));
    assert_eq!(rig.lacking(), [station(1, servers(false)[0].ip())]);
}

#[test]
fn who_waits_is_refused_at_once_when_its_server_goes() {
    let mut rig = Rig::with(unknown(), 16);
    rig.waits(0, &tcp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), segment(SYN, 100, 0)));
    let mut gone = unknown();
    gone.servers[0].state = ServerState::Down;
    let sent = rig.change(gone);
    assert_eq!((sent.len(), read(&sent[0].1).flags, rig.of(Reason::NoServer), rig.filter.held()), (1, RST | ACK, 1, 0));
}

#[test]
fn packets_of_a_connection_wait_in_order_as_long_as_it_is_there() {
    for v6 in [false, true] {
        let mut rig = Rig::with(known(), 16);
        let opened = established(&mut rig, client(v6), FULL);
        assert!(rig.change(unknown()).is_empty());
        let data = |sequence, payload| {
            let data = Segment { payload, ..segment(ACK, sequence, 501) };
            tcp(TO_MANAGER, client(v6), virtual_at(v6, FULL), data)
        };
        rig.waits(0, &data(101, b"one"));
        rig.waits(0, &data(104, b"two"));
        // What the server sends passes meanwhile.
        rig.take(1, &tcp(from_server(0), opened.server_at, opened.source, segment(ACK, 501, 101))).on(0, Reason::Connection);
        let sent: Vec<Read> = rig.change(known()).iter().map(|(_, frame)| read(frame)).collect();
        let payloads: Vec<&[u8]> = sent.iter().map(|read| &read.payload[..]).collect();
        assert_eq!(payloads, [b"one", b"two"]);
        assert!(sent.iter().all(|read| (read.source, read.destination, read.ttl) == (opened.source, opened.server_at, 63)));

        // A connection that is gone by then is gone for them, too.
        assert!(rig.change(unknown()).is_empty());
        rig.waits(0, &data(107, b"six"));
        let key = flow::Key {
            source: flow::Endpoint { address: address(client(v6).ip()), port: client(v6).port() },
            destination: flow::Endpoint { address: address(virtual_address(v6)), port: FULL },
            protocol: TCP,
            vlans: flow::Vlans::NONE,
        };
        let (found, _) = rig.table.find(&key).unwrap();
        rig.table.remove(found).unwrap();
        let sent = rig.change(known());
        assert_eq!((sent.len(), read(&sent[0].1).flags, rig.of(Reason::NoConnection)), (1, RST, 1));
    }
}

#[test]
fn an_icmp_error_waits_and_a_fragment_does_not() {
    let mut rig = Rig::with(known(), 16);
    let opened = established(&mut rig, client(false), DESTINATION);
    let answer = tcp(from_server(0), opened.server_at, opened.source, segment(ACK, 501, 101));
    let quoted = rig.take(1, &answer).on(0, Reason::Connection);
    rig.change(unknown());
    let mut error = vec![];
    let step = headers(TO_MANAGER, client(false).ip(), virtual_address(false), 64);
    step.icmpv4_raw(3, 4, [0; 4]).write(&mut error, &quoted[14..]).unwrap();
    rig.waits(0, &error);
    assert_eq!(rig.lacking(), [station(1, servers(false)[0].ip())]);
    let sent = rig.change(known());
    assert_eq!((sent.len(), &sent[0].1[..6], rig.of(Reason::IcmpError)), (1, &SERVERS[0][..], 1));

    rig.pass(2);
    rig.change(unknown());
    let whole = udp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), &[3; 64]);
    for piece in fragments(&whole, 40) {
        assert!(rig.take(0, &piece).others.is_empty());
    }
    assert_eq!((rig.of(Reason::Unresolved), rig.filter.held()), (2, 0));
    assert_eq!(rig.lacking(), [station(1, servers(false)[0].ip())], "but they ask");
}

#[test]
fn what_servers_send_waits_for_a_neighbour_and_for_a_router() {
    let mut settings = unknown();
    settings.nat = vec![address(ip("198.51.100.21"))];
    let router = ip("192.0.2.9");
    let by_router = Way::Unresolved { interface: 0, router: Some(address(router)) };
    settings.routes = vec![
        (Prefix { address: address(ip("192.0.2.0")), length: 96 + 24 }, Way::Unresolved { interface: 0, router: None }),
        (Prefix { address: address(ip("0.0.0.0")), length: 96 }, by_router),
        (Prefix { address: address(ip("203.0.113.0")), length: 96 + 24 }, by_router),
        // A router with a MAC is as good.
        (Prefix { address: address(ip("203.0.113.0")), length: 96 + 24 }, Way::Hop(Hop { interface: 0, mac: FRONT })),
    ];
    let mut rig = Rig::with(settings.clone(), 64);
    let server = servers(false)[0];
    rig.waits(1, &tcp(from_server(0), server, at("192.0.2.1:80"), segment(SYN, 1, 0)));
    // Several destinations, one router.
    for host in 1..=3 {
        rig.waits(1, &udp(from_server(0), server, SocketAddr::new(ip(&format!("9.9.9.{host}")), 53), b"?"));
    }
    assert_eq!(rig.take(1, &udp(from_server(0), server, at("9.9.9.4:53"), b"?")).nothing(), Reason::Unresolved);
    rig.take(1, &udp(from_server(0), server, at("203.0.113.9:53"), b"?")).on(0, Reason::Outbound);
    assert_eq!(rig.lacking(), [station(0, ip("192.0.2.1")), station(0, router)]);
    assert_eq!(rig.table.live(), 1, "who waits has no connection yet");

    settings
        .routes
        .push((Prefix { address: address(ip("192.0.2.1")), length: 128 }, Way::Hop(Hop { interface: 0, mac: [2, 0, 0, 0, 4, 4] })));
    let sent = rig.change(settings.clone());
    assert_eq!((sent.len(), read(&sent[0].1).macs[0], rig.filter.held()), (1, [2, 0, 0, 0, 4, 4], 3));
    settings.routes.push((Prefix { address: address(ip("0.0.0.0")), length: 96 }, Way::Hop(Hop { interface: 0, mac: FRONT })));
    let sent: Vec<Read> = rig.change(settings).iter().map(|(_, frame)| read(frame)).collect();
    assert_eq!(sent.iter().map(|read| read.destination.ip()).collect::<Vec<_>>(), [1, 2, 3].map(|host| ip(&format!("9.9.9.{host}"))));
    assert!(sent.iter().all(|read| read.source.ip() == ip("198.51.100.21")));
    assert_eq!((rig.of(Reason::Outbound), rig.of(Reason::Connection)), (5, 0));
}

#[test]
fn all_stations_together_have_room_for_256_frames() {
    let mut rig = Rig::with(unknown(), 16);
    for number in 0..300_u16 {
        let stranger = SocketAddr::new(ip(&format!("2001:db8:a::1:{number:x}")), 53);
        let frame = udp(from_server(0), servers(true)[0], stranger, b"?");
        let mut inside = unknown();
        inside.from_servers.push(Prefix { address: address(servers(true)[0].ip()), length: 128 });
        if number == 0 {
            rig.change(inside);
        }
        assert_eq!(rig.take(1, &frame).nothing(), Reason::Unresolved);
    }
    assert_eq!((rig.filter.held(), rig.of(Reason::Unresolved), rig.lacking().len()), (256, 44, 256));
    rig.pass(1);
    assert_eq!((rig.filter.held(), rig.of(Reason::NoRoute)), (0, 256));
}

#[test]
fn a_checksum_that_its_sender_left_is_finished_and_a_segment_that_is_to_be_cut_does_not_wait() {
    for v6 in [false, true] {
        let mut rig = Rig::with(unknown(), 16);
        let left = tcp(TO_MANAGER, client(v6), virtual_at(v6, DESTINATION), segment(SYN, 100, 0));
        let (at, transport) = (if v6 { 14 + 40 + 16 } else { 14 + 20 + 16 }, if v6 { 54 } else { 34 });
        let mut frame = left.clone();
        // The sum of the pseudo header alone, by hand.
        let addresses = if v6 { &left[22..54] } else { &left[26..34] };
        let words = addresses.chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]])));
        let mut sum = words.sum::<u32>() + u32::from(TCP) + (left.len() - transport) as u32;
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        frame[at..at + 2].copy_from_slice(&(sum as u16).to_be_bytes());
        assert_ne!(frame, left);
        let take = |rig: &mut Rig, offload| {
            let (tables, now) = (&rig.tables, rig.now);
            rig.filter.take_offloaded(tables, now, 0, &mut frame.clone(), offload, &mut rig.out).reason
        };
        let cut = Offload { unfinished: true, segment: Some(1000) };
        assert_eq!((take(&mut rig, cut), rig.filter.held(), rig.of(Reason::Unresolved)), (Reason::Unresolved, 0, 1));
        assert_eq!(take(&mut rig, Offload { unfinished: true, segment: None }), Reason::Unresolved);
        let sent = rig.change(known());
        // Its checksum is right.
        assert_eq!((sent.len(), read(&sent[0].1).sequence), (1, 100));
    }
}

#[test]
fn nothing_waits_where_the_routes_lead_nowhere() {
    let mut settings = settings();
    settings.servers.iter_mut().for_each(|server| server.hop = None);
    let mut rig = Rig::with(settings, 16);
    let syn = tcp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), segment(SYN, 100, 0));
    rig.take(0, &syn).answer(0, Reason::NoServer);
    assert!(rig.lacking().is_empty());
    // A server whose MAC is known comes first.
    let mut one = unknown();
    one.servers[1].hop = known().servers[1].hop;
    one.services.iter_mut().for_each(|service| service.entries = [service.entries[0], service.entries[0] + 1].into());
    let mut rig = Rig::with(one, 16);
    for port in 1..=4 {
        assert_eq!(open(&mut rig, with_port(client(false), port), DESTINATION, 1).server, 1);
    }
}
