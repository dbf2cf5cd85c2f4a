//! The questions of `docs/manager.md`, section 3, in their order.

mod common;

use common::*;
use flow::tables::{Refusal, ServerState};
use flow::{Reason, To, Verdict};
use std::net::SocketAddr;

fn virtual_at(v6: bool, port: u16) -> SocketAddr {
    SocketAddr::new(virtual_address(v6), port)
}

fn syn(v6: bool, port: u16) -> Vec<u8> {
    tcp(TO_MANAGER, client(v6), virtual_at(v6, port), segment(SYN, 100, 0))
}

#[test]
fn question_1_a_frame_to_another_mac_is_dropped() {
    let mut rig = Rig::new();
    for mac in [SERVERS[0], INNER, [0xff; 6], [1, 0, 0x5e, 0, 0, 7]] {
        let mut frame = syn(false, DESTINATION);
        frame[..6].copy_from_slice(&mac);
        assert_eq!(rig.take(0, &frame).nothing(), Reason::NotMine, "{mac:?}");
    }
    assert_eq!(rig.take(9, &syn(false, DESTINATION)).nothing(), Reason::NotMine, "no such interface");
    let mut group = settings();
    group.macs.push([2, 0, 0, 0, 9, 9]);
    let mut frame = syn(false, DESTINATION);
    frame[..6].copy_from_slice(&[2, 0, 0, 0, 9, 9]);
    Rig::with(group, 16).take(0, &frame).on(1, Reason::NewConnection);
}

#[test]
fn question_2_what_is_no_ip_and_what_is_the_manager_s_own_goes_to_the_control_processor() {
    let mut rig = Rig::new();
    let control = Verdict { to: Some(To::Control), reason: Reason::Control };
    let mut arp = vec![0xff; 6];
    arp.extend(FRONT);
    arp.extend([8, 6]);
    arp.extend([0; 46]);
    assert_eq!(rig.take(0, &arp).verdict, control);
    let own = tcp(TO_MANAGER, client(false), at("192.0.2.254:22"), segment(SYN, 1, 0));
    assert_eq!(rig.take(0, &own).verdict, control);
    // Neighbour discovery to everybody on the link; VRRP, a protocol that is named.
    let mut solicitation = vec![];
    let solicited = headers([[0x33, 0x33, 0xff, 0, 0, 7], FRONT], ip("2001:db8:c::1"), ip("ff02::1:ff00:7"), 255);
    solicited.icmpv6_raw(135, 0, [0; 4]).write(&mut solicitation, &[0; 24]).unwrap();
    assert_eq!(rig.take(0, &solicitation).verdict, control);
    let mut vrrp = vec![];
    let vrrp_headers = headers([[1, 0, 0x5e, 0, 0, 18], FRONT], ip("192.0.2.3"), ip("224.0.0.18"), 255);
    vrrp_headers.write(&mut vrrp, 112.into(), &[0; 20]).unwrap();
    assert_eq!(rig.take(0, &vrrp).verdict, control);
    assert_eq!(rig.of(Reason::Control), 4);
}

#[test]
fn question_3_what_contradicts_itself_is_dropped() {
    let mut rig = Rig::new();
    let mut dropped = |what: &str, frame: &[u8]| assert_eq!(rig.take(0, frame).nothing(), Reason::Malformed, "{what}");
    let change = |mut frame: Vec<u8>, change: &dyn Fn(&mut [u8])| {
        change(&mut frame);
        frame
    };
    let v4 = syn(false, DESTINATION);
    dropped("IPv4 checksum", &change(v4.clone(), &|frame| frame[24] ^= 1));
    dropped("cut in its packet", &v4[..v4.len() - 1]);
    dropped("cut in the IP header", &v4[..30]);
    dropped("cut to its MAC", &v4[..6]);
    dropped("TCP offset 4", &change(v4.clone(), &|frame| frame[46] = 0x40));
    dropped("TCP offset beyond the packet", &change(v4.clone(), &|frame| frame[46] = 0x60));
    dropped("version", &change(v4.clone(), &|frame| frame[14] = 0x65));
    let datagram = udp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), b"hello");
    dropped("UDP length below 8", &change(datagram.clone(), &|frame| frame[39] = 7));
    dropped("UDP length beyond the packet", &change(datagram.clone(), &|frame| frame[39] += 1));
    let v6 = udp(TO_MANAGER, client(true), virtual_at(true, DESTINATION), b"hello");
    dropped("no UDP checksum in IPv6", &change(v6, &|frame| frame[60..62].fill(0)));
}

