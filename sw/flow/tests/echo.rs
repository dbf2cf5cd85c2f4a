//! Question 7: an echo request to a virtual address that comes in fragments is put together, and answered from here. What comes out is put together
//! by etherparse (IPv6, whose flag of more fragments it misreads, by hand), which also computes its checksums from nothing.

mod common;

use common::*;
use etherparse::defrag::IpDefragPool;
use etherparse::{IcmpEchoHeader, Icmpv4Slice, Icmpv4Type, Icmpv6Slice, NetSlice, SlicedPacket};
use flow::{Counters, Reason, address};
use slowpath::Bounds;
use std::net::IpAddr;

/// An echo request of a client, in one frame; its payload differs in every place.
fn request(v6: bool, payload: usize) -> (Vec<u8>, Vec<u8>) {
    let payload: Vec<u8> = (0..payload).map(|at| (at * 31 + at / 251) as u8).collect();
    let step = headers(TO_MANAGER, client(v6).ip(), virtual_address(v6), 64);
    let mut frame = vec![];
    if v6 {
        step.icmpv6_echo_request(7, 9).write(&mut frame, &payload)
    } else {
        step.icmpv4_echo_request(7, 9).write(&mut frame, &payload)
    }
    .unwrap();
    (frame, payload)
}

/// The ICMP message that these frames hold, put together by etherparse if it is in fragments.
fn put_together(frames: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut pool = IpDefragPool::<(), ()>::new();
    let mut whole = None;
    let mut begun = vec![];
    for (interface, frame) in frames {
        assert_eq!((*interface, &frame[..6], &frame[6..12]), (0, &FRONT[..], &OUTER[..]));
        let packet = SlicedPacket::from_ethernet(frame).unwrap();
        let (is_fragment, payload) = match packet.net.as_ref().unwrap() {
            NetSlice::Ipv4(ip) => {
                let header = ip.header().to_header();
                assert_eq!(header.header_checksum, header.calc_header_checksum());
                assert_eq!((header.source, header.time_to_live), (octets(virtual_address(false)), 64));
                assert_eq!(header.destination, octets(client(false).ip()));
                (header.is_fragmenting_payload(), ip.payload().payload.to_vec())
            }
            NetSlice::Ipv6(ip) => {
                let header = ip.header().to_header();
                assert_eq!((IpAddr::from(header.source), header.hop_limit), (virtual_address(true), 64));
                assert_eq!(IpAddr::from(header.destination), client(true).ip());
                (frame[20] == 44, frame[54..].to_vec())
            }
            NetSlice::Arp(_) => panic!("ARP"),
        };
        assert!(whole.is_none(), "more than one answer");
        if is_fragment && frame[12] == 0x86 {
            // RFC 8200, section 4.5: next header, offset in units of 8 bytes in 13 bits, M in the last one, identification.
            assert_eq!((payload[0], &payload[4..8]), (58, &frames[0].1[58..62]));
            let field = usize::from(u16::from_be_bytes([payload[2], payload[3]]));
            assert_eq!(field & !7, begun.len());
            begun.extend(&payload[8..]);
            whole = (field & 1 == 0).then(|| begun.clone());
        } else if is_fragment {
            whole = pool.process_sliced_packet(&packet, (), ()).unwrap().map(|whole| whole.payload);
        } else {
            whole = Some(payload);
        }
    }
    whole.expect("all fragments of one answer")
}

fn octets(address: IpAddr) -> [u8; 4] {
    match address {
        IpAddr::V4(address) => address.octets(),
        IpAddr::V6(_) => panic!("IPv6"),
    }
}

/// The payload of an echo reply with the request's identifier and number, once its checksum is found right.
fn reply(v6: bool, message: &[u8]) -> Vec<u8> {
    if v6 {
        let icmp = Icmpv6Slice::from_slice(message).unwrap();
        assert_eq!((icmp.type_u8(), icmp.code_u8(), icmp.bytes5to8()), (129, 0, [0, 7, 0, 9]));
        let of = |address: IpAddr| flow::address(address);
        assert!(icmp.is_checksum_valid(of(virtual_address(true)), of(client(true).ip())));
        return icmp.payload().to_vec();
    }
    let icmp = Icmpv4Slice::from_slice(message).unwrap();
    let reply = Icmpv4Type::EchoReply(IcmpEchoHeader { id: 7, seq: 9 });
    assert_eq!(icmp.icmp_type(), reply);
    assert_eq!(icmp.checksum(), reply.calc_checksum(icmp.payload()));
    icmp.payload().to_vec()
}

