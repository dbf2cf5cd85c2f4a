//! Question 9 with address translation: what a server's network sends to others. The model decides whether an answer comes back.

mod common;

use common::*;
use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use flow::ports::{Distributor, REST};
use flow::table::Table;
use flow::tables::{Hop, Prefix, Settings, Tables, Way};
use flow::{Reason, address};
use model::State;
use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The addresses outside.
fn outside(v6: bool) -> [IpAddr; 2] {
    if v6 { [ip("2001:db8:9::1"), ip("2001:db8:9::2")] } else { [ip("198.51.100.21"), ip("198.51.100.22")] }
}

/// Somebody in the world.
fn world(v6: bool, port: u16) -> SocketAddr {
    SocketAddr::new(ip(if v6 { "2001:db8:f::9" } else { "203.0.113.9" }), port)
}

/// A host of the servers' network.
fn inside(v6: bool, host: u16, port: u16) -> SocketAddr {
    let host = if v6 { format!("2001:db8:a::{host:x}") } else { format!("10.0.0.{host}") };
    SocketAddr::new(ip(&host), port)
}

fn settings_with(pool: &[IpAddr]) -> Settings {
    let mut settings = settings();
    settings.from_servers.push(Prefix { address: address(ip("2001:db8:a::")), length: 64 });
    settings.routes.push((Prefix { address: address(ip("2001:db8:f::")), length: 48 }, Way::Hop(Hop { interface: 0, mac: FRONT })));
    settings.nat = pool.iter().map(|at| address(*at)).collect();
    settings
}

fn all() -> Settings {
    settings_with(&[outside(false), outside(true)].concat())
}

fn behind(state: &State) -> Settings {
    Settings { distributor: Some(Distributor { state: Arc::new(state.clone()), manager: MANAGER }), ..all() }
}

fn first(protocol: u8, macs: [[u8; 6]; 2], from: SocketAddr, to: SocketAddr) -> Vec<u8> {
    if protocol == TCP { tcp(macs, from, to, segment(SYN, 100, 0)) } else { udp(macs, from, to, b"question") }
}

/// Opens a connection to the world; the source that it has there.
fn opened(rig: &mut Rig, protocol: u8, from: SocketAddr, to: SocketAddr) -> SocketAddr {
    let sent = read(&rig.take(1, &first(protocol, from_server(0), from, to)).on(0, Reason::Outbound));
    assert_eq!((sent.macs, sent.destination, sent.ttl), ([FRONT, OUTER], to, 63));
    assert!(outside(from.is_ipv6()).contains(&sent.source.ip()) && sent.source.port() >= 1024);
    sent.source
}

#[test]
fn answers_come_back_through_the_distributor_to_this_manager_and_to_who_asked() {
    let state = distributor();
    for protocol in [TCP, UDP] {
        for v6 in [false, true] {
            let mut rig = Rig::with(behind(&state), 4096);
            let mut owners = HashMap::new();
            // To well-known services, also those that have a rule of their own; to ports above all of ours; and to equal ones.
            for number in 0..600 {
                let host = if v6 { format!("2001:db8:f::{number:x}") } else { format!("203.0.113.{}", number % 250) };
                let to = SocketAddr::new(ip(&host), [53, 80, 443, 8080, 20_000, 65_000][usize::from(number) % 6]);
                let from = inside(v6, 1 + number % 50, 5000 + number / 50);
                let source = opened(&mut rig, protocol, from, to);
                assert_eq!(*owners.entry(source).or_insert(from), from, "an endpoint outside is one inside endpoint's");
                let answer = if protocol == TCP {
                    tcp(TO_MANAGER, to, source, segment(SYN | ACK, 500, 101))
                } else {
                    udp(TO_MANAGER, to, source, b"answer")
                };
                assert_eq!(manager(&state, answer.clone()), Some(MANAGER), "{to} to {source}");
                let back = read(&rig.take(0, &answer).on(1, Reason::Connection));
                assert_eq!((back.macs, back.source, back.destination, back.ttl), ([SERVERS[0], INNER], to, from, 63));
                if protocol == UDP {
                    assert_eq!(back.payload, b"answer");
                }
                // What follows goes the same way.
                let more = if protocol == TCP {
                    tcp(from_server(0), from, to, segment(ACK, 101, 501))
                } else {
                    udp(from_server(0), from, to, b"more")
                };
                assert_eq!(read(&rig.take(1, &more).on(0, Reason::Connection)).source, source);
            }
        }
    }
}

