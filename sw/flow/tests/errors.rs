//! ICMP errors about connections (question 6), and what is too long for its way out.

mod common;

use common::*;
use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use flow::Reason;
use std::net::{IpAddr, SocketAddr};

/// An error about a packet: type 3 code 4 of IPv4, type 2 of IPv6, with MTU 1400. It quotes the packet as it was sent, or less of it.
fn error(macs: [[u8; 6]; 2], source: IpAddr, about: &[u8], quoted: usize) -> Vec<u8> {
    let packet = &about[14..];
    let quoted = &packet[..packet.len().min(quoted)];
    let destination = match packet[0] >> 4 {
        4 => IpAddr::from(<[u8; 4]>::try_from(&packet[12..16]).unwrap()),
        _ => IpAddr::from(<[u8; 16]>::try_from(&packet[8..24]).unwrap()),
    };
    let mut frame = vec![];
    let step = headers(macs, source, destination, 64);
    if source.is_ipv4() {
        step.icmpv4_raw(3, 4, [0, 0, 5, 120]).write(&mut frame, quoted)
    } else {
        step.icmpv6_raw(2, 0, [0, 0, 5, 120]).write(&mut frame, quoted)
    }
    .unwrap();
    frame
}

/// Source, destination and quoted packet of an error, once its checksum is found right.
fn read_error(frame: &[u8]) -> (IpAddr, IpAddr, Vec<u8>) {
    let packet = SlicedPacket::from_ethernet(frame).unwrap();
    match (packet.net.unwrap(), packet.transport.unwrap()) {
        (NetSlice::Ipv4(ip), TransportSlice::Icmpv4(icmp)) => {
            let header = ip.header().to_header();
            assert_eq!(header.header_checksum, header.calc_header_checksum());
            assert_eq!(icmp.checksum(), icmp.icmp_type().calc_checksum(icmp.payload()));
            assert_eq!(icmp.bytes5to8(), [0, 0, 5, 120]);
            (header.source.into(), header.destination.into(), icmp.payload().to_vec())
        }
        (NetSlice::Ipv6(ip), TransportSlice::Icmpv6(icmp)) => {
            let header = ip.header().to_header();
            assert!(icmp.is_checksum_valid(header.source, header.destination));
            assert_eq!(icmp.bytes5to8(), [0, 0, 5, 120]);
            (header.source.into(), header.destination.into(), icmp.payload().to_vec())
        }
        other => panic!("{other:?}"),
    }
}

/// A packet as its sender sent it, but for a TTL that is one less, as routers quote it.
fn one_hop_later(frame: &[u8]) -> Vec<u8> {
    with_ttl(frame.to_vec(), 63)[14..].to_vec()
}

#[test]
fn question_6_an_error_reaches_the_other_end_and_quotes_what_that_end_sent() {
    for v6 in [false, true] {
        for port in [DESTINATION, FULL] {
            for protocol in [TCP, UDP] {
                let mut rig = Rig::new();
                let (client, virtual_at) = (client(v6), SocketAddr::new(virtual_address(v6), port));
                let payload = [0xa5; 101];
                let from_client = if protocol == TCP {
                    tcp(TO_MANAGER, client, virtual_at, segment(SYN, 100, 0))
                } else {
                    udp(TO_MANAGER, client, virtual_at, &payload)
                };
                let to_server = rig.take(0, &from_client).on(1, Reason::NewConnection);
                let opened = opened(&to_server);
                // A router between manager and server, and the server itself; with all of the packet quoted, and only its ports.
                let ports_only = if v6 { 48 } else { 28 };
                for (from, quoted) in [(opened.server_at.ip(), 500), (if v6 { ip("2001:db8:a::99") } else { ip("10.0.0.99") }, ports_only)]
                {
                    let frame = error(from_server(opened.server), from, &to_server, quoted);
                    let (source, destination, inner) = read_error(&rig.take(1, &frame).on(0, Reason::IcmpError));
                    assert_eq!((source, destination), (virtual_at.ip(), client.ip()));
                    assert_eq!(inner, one_hop_later(&from_client)[..inner.len()]);
                    assert!(inner.len() == quoted || inner.len() == from_client.len() - 14);
                }
                // The other way: about the server's packet, by a router on the client's side.
                let macs = from_server(opened.server);
                let answer = if protocol == TCP {
                    tcp(macs, opened.server_at, opened.source, Segment { payload: &payload, ..segment(SYN | ACK, 500, 101) })
                } else {
                    udp(macs, opened.server_at, opened.source, &payload)
                };
                let to_client = rig.take(1, &answer).on(0, Reason::Connection);
                let router = if v6 { ip("2001:db8:c::99") } else { ip("192.0.2.99") };
                let frame = error(TO_MANAGER, router, &to_client, 500);
                let (source, destination, inner) = read_error(&rig.take(0, &frame).on(1, Reason::IcmpError));
                assert_eq!(destination, opened.server_at.ip());
                assert_eq!(source, if port == FULL { pool_address(v6) } else { router });
                assert_eq!(inner, one_hop_later(&answer));
            }
        }
    }
}