#[test]
fn question_3_up_to_64_extension_headers_are_walked() {
    for (count, reason) in [(64, Reason::NewConnection), (65, Reason::Malformed)] {
        let mut frame = syn(true, DESTINATION);
        // Destination options of 8 bytes each: one option that pads 4 bytes.
        let chain: Vec<u8> = (0..count).flat_map(|at| [if at + 1 == count { 6 } else { 60 }, 0, 1, 4, 0, 0, 0, 0]).collect();
        frame.splice(54..54, chain);
        frame[20] = 60;
        let length = (frame.len() - 54) as u16;
        frame[18..20].copy_from_slice(&length.to_be_bytes());
        assert_eq!(Rig::new().reason(0, &frame), reason, "{count}");
    }
}

#[test]
fn question_5_a_packet_without_time_to_live_is_answered_and_opens_nothing() {
    for v6 in [false, true] {
        let mut rig = Rig::new();
        let frame = with_ttl(syn(v6, DESTINATION), 1);
        let answer = rig.take(0, &frame).answer(0, Reason::Ttl);
        let packet = etherparse::SlicedPacket::from_ethernet(&answer).unwrap();
        assert_eq!((&answer[..6], &answer[6..12]), (&FRONT[..], &OUTER[..]));
        match packet.transport.unwrap() {
            etherparse::TransportSlice::Icmpv4(icmp) => assert_eq!((icmp.type_u8(), icmp.payload()), (11, &frame[14..])),
            etherparse::TransportSlice::Icmpv6(icmp) => {
                assert_eq!((icmp.type_u8(), icmp.payload()), (3, &frame[14..]));
                assert!(icmp.is_checksum_valid(ip6("2001:db8:c::fe"), ip6("2001:db8:c::1")));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(rig.table.live(), 0);
        // Of a connection, both ways.
        let opened = established(&mut rig, client(v6), DESTINATION);
        let answer = with_ttl(tcp(from_server(opened.server), opened.server_at, opened.source, segment(ACK, 501, 101)), 1);
        rig.take(1, &answer).answer(1, Reason::Ttl);
    }
}

fn ip6(text: &str) -> [u8; 16] {
    text.parse::<std::net::Ipv6Addr>().unwrap().octets()
}

#[test]
fn question_7_an_echo_request_to_a_virtual_address_is_answered() {
    for v6 in [false, true] {
        let mut rig = Rig::new();
        let mut frame = vec![];
        let step = headers(TO_MANAGER, client(v6).ip(), virtual_address(v6), 64);
        if v6 {
            step.icmpv6_echo_request(7, 9).write(&mut frame, b"ping")
        } else {
            step.icmpv4_echo_request(7, 9).write(&mut frame, b"ping")
        }
        .unwrap();
        let answer = rig.take(0, &frame).answer(0, Reason::Echo);
        let packet = etherparse::SlicedPacket::from_ethernet(&answer).unwrap();
        match packet.transport.unwrap() {
            etherparse::TransportSlice::Icmpv4(icmp) => {
                let reply = etherparse::Icmpv4Type::EchoReply(etherparse::IcmpEchoHeader { id: 7, seq: 9 });
                assert_eq!((icmp.icmp_type(), icmp.payload()), (reply.clone(), &b"ping"[..]));
                assert_eq!(icmp.checksum(), reply.calc_checksum(b"ping"));
            }
            etherparse::TransportSlice::Icmpv6(icmp) => {
                let reply = etherparse::Icmpv6Type::EchoReply(etherparse::IcmpEchoHeader { id: 7, seq: 9 });
                assert_eq!((icmp.icmp_type(), icmp.payload()), (reply, &b"ping"[..]));
                assert!(icmp.is_checksum_valid(ip6("2001:db8:1::7"), ip6("2001:db8:c::1")));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn question_7_another_protocol_to_a_virtual_address_is_dropped() {
    let mut rig = Rig::new();
    let mut gre = vec![];
    headers(TO_MANAGER, client(false).ip(), virtual_address(false), 64).write(&mut gre, 47.into(), &[0; 8]).unwrap();
    assert_eq!(rig.take(0, &gre).nothing(), Reason::Protocol);
}

#[test]
fn questions_8_and_13_a_connection_is_one_server_s_whatever_the_translation() {
    for v6 in [false, true] {
        for (port, translated) in [(DESTINATION, true), (FULL, true), (DIRECT, false)] {
            let mut rig = Rig::new();
            let (client, virtual_at) = (client(v6), virtual_at(v6, port));
            let first = read(&rig.take(0, &syn(v6, port)).on(1, Reason::NewConnection));
            let server = SERVERS.iter().position(|mac| *mac == first.macs[0]).unwrap();
            assert_eq!((first.macs[1], first.ttl, first.flags, first.sequence), (INNER, 63, SYN, 100));
            if !translated {
                assert_eq!((first.source, first.destination), (client, virtual_at));
                continue;
            }
            assert_eq!(first.destination, servers(v6)[server]);
            if port == FULL {
                assert_eq!(first.source.ip(), pool_address(v6));
                assert!(first.source.port() > first.destination.port());
            } else {
                assert_eq!(first.source, client);
            }
            let answer = tcp(from_server(server), first.destination, first.source, segment(SYN | ACK, 500, 101));
            let answer = read(&rig.take(1, &answer).on(0, Reason::Connection));
            assert_eq!((answer.macs, answer.source, answer.destination), ([FRONT, OUTER], virtual_at, client));
            for byte in 0..20_u8 {
                let payload = [byte; 33];
                let data = Segment { payload: &payload, ..segment(ACK, 101, 501) };
                let data = read(&rig.take(0, &tcp(TO_MANAGER, client, virtual_at, data)).on(1, Reason::Connection));
                assert_eq!((data.source, data.destination, data.payload), (first.source, first.destination, payload.to_vec()));
            }
        }
    }
}

#[test]
fn question_8_udp_keeps_its_checksum_of_0_and_gets_every_other_right() {
    for v6 in [false, true] {
        for port in [DESTINATION, FULL, DIRECT] {
            let mut rig = Rig::new();
            for low in 0..=u8::MAX {
                for high in [0, 0x5a, 0xff] {
                    let frame = udp(TO_MANAGER, client(v6), virtual_at(v6, port), &[low, high, 0, low]);
                    let sent = rig.take(0, &frame).sent.unwrap().1;
                    assert_eq!(read(&sent).payload, [low, high, 0, low]);
                }
            }
        }
    }
    let mut none = udp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), b"none");
    none[40..42].fill(0);
    let sent = Rig::new().take(0, &none).on(1, Reason::NewConnection);
    assert_eq!(sent[40..42], [0, 0]);
}

/// Every sum comes up in 65,536 datagrams, so that of 0 does, too: it is sent as 0xffff.
#[test]
fn question_8_a_udp_checksum_that_comes_out_0_is_sent_as_0xffff() {
    let mut rig = Rig::new();
    let mut met = 0;
    for word in 0..=u16::MAX {
        let sent = rig.take(0, &udp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), &word.to_be_bytes())).sent.unwrap().1;
        assert_ne!(sent[40..42], [0, 0]);
        met += u32::from(sent[40..42] == [0xff, 0xff]);
        read(&sent);
    }
    assert!(met > 0);
}

#[test]
fn question_9_what_a_server_sends_elsewhere_is_routed_or_discarded() {
    let mut rig = Rig::new();
    let server = at("10.0.0.1:5000");
    let out = read(&rig.take(1, &tcp(from_server(0), server, at("203.0.113.9:443"), segment(SYN, 1, 0))).on(0, Reason::Outbound));
    assert_eq!((out.macs, out.source, out.destination, out.ttl), ([FRONT, OUTER], server, at("203.0.113.9:443"), 63));
    assert_eq!(rig.take(1, &tcp(from_server(0), server, at("192.0.2.77:443"), segment(SYN, 1, 0))).nothing(), Reason::NoRoute);
    let stranger = udp(TO_MANAGER, client(false), at("203.0.113.9:53"), b"?");
    assert_eq!(rig.take(0, &stranger).nothing(), Reason::NoService);
}

#[test]
fn question_9_tcp_to_no_service_is_reset_and_udp_discarded() {
    for v6 in [false, true] {
        let mut rig = Rig::new();
        let reset = read(&rig.take(0, &syn(v6, 81)).answer(0, Reason::NoService));
        assert_eq!((reset.source, reset.destination, reset.macs), (virtual_at(v6, 81), client(v6), [FRONT, OUTER]));
        assert_eq!((reset.flags, reset.sequence, reset.acknowledged), (RST | ACK, 0, 101));
        assert_eq!(rig.take(0, &udp(TO_MANAGER, client(v6), virtual_at(v6, 81), b"x")).nothing(), Reason::NoService);
    }
}

/// RFC 9293, 3.10.7.1, with the numbers worked out by hand.
#[test]
fn question_10_tcp_of_no_connection_is_reset_by_its_own_numbers() {
    let mut rig = Rig::new();
    let send = |rig: &mut Rig, segment| rig.take(0, &tcp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), segment));
    for (what, wanted) in [
        (segment(ACK, 7, 9), (RST, 9, 0)),
        (segment(SYN | ACK, 7, 9), (RST, 9, 0)),
        (Segment { payload: &[0; 10], ..segment(0, 7, 0) }, (RST | ACK, 0, 17)),
        (Segment { payload: &[0; 10], ..segment(FIN, u32::MAX, 0) }, (RST | ACK, 0, 10)),
        (segment(SYN | FIN, 7, 0), (RST | ACK, 0, 9)),
    ] {
        let reset = read(&send(&mut rig, what).answer(0, Reason::NoConnection));
        assert_eq!((reset.flags, reset.sequence, reset.acknowledged), wanted);
    }
    for flags in [RST, RST | ACK, RST | SYN, RST | FIN | ACK] {
        assert_eq!(send(&mut rig, segment(flags, 7, 9)).nothing(), Reason::NoConnection);
    }
}