/// Sends frames in this order; what is sent when the last one has come.
fn send(rig: &mut Rig, frames: &[Vec<u8>], order: impl IntoIterator<Item = usize>) -> Vec<(u16, Vec<u8>)> {
    let mut sent = vec![];
    for number in order {
        let taken = rig.take(0, &frames[number]);
        assert_eq!((taken.verdict.to, taken.verdict.reason), (None, Reason::Fragment));
        assert!(sent.is_empty(), "answered before all has come");
        sent = taken.others;
    }
    sent
}

#[test]
fn a_request_in_fragments_is_answered_in_whatever_order_they_come() {
    for v6 in [false, true] {
        for (payload, step, mtu, answers) in [
            (100, 40, 1500, 1),
            // The answer is as long as the MTU, and 1 byte longer.
            (if v6 { 1452 } else { 1472 }, 800, 1500, 1),
            (if v6 { 1453 } else { 1473 }, 800, 1500, 2),
            (4000, 1400, 1500, 3),
            (4000, 1400, 1280, 4),
            (4000, 1400, 9000, 1),
            // The longest there is: 65,535 bytes with the header of IPv4, without that of IPv6.
            (if v6 { 65_527 } else { 65_507 }, 1448, 1500, if v6 { 46 } else { 45 }),
        ] {
            let (frame, payload) = request(v6, payload);
            let pieces = fragments(&frame, step);
            let count = pieces.len();
            for order in [(0..count).collect::<Vec<_>>(), (0..count).rev().collect(), (0..count).map(|at| (at + 1) % count).collect()] {
                let mut settings = settings();
                settings.interfaces[0].mtu = mtu;
                let mut rig = Rig::with(settings, 16);
                let sent = send(&mut rig, &pieces, order);
                assert_eq!(sent.len(), answers, "{} bytes by MTU {mtu}", payload.len());
                let link = 14;
                assert!(sent.iter().all(|(_, frame)| frame.len() <= link + usize::from(mtu)));
                assert!(reply(v6, &put_together(&sent)) == payload);
                let counters = rig.filter.counters();
                assert_eq!((counters.of(Reason::Echo), counters.of(Reason::Fragment)), (count as u64, 0));
                assert_eq!((counters.originated, counters.passed, counters.dropped()), (answers as u64, 0, count as u64));
                assert_eq!((rig.filter.held(), rig.filter.held_bytes()), (0, 0));
            }
        }
    }
}

#[test]
fn answers_that_are_cut_have_identifications_of_their_own() {
    for v6 in [false, true] {
        let mut rig = Rig::new();
        let mut seen = std::collections::HashSet::new();
        for round in 0..20 {
            let (frame, _) = request(v6, 3000);
            let mut pieces = fragments(&frame, 1400);
            for piece in &mut pieces {
                let at = if v6 { 61 } else { 19 };
                piece[at] = round;
                if !v6 {
                    put_ipv4_checksum(piece);
                }
            }
            let sent = send(&mut rig, &pieces, 0..3);
            let identification = if v6 { sent[0].1[58..62].to_vec() } else { sent[0].1[18..20].to_vec() };
            assert!(seen.insert(identification));
        }
    }
}

/// A checksum that was damaged on its way here is as wrong in the answer: who asked finds out.
#[test]
fn what_was_damaged_stays_damaged() {
    let mut rig = Rig::new();
    let (frame, _) = request(false, 3000);
    let mut pieces = fragments(&frame, 1400);
    *pieces[1].last_mut().unwrap() ^= 0x10;
    let message = put_together(&send(&mut rig, &pieces, 0..3));
    let icmp = Icmpv4Slice::from_slice(&message).unwrap();
    assert_ne!(icmp.checksum(), icmp.icmp_type().calc_checksum(icmp.payload()));
}