#[test]
fn question_6_an_error_about_no_connection_is_dropped_and_so_is_one_with_a_wrong_checksum() {
    for v6 in [false, true] {
        let mut rig = Rig::new();
        let virtual_at = SocketAddr::new(virtual_address(v6), DESTINATION);
        let unknown = tcp([FRONT, OUTER], virtual_at, client(v6), segment(ACK, 1, 1));
        let router = if v6 { ip("2001:db8:c::99") } else { ip("192.0.2.99") };
        let mut frame = error(TO_MANAGER, router, &unknown, 500);
        assert_eq!(rig.take(0, &frame).nothing(), Reason::IcmpUnknown);
        let opened = established(&mut rig, client(v6), DESTINATION);
        let answer = tcp(from_server(opened.server), opened.server_at, opened.source, segment(ACK, 501, 101));
        let sent = rig.take(1, &answer).on(0, Reason::Connection);
        frame = error(TO_MANAGER, router, &sent, 500);
        *frame.last_mut().unwrap() ^= 1;
        assert_eq!(rig.take(0, &frame).nothing(), Reason::Malformed);
        // About an error nothing is sent, whatever its TTL.
        let frame = with_ttl(error(TO_MANAGER, router, &sent, 500), 1);
        assert_eq!(rig.take(0, &frame).nothing(), Reason::Ttl);
    }
}

/// RFC 5508, REQ-10 and 11.
#[test]
fn question_6_an_error_neither_refreshes_nor_ends_a_connection() {
    let mut rig = Rig::new();
    let opened = established(&mut rig, client(false), DESTINATION);
    let answer = tcp(from_server(opened.server), opened.server_at, opened.source, segment(ACK, 501, 101));
    let sent = rig.take(1, &answer).on(0, Reason::Connection);
    let frame = error(TO_MANAGER, ip("192.0.2.99"), &sent, 500);
    rig.pass(7439);
    rig.take(0, &frame).on(1, Reason::IcmpError);
    rig.pass(1);
    assert_eq!(rig.take(0, &frame).nothing(), Reason::IcmpUnknown);
}

#[test]
fn a_packet_longer_than_its_way_out_is_reported_with_the_packet_as_it_was_sent() {
    for v6 in [false, true] {
        let mut settings = settings();
        settings.interfaces[1].mtu = 1400;
        let mut rig = Rig::with(settings, 64);
        established(&mut rig, client(v6), DESTINATION);
        let payload = [7; 1400];
        let data = Segment { payload: &payload, ..segment(ACK, 101, 501) };
        let frame = tcp(TO_MANAGER, client(v6), SocketAddr::new(virtual_address(v6), DESTINATION), data);
        let (source, destination, quoted) = read_error(&rig.take(0, &frame).answer(0, Reason::TooBig));
        assert_eq!(source, if v6 { ip("2001:db8:c::fe") } else { ip("192.0.2.254") });
        assert_eq!(destination, client(v6).ip());
        assert_eq!(quoted, frame[14..14 + quoted.len()]);
    }
}

#[test]
fn ipv4_that_may_be_cut_leaves_in_fragments_that_put_together_the_packet() {
    for port in [DESTINATION, FULL] {
        let mut settings = settings();
        settings.interfaces[1].mtu = 600;
        let mut rig = Rig::with(settings, 64);
        let payload: Vec<u8> = (0..1400).map(|byte| byte as u8).collect();
        let virtual_at = SocketAddr::new(virtual_address(false), port);
        let mut frame = udp(TO_MANAGER, client(false), virtual_at, &payload);
        frame[18..21].copy_from_slice(&[0x12, 0x34, 0]);
        put_ipv4_checksum(&mut frame);
        let taken = rig.take(0, &frame);
        assert_eq!((taken.verdict.to, taken.verdict.reason, taken.others.len()), (None, Reason::NewConnection, 3));
        let whole = put_together(taken.others.iter().map(|(interface, frame)| {
            assert_eq!((*interface, &frame[6..12]), (1, &INNER[..]));
            assert!(frame.len() <= 614);
            &frame[..]
        }));
        let read = read(&whole);
        assert_eq!((read.payload, read.destination), (payload, opened(&whole).server_at));
        assert_eq!(whole[18..20] == frame[18..20], port == DESTINATION, "the identification of a translated source is ours");
    }
}