#[test]
fn question_11_without_a_server_a_client_is_refused_as_its_service_says() {
    for (refusal, answered) in [(Refusal::Reset, true), (Refusal::Discard, false)] {
        for state in [ServerState::Down, ServerState::Draining] {
            let mut settings = settings();
            settings.servers.iter_mut().for_each(|server| server.state = state);
            settings.services.iter_mut().for_each(|service| service.refusal = refusal);
            let mut rig = Rig::with(settings, 16);
            let taken = rig.take(0, &syn(false, DESTINATION));
            assert_eq!((taken.verdict.reason, taken.others.len()), (Reason::NoServer, usize::from(answered)));
            assert_eq!(rig.take(0, &udp(TO_MANAGER, client(false), virtual_at(false, DESTINATION), b"x")).nothing(), Reason::NoServer);
        }
    }
}

#[test]
fn question_11_one_server_that_takes_it_is_found() {
    let mut settings = settings();
    settings.servers[0].state = ServerState::Draining;
    let mut rig = Rig::with(settings, 64);
    for port in 40_000..40_010 {
        assert_eq!(open(&mut rig, SocketAddr::new(client(false).ip(), port), DESTINATION, 1).server, 1);
    }
}

#[test]
fn question_12_without_room_a_client_is_reset() {
    let mut rig = Rig::with(settings(), 4);
    for port in 0..4 {
        established(&mut rig, SocketAddr::new(client(false).ip(), 40_000 + port), DESTINATION);
    }
    let more = tcp(TO_MANAGER, at("192.0.2.1:50000"), virtual_at(false, DESTINATION), segment(SYN, 1, 0));
    rig.take(0, &more).answer(0, Reason::TableFull);
    assert_eq!((rig.table.live(), rig.filter.counters().evicted), (4, 0));
}