/// RFC 4787, REQ-1 and REQ-2; RFC 5382, REQ-1.
#[test]
fn an_inside_endpoint_is_one_endpoint_outside_whoever_it_speaks_to() {
    let state = distributor();
    for settings in [all(), behind(&state)] {
        for (protocol, v6) in [(TCP, false), (TCP, true), (UDP, false), (UDP, true)] {
            let mut rig = Rig::with(settings.clone(), 4096);
            let mut sources = HashSet::new();
            let mut addresses = HashSet::new();
            for host in 1..=40 {
                let ports: HashSet<SocketAddr> = (0..10)
                    .map(|port| {
                        let of_port: HashSet<SocketAddr> = [25, 53, 80, 123, 993, 5060, 8080]
                            .map(|to| opened(&mut rig, protocol, inside(v6, host, 6000 + port), world(v6, to)))
                            .into();
                        assert_eq!(of_port.len(), 1, "{of_port:?}");
                        of_port.into_iter().next().unwrap()
                    })
                    .collect();
                assert_eq!(ports.len(), 10);
                let of_host: HashSet<IpAddr> = ports.iter().map(SocketAddr::ip).collect();
                assert_eq!(of_host.len(), 1, "a host has one address outside");
                addresses.extend(of_host);
                sources.extend(ports);
            }
            assert_eq!((sources.len(), addresses.len()), (400, 2), "hosts are spread over both addresses");
        }
    }
}

#[test]
fn what_stays_inside_and_what_a_virtual_address_sends_is_not_translated() {
    let mut settings = all();
    settings.routes.push((Prefix { address: address(ip("10.0.0.2")), length: 128 }, Way::Hop(Hop { interface: 1, mac: SERVERS[1] })));
    settings.from_servers.push(Prefix { address: address(virtual_address(false)), length: 128 });
    let mut rig = Rig::with(settings, 64);
    let among = udp(from_server(0), inside(false, 1, 99), inside(false, 2, 53), b"?");
    assert_eq!(read(&rig.take(1, &among).on(1, Reason::Outbound)).source, inside(false, 1, 99));
    // A server that answers directly.
    let own = SocketAddr::new(virtual_address(false), DIRECT);
    let answer = tcp(from_server(0), own, world(false, 40_000), segment(SYN | ACK, 1, 2));
    assert_eq!(read(&rig.take(1, &answer).on(0, Reason::Outbound)).source, own);
    // Of IPv6, where the pool has none.
    let mut rig = Rig::with(settings_with(&outside(false)), 64);
    let frame = udp(from_server(0), inside(true, 1, 99), world(true, 53), b"?");
    assert_eq!(read(&rig.take(1, &frame).on(0, Reason::Outbound)).source, inside(true, 1, 99));
    assert_eq!(rig.table.live(), 0);
}

#[test]
fn nothing_that_nobody_asked_for_comes_in_and_it_is_not_answered() {
    for v6 in [false, true] {
        let mut rig = Rig::with(all(), 64);
        let source = opened(&mut rig, TCP, inside(v6, 1, 5000), world(v6, 80));
        for (from, to) in [(world(v6, 81), source), (world(v6, 80), SocketAddr::new(source.ip(), source.port() ^ 1))] {
            for protocol in [TCP, UDP] {
                assert_eq!(rig.take(0, &first(protocol, TO_MANAGER, from, to)).nothing(), Reason::NoService);
            }
        }
        // A SYN of whom it speaks to: a simultaneous open.
        assert_eq!(rig.take(0, &first(TCP, TO_MANAGER, world(v6, 80), source)).nothing(), Reason::ServerSyn);
    }
}

#[test]
fn what_opens_no_connection_is_told_so() {
    for v6 in [false, true] {
        let mut rig = Rig::with(all(), 64);
        let (from, to) = (inside(v6, 1, 5000), world(v6, 80));
        let reset = read(&rig.take(1, &tcp(from_server(0), from, to, segment(ACK, 7, 9))).answer(1, Reason::NoConnection));
        assert_eq!((reset.source, reset.destination, reset.flags, reset.sequence), (to, from, RST, 9));
        rig.take(1, &with_ttl(first(TCP, from_server(0), from, to), 1)).answer(1, Reason::Ttl);
        // What has no ports has no answer that would come back.
        let mut echo = vec![];
        let step = headers(from_server(0), from.ip(), to.ip(), 64);
        if v6 { step.icmpv6_echo_request(1, 2).write(&mut echo, b"?") } else { step.icmpv4_echo_request(1, 2).write(&mut echo, b"?") }
            .unwrap();
        assert_eq!(rig.take(1, &echo).nothing(), Reason::Protocol);
        for piece in fragments(&echo, 8) {
            assert!(rig.take(1, &piece).others.is_empty());
        }
        assert_eq!((rig.of(Reason::Protocol), rig.table.live()), (3, 0));
        let nowhere = if v6 { "[2001:db8:e::1]:80" } else { "192.0.2.77:80" };
        assert_eq!(rig.take(1, &first(UDP, from_server(0), from, at(nowhere))).nothing(), Reason::NoRoute);
    }
}