/// The frame that IPv4 fragments make.
fn put_together<'a>(fragments: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut whole: Vec<u8> = vec![];
    for frame in fragments {
        let header = etherparse::Ipv4HeaderSlice::from_slice(&frame[14..]).unwrap().to_header();
        assert_eq!(header.header_checksum, header.calc_header_checksum());
        if whole.is_empty() {
            whole.extend(&frame[..34]);
        }
        assert_eq!(frame[18..20], whole[18..20]);
        let at = 34 + usize::from(header.fragment_offset.value()) * 8;
        whole.resize(whole.len().max(at + frame.len() - 34), 0);
        whole[at..at + frame.len() - 34].copy_from_slice(&frame[34..]);
    }
    let length = (whole.len() - 14) as u16;
    whole[16..18].copy_from_slice(&length.to_be_bytes());
    whole[20..22].fill(0);
    put_ipv4_checksum(&mut whole);
    whole
}

/// Question 4: the fragments of a datagram, in every order.
#[test]
fn question_4_fragments_go_where_their_first_one_goes_in_whatever_order_they_come() {
    for port in [DESTINATION, FULL, DIRECT] {
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut rig = Rig::new();
            let payload: Vec<u8> = (0..1400).map(|byte| byte as u8).collect();
            let mut frame = udp(TO_MANAGER, client(false), SocketAddr::new(virtual_address(false), port), &payload);
            frame[20] = 0;
            put_ipv4_checksum(&mut frame);
            let mut pieces = vec![];
            packet::fragment::cut(&frame[14..], 576, |header, payload| pieces.push([&frame[..14], header, payload].concat()));
            let mut sent = vec![];
            for piece in order {
                let taken = rig.take(0, &pieces[piece]);
                assert_eq!((taken.verdict.to, taken.verdict.reason), (None, Reason::Fragment));
                sent.extend(taken.others);
            }
            assert!(sent.iter().all(|(interface, _)| *interface == 1));
            let whole = put_together(in_order(&sent));
            let read = read(&whole);
            assert_eq!(read.payload, payload, "{order:?}");
            if port != DIRECT {
                assert_eq!(read.destination, opened(&whole).server_at);
            }
            assert_eq!((rig.of(Reason::Fragment), rig.filter.held(), rig.table.live()), (3, 0, 1));
        }
    }
}

fn in_order(frames: &[(u16, Vec<u8>)]) -> impl Iterator<Item = &[u8]> {
    let mut frames: Vec<&[u8]> = frames.iter().map(|(_, frame)| &frame[..]).collect();
    frames.sort_by_key(|frame| u16::from_be_bytes([frame[20], frame[21]]) & 0x1fff);
    frames.into_iter()
}

#[test]
fn question_4_fragments_of_ipv6_are_translated_too() {
    let mut rig = Rig::new();
    let payload: Vec<u8> = (0..1000).map(|byte| byte as u8).collect();
    let virtual_at = SocketAddr::new(virtual_address(true), DESTINATION);
    let frame = udp(TO_MANAGER, client(true), virtual_at, &payload);
    let pieces = fragments(&frame, 504);
    assert_eq!(rig.take(0, &pieces[1]).nothing(), Reason::Fragment);
    let sent = rig.take(0, &pieces[0]).others;
    let mut whole = sent[0].1[..54].to_vec();
    whole[20] = 17;
    whole[18..20].copy_from_slice(&1008_u16.to_be_bytes());
    sent.iter().for_each(|(_, piece)| whole.extend(&piece[62..]));
    let read = read(&whole);
    assert_eq!((read.payload, read.ttl, sent.len()), (payload, 63, 2));
    assert_eq!(read.destination, opened(&whole).server_at);
}

#[test]
fn question_4_fragments_without_a_first_one_are_held_within_bounds_and_counted() {
    let mut rig = Rig::new();
    let mut frame = udp(TO_MANAGER, client(false), SocketAddr::new(virtual_address(false), DESTINATION), &[0; 80]);
    frame[20..22].copy_from_slice(&[0, 100]);
    put_ipv4_checksum(&mut frame);
    assert_eq!(rig.take(0, &frame).nothing(), Reason::Fragment);
    assert_eq!(rig.filter.held(), 1);
    rig.pass(30);
    assert_eq!((rig.filter.held(), rig.of(Reason::FragmentDropped)), (0, 1));
}