#[test]
fn a_new_syn_on_a_closing_connection_chooses_anew_and_on_a_live_one_changes_nothing() {
    let mut rig = Rig::new();
    let (client, virtual_at) = (client(false), virtual_at(false, DESTINATION));
    let first = established(&mut rig, client, DESTINATION);
    let again = tcp(TO_MANAGER, client, virtual_at, segment(SYN, 9000, 0));
    assert_eq!(opened(&rig.take(0, &again).on(1, Reason::Connection)).server_at, first.server_at);
    rig.take(0, &tcp(TO_MANAGER, client, virtual_at, segment(FIN | ACK, 101, 501))).on(1, Reason::Connection);
    let old = tcp(TO_MANAGER, client, virtual_at, segment(SYN, 100, 0));
    rig.take(0, &old).on(1, Reason::Connection);
    rig.take(0, &again).on(1, Reason::NewConnection);
    assert_eq!(rig.table.live(), 1);
}

#[test]
fn a_syn_of_a_server_is_dropped() {
    let mut rig = Rig::new();
    let opened = established(&mut rig, client(false), DESTINATION);
    let frame = tcp(from_server(opened.server), opened.server_at, opened.source, segment(SYN, 7, 0));
    assert_eq!(rig.take(1, &frame).nothing(), Reason::ServerSyn);
}