#[test]
fn fragments_are_translated_too() {
    for v6 in [false, true] {
        let mut rig = Rig::with(all(), 64);
        let (from, to) = (inside(v6, 1, 5000), world(v6, 53));
        let payload: Vec<u8> = (0..2000).map(|byte| byte as u8).collect();
        let frame = udp(from_server(0), from, to, &payload);
        let source = opened(&mut rig, UDP, from, to);
        let pieces = fragments(&frame, 800);
        let sent: Vec<_> = [2, 0, 1].into_iter().flat_map(|number| rig.take(1, &pieces[number]).others).collect();
        assert!(sent.len() == 3 && sent.iter().all(|(interface, _)| *interface == 0));
        // The first one has left first, and then those that were held for it.
        let header = if v6 { 62 } else { 34 };
        let part = |number: usize| sent[number].1[header..].to_vec();
        let mut whole = frame.clone();
        whole.truncate(header - if v6 { 8 } else { 0 });
        whole.extend([part(0), part(2), part(1)].concat());
        let at = if v6 { 22..38 } else { 26..30 };
        whole[at.clone()].copy_from_slice(&sent[0].1[at]);
        if !v6 {
            put_ipv4_checksum(&mut whole);
        }
        let read = read(&whole);
        assert_eq!((read.source, read.destination), (source, to));
        assert!(read.payload == payload);
        assert_eq!(rig.table.live(), 1);
    }
}