#[test]
fn only_echo_requests_to_a_virtual_address_are_answered() {
    for v6 in [false, true] {
        let (frame, _) = request(v6, 3000);
        let message = if v6 { 54 } else { 34 };
        // An echo reply, and an error, which no sender cuts.
        for kind in if v6 { [129, 1] } else { [0, 3] } {
            let mut frame = frame.clone();
            frame[message] = kind;
            let mut rig = Rig::new();
            assert!(send(&mut rig, &fragments(&frame, 1400), 0..3).is_empty());
            assert_eq!((rig.of(Reason::Protocol), rig.filter.held()), (3, 0), "type {kind}");
        }
        // To another address nothing is held.
        let mut tables = settings();
        tables.services.clear();
        let mut rig = Rig::with(tables, 16);
        assert!(send(&mut rig, &fragments(&frame, 1400), 0..3).is_empty());
        assert_eq!((rig.of(Reason::NoService), rig.filter.held()), (3, 0));
    }
    let mut own = settings();
    own.own.push(address(virtual_address(false)));
    let mut rig = Rig::with(own, 16);
    assert_eq!(rig.reason(0, &fragments(&request(false, 3000).0, 1400)[0]), Reason::Control);
}

#[test]
fn what_does_not_become_whole_is_held_within_bounds_and_counted() {
    for v6 in [false, true] {
        let (frame, _) = request(v6, 3000);
        let pieces = fragments(&frame, 1400);
        // One is missing: the others are forgotten after 30 s.
        let mut rig = Rig::new();
        assert!(send(&mut rig, &pieces, [0, 2]).is_empty());
        assert_eq!(rig.filter.held(), 2);
        rig.pass(29);
        assert_eq!(rig.filter.held(), 2);
        rig.pass(1);
        assert_eq!((rig.filter.held(), rig.of(Reason::FragmentDropped)), (0, 2));
        // A copy is dropped, before and after the answer; two seconds later the identification is another datagram's.
        let mut rig = Rig::new();
        assert_eq!(send(&mut rig, &pieces, [0, 0, 1, 1, 2]).len(), 3);
        assert!(send(&mut rig, &pieces, [2]).is_empty());
        assert_eq!((rig.of(Reason::Echo), rig.of(Reason::FragmentDropped), rig.filter.held()), (3, 3, 0));
        rig.pass(2);
        assert_eq!(send(&mut rig, &pieces, 0..3).len(), 3);
        // An overlap drops all.
        let mut rig = Rig::new();
        let overlapping = fragments(&frame, 1000);
        assert!(send(&mut rig, &[pieces[0].clone(), overlapping[1].clone(), pieces[1].clone(), pieces[2].clone()], 0..4).is_empty());
        assert_eq!((rig.of(Reason::FragmentDropped), rig.filter.held()), (4, 0));
        // More fragments than one datagram may hold.
        let tiny = fragments(&frame, 40);
        assert!(tiny.len() > Bounds::default().fragments);
        let mut rig = Rig::new();
        assert!(send(&mut rig, &tiny, 0..tiny.len()).is_empty());
        assert_eq!((rig.of(Reason::FragmentDropped), rig.filter.held()), (tiny.len() as u64, 0));
    }
}

#[test]
fn each_frame_of_an_answer_takes_a_token() {
    for v6 in [false, true] {
        let mut rig = Rig::new();
        let (frame, _) = request(v6, 4000);
        for round in 0..100_u8 {
            for mut piece in fragments(&frame, 1400) {
                let at = if v6 { 61 } else { 19 };
                piece[at] = round;
                if !v6 {
                    put_ipv4_checksum(&mut piece);
                }
                rig.take(0, &piece);
            }
        }
        // 200 tokens, of which an answer of 3 frames takes 3.
        let Counters { originated, suppressed, .. } = *rig.filter.counters();
        assert_eq!((originated, suppressed), (198, 34));
        assert_eq!(rig.of(Reason::Echo), 300);
    }
}