#[test]
fn what_the_manager_itself_sends_is_bounded_and_counted() {
    let mut rig = Rig::new();
    for _ in 0..1000 {
        rig.take(0, &syn(false, 81));
    }
    assert_eq!((rig.filter.counters().originated, rig.filter.counters().suppressed), (200, 800));
    rig.pass(1);
    for _ in 0..1000 {
        rig.take(0, &syn(false, 81));
    }
    assert_eq!(rig.filter.counters().originated, 300);
    // Another network has its own.
    rig.take(0, &tcp(TO_MANAGER, at("203.0.113.5:1"), virtual_at(false, 81), segment(SYN, 1, 0))).answer(0, Reason::NoService);
}

#[test]
fn replies_go_to_the_mac_that_the_client_s_last_packet_came_from() {
    let mut rig = Rig::new();
    let opened = established(&mut rig, client(false), DESTINATION);
    let other = [2, 0, 0, 0, 2, 9];
    rig.take(0, &tcp([OUTER, other], client(false), virtual_at(false, DESTINATION), segment(ACK, 101, 501))).on(1, Reason::Connection);
    let answer = tcp(from_server(opened.server), opened.server_at, opened.source, segment(ACK, 501, 101));
    assert_eq!(rig.take(1, &answer).on(0, Reason::Connection)[..6], other);
}

#[test]
fn a_client_with_affinity_has_one_server_for_all_its_connections() {
    let mut settings = settings();
    settings.services.iter_mut().for_each(|service| service.affinity = true);
    let mut rig = Rig::with(settings, 1024);
    let mut both = [0; 2];
    for host in 1..100 {
        let address = ip(&format!("192.0.2.{host}"));
        let of = |rig: &mut Rig, port| open(rig, SocketAddr::new(address, port), DESTINATION, 1).server;
        let server = of(&mut rig, 40_000);
        assert!([40_001, 50_000].into_iter().all(|port| of(&mut rig, port) == server));
        both[server] += 1;
    }
    assert!(both.iter().all(|count| *count > 25), "{both:?}");
}

#[test]
fn entries_get_new_connections_by_their_share() {
    let mut settings = settings();
    settings.services[0].entries = [0, 0, 0, 1].into();
    let mut rig = Rig::with(settings, 2048);
    let mut both = [0; 2];
    for port in 40_000..40_400 {
        both[open(&mut rig, SocketAddr::new(client(false).ip(), port), DESTINATION, 1).server] += 1;
    }
    assert_eq!(both, [300, 100]);
}