/// RFC 5508, REQ-4: who sent it stays, and what it quotes is what the inside has sent.
#[test]
fn an_error_of_a_router_outside_reaches_the_inside_with_its_own_packet() {
    for v6 in [false, true] {
        let mut rig = Rig::with(all(), 64);
        let (from, to) = (inside(v6, 1, 5000), world(v6, 53));
        let frame = first(UDP, from_server(0), from, to);
        let sent = rig.take(1, &frame).on(0, Reason::Outbound);
        let router = ip(if v6 { "2001:db8:c::99" } else { "192.0.2.99" });
        let mut error = vec![];
        let step = headers(TO_MANAGER, router, read(&sent).source.ip(), 64);
        if v6 {
            step.icmpv6_raw(3, 0, [0; 4]).write(&mut error, &sent[14..])
        } else {
            step.icmpv4_raw(11, 0, [0; 4]).write(&mut error, &sent[14..])
        }
        .unwrap();
        let back = rig.take(0, &error).on(1, Reason::IcmpError);
        let packet = SlicedPacket::from_ethernet(&back).unwrap();
        let quoted = match (packet.net.unwrap(), packet.transport.unwrap()) {
            (NetSlice::Ipv4(ip), TransportSlice::Icmpv4(icmp)) => {
                let header = ip.header().to_header();
                assert_eq!((IpAddr::from(header.source), IpAddr::from(header.destination)), (router, from.ip()));
                assert_eq!(icmp.checksum(), icmp.icmp_type().calc_checksum(icmp.payload()));
                icmp.payload().to_vec()
            }
            (NetSlice::Ipv6(ip), TransportSlice::Icmpv6(icmp)) => {
                let header = ip.header().to_header();
                assert_eq!((IpAddr::from(header.source), IpAddr::from(header.destination)), (router, from.ip()));
                assert!(icmp.is_checksum_valid(header.source, header.destination));
                icmp.payload().to_vec()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(quoted, with_ttl(frame, 63)[14..]);
    }
}

/// RFC 4787, REQ-5: two minutes at least, unless it is for a well-known port.
#[test]
fn a_mapping_lasts_as_long_as_its_connections_and_then_its_port_rests() {
    let mut rig = Rig::with(all(), 64);
    let from = inside(false, 1, 5000);
    let source = opened(&mut rig, UDP, from, world(false, 5060));
    assert_eq!(opened(&mut rig, UDP, from, world(false, 53)), source);
    rig.pass(30);
    assert_eq!(rig.table.live(), 1, "the question to a well-known port is forgotten after 30 s");
    rig.pass(269);
    assert_eq!(rig.table.live(), 1);
    assert_eq!(opened(&mut rig, UDP, from, world(false, 7000)), source);
    rig.pass(299);
    assert_eq!(rig.table.live(), 1);
    rig.pass(1);
    assert_eq!(rig.table.live(), 0);
    assert_ne!(opened(&mut rig, UDP, from, world(false, 5060)), source, "its port rests");
}

#[test]
fn every_port_is_given_once_and_when_none_is_left_tcp_is_told() {
    let mut settings = settings_with(&outside(false)[..1]);
    settings.from_servers = vec![Prefix { address: address(ip("10.0.0.0")), length: 96 + 8 }];
    let mut rig = Rig::with(settings, 1 << 18);
    let mut sources = HashSet::new();
    let to = world(false, 80);
    let from = |number: u32| at(&format!("10.0.{}.{}:{}", number >> 8 & 0xff, number & 0xff, 1000 + (number >> 16)));
    let ports = 65_536 - 16_384;
    for number in 0..ports {
        assert!(sources.insert(opened(&mut rig, TCP, from(number), to)));
    }
    rig.take(1, &first(TCP, from_server(0), from(ports), to)).answer(1, Reason::NoPort);
    // The other protocol has its own.
    opened(&mut rig, UDP, from(ports), to);
    // Those that are forgotten come back, once they have rested.
    rig.pass(60);
    assert_eq!(rig.table.live(), 0);
    rig.take(1, &first(TCP, from_server(0), from(ports), to)).answer(1, Reason::NoPort);
    rig.pass(2 * REST.as_secs());
    assert!(sources.contains(&opened(&mut rig, TCP, from(ports), to)));
}

#[test]
fn the_table_s_bounds_hold_for_those_inside_too() {
    let mut rig = Rig::with(all(), 64);
    for port in 0..200 {
        opened(&mut rig, TCP, inside(false, 1, 2000 + port), world(false, 80));
    }
    assert_eq!((rig.table.half_open(), rig.filter.counters().evicted), (16, 184), "a quarter is half open");
    let mut rig = Rig::with(all(), 64);
    let from = |port: u16| inside(false, 1, 2000 + port);
    for port in 0..64 {
        opened(&mut rig, UDP, from(port), world(false, 5060));
    }
    assert_eq!(rig.take(1, &first(UDP, from_server(0), from(64), world(false, 5060))).nothing(), Reason::TableFull);
    rig.take(1, &first(TCP, from_server(0), from(64), world(false, 80))).answer(1, Reason::TableFull);
}

#[test]
fn mappings_survive_reloads_and_a_process_that_takes_over() {
    let state = distributor();
    let mut rig = Rig::with(behind(&state), 64);
    let mine = inside(false, 1, 5000);
    let source = opened(&mut rig, UDP, mine, world(false, 5060));
    // Other tables, without the distributor: all ports are this manager's.
    rig.tables = Tables::new(all(), Some(&rig.tables));
    assert_eq!(opened(&mut rig, UDP, mine, world(false, 5061)), source);
    let taken: HashSet<_> = (2..200).map(|host| opened_or_full(&mut rig, inside(false, host, 5000))).collect();
    assert!(!taken.contains(&Some(source)));
    // A process that knows the connections alone.
    let mut rig = Rig::with(all(), 256);
    let hosts = |from: u16| (from..from + 40).map(|host| inside(false, host, 5000));
    let before: Vec<SocketAddr> = hosts(1).map(|from| opened(&mut rig, UDP, from, world(false, 5060))).collect();
    let table: Table<'static> = rig.table;
    rig.tables = Tables::new(all(), None);
    rig.tables.adopt(&table);
    let after: Vec<SocketAddr> = hosts(1).rev().map(|from| opened(&mut rig, UDP, from, world(false, 5061))).collect();
    assert!(after.iter().rev().eq(&before), "{before:?} {after:?}");
    // What is somebody's is nobody else's, whoever is spoken to.
    for from in hosts(100) {
        assert!(!before.contains(&opened(&mut rig, UDP, from, world(false, 7000))));
    }
}

fn opened_or_full(rig: &mut Rig, from: SocketAddr) -> Option<SocketAddr> {
    let taken = rig.take(1, &first(UDP, from_server(0), from, world(false, 5060)));
    taken.sent.map(|(_, frame)| read(&frame).source)
}
