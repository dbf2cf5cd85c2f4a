//! Row by row of `docs/slow-path.md`, "Control": ARP, neighbour discovery, announcements. What leaves is read by `etherparse`.

mod common;

use common::{CLIENT, CLIENT4, CLIENT6, GROUP, Rig, VIP, VIP6, card, settings};
use etherparse::{ArpEthIpv4Packet, ArpOperation, ArpPacketSlice, Icmpv6Slice, Icmpv6Type, Ipv6HeaderSlice, PacketBuilder};
use slowpath::{Fate, Output, Rate, Settings, SlowPath, Time, To};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const BROADCAST: [u8; 6] = [0xff; 6];
const OTHER: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 8);
const OTHER6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 3);
const SOLICITED_MAC: [u8; 6] = [0x33, 0x33, 0xff, 0, 0, 2];
const ANY: Ipv6Addr = Ipv6Addr::UNSPECIFIED;

/// A frame of ARP from the client, with these tags.
fn arp(to: [u8; 6], operation: ArpOperation, sender: Ipv4Addr, target: Ipv4Addr, tags: &[u8]) -> Vec<u8> {
    let packet =
        ArpEthIpv4Packet { operation, sender_mac: CLIENT, sender_ipv4: sender.octets(), target_mac: [0; 6], target_ipv4: target.octets() };
    [&to[..], &CLIENT, tags, &[8, 6], &packet.to_bytes()].concat()
}

fn request(to: [u8; 6], target: Ipv4Addr) -> Vec<u8> {
    arp(to, ArpOperation::REQUEST, CLIENT4, target, &[])
}

/// The ARP packet after these tags.
fn read_arp(frame: &[u8], tags: usize) -> ArpEthIpv4Packet {
    assert_eq!(frame[12 + tags..14 + tags], [8, 6]);
    ArpPacketSlice::from_slice(&frame[14 + tags..]).unwrap().to_packet().try_eth_ipv4().unwrap()
}

fn reply(sender: Ipv4Addr) -> ArpEthIpv4Packet {
    ArpEthIpv4Packet {
        operation: ArpOperation::REPLY,
        sender_mac: GROUP,
        sender_ipv4: VIP.octets(),
        target_mac: CLIENT,
        target_ipv4: sender.octets(),
    }
}

/// The source link-layer address option of the client.
const OPTION: [u8; 8] = [1, 1, 2, 0, 0, 0, 0, 0x99];

/// A neighbour solicitation.
fn solicitation(mac: [u8; 6], from: Ipv6Addr, to: Ipv6Addr, target: Ipv6Addr, options: &[u8]) -> Vec<u8> {
    solicitation_with_code(0, mac, [from, to, target], options)
}

/// The same with this code. `etherparse` computes the checksum.
fn solicitation_with_code(code_u8: u8, mac: [u8; 6], [from, to, target]: [Ipv6Addr; 3], options: &[u8]) -> Vec<u8> {
    let kind = Icmpv6Type::Unknown { type_u8: 135, code_u8, bytes5to8: [0; 4] };
    let builder = PacketBuilder::ethernet2(CLIENT, mac).ipv6(from.octets(), to.octets(), 255).icmpv6(kind);
    let mut frame = vec![];
    builder.write(&mut frame, &[&target.octets()[..], options].concat()).unwrap();
    frame
}

fn solicited_node(address: Ipv6Addr) -> Ipv6Addr {
    let [.., a, b, c] = address.octets();
    Ipv6Addr::from([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, a, b, c])
}

/// What `etherparse` reads of an advertisement: destination MAC, destination, flags, target, and option.
fn read_advertisement(frame: &[u8]) -> ([u8; 6], Ipv6Addr, u8, Ipv6Addr, Vec<u8>) {
    let header = Ipv6HeaderSlice::from_slice(&frame[14..]).unwrap();
    let message = &frame[54..54 + usize::from(header.payload_length())];
    let icmp = Icmpv6Slice::from_slice(message).unwrap();
    assert!(icmp.is_checksum_valid(header.source(), header.destination()));
    assert_eq!((icmp.type_u8(), icmp.code_u8(), header.hop_limit(), &frame[6..12]), (136, 0, 255, &GROUP[..]));
    assert_eq!(header.source(), VIP6.octets());
    let target: [u8; 16] = message[8..24].try_into().unwrap();
    (frame[..6].try_into().unwrap(), header.destination_addr(), icmp.bytes5to8()[0], target.into(), message[24..].to_vec())
}

#[test]
fn an_arp_request_for_a_group_s_address_gets_the_group_s_mac_by_the_port_it_came_in() {
    for (port, to) in [(0, BROADCAST), (1, GROUP)] {
        let mut rig = Rig::new();
        let answer = rig.one(port, &request(to, VIP));
        assert_eq!((answer.to, answer.frame.len()), (To::Port(port), 60));
        assert_eq!(answer.frame[..12], [CLIENT, GROUP].concat());
        assert_eq!(read_arp(&answer.frame, 0), reply(CLIENT4));
        assert_eq!(rig.slow.counters().of(Fate::ArpReply), 1);
    }
}

#[test]
fn a_probe_of_rfc_5227_is_answered_to_no_address() {
    let answer = Rig::new().one(0, &arp(BROADCAST, ArpOperation::REQUEST, Ipv4Addr::UNSPECIFIED, VIP, &[]));
    assert_eq!(read_arp(&answer.frame, 0), reply(Ipv4Addr::UNSPECIFIED));
}

#[test]
fn an_answer_has_the_question_s_tags() {
    let tags = [0x88, 0xa8, 0, 7, 0x81, 0, 0x20, 9];
    let answer = Rig::new().one(0, &arp(BROADCAST, ArpOperation::REQUEST, CLIENT4, VIP, &tags));
    assert_eq!(answer.frame[12..20], tags);
    assert_eq!(read_arp(&answer.frame, 8), reply(CLIENT4));
}

#[test]
fn arp_that_is_no_question_for_a_group_is_passed_on_or_the_host_s() {
    let reply = ArpOperation::REPLY;
    for (frame, to) in [
        (request(BROADCAST, OTHER), To::Port(1)),
        (request(GROUP, OTHER), To::Tap(0)),
        (arp(BROADCAST, reply, CLIENT4, VIP, &[]), To::Port(1)),
        (arp(GROUP, reply, CLIENT4, VIP, &[]), To::Tap(0)),
        (request(BROADCAST, VIP)[..40].to_vec(), To::Port(1)),
        ([&request(BROADCAST, VIP)[..15], &[6], &request(BROADCAST, VIP)[16..]].concat(), To::Port(1)), // not of Ethernet
    ] {
        assert_eq!(Rig::new().one(0, &frame), Output { to, frame });
    }
    assert_eq!(Rig::new().one(1, &request(BROADCAST, OTHER)).to, To::Port(0));
}

#[test]
fn an_announcement_by_the_group_s_own_mac_and_a_question_from_no_station_get_no_answer() {
    let mut frame = request(BROADCAST, VIP);
    frame[22..28].copy_from_slice(&GROUP);
    assert_eq!(Rig::new().fate(&frame), Fate::OwnAnnouncement);
    for mac in [BROADCAST, [0; 6]] {
        frame[22..28].copy_from_slice(&mac);
        assert_eq!(Rig::new().fate(&frame), Fate::InvalidQuestion);
    }
}

#[test]
fn a_solicitation_for_a_group_s_address_gets_a_solicited_overriding_advertisement() {
    for (mac, to, options) in [(SOLICITED_MAC, solicited_node(VIP6), &OPTION[..]), (GROUP, VIP6, &OPTION), (GROUP, VIP6, &[])] {
        let mut rig = Rig::new();
        let answer = rig.one(1, &solicitation(mac, CLIENT6, to, VIP6, options));
        assert_eq!(answer.to, To::Port(1));
        let option = [&[2, 1][..], &GROUP].concat();
        assert_eq!(read_advertisement(&answer.frame), (CLIENT, CLIENT6, 0x60, VIP6, option));
        assert_eq!(rig.slow.counters().of(Fate::Advertisement), 1);
    }
}

#[test]
fn the_source_option_and_not_the_frame_says_where_an_advertisement_goes() {
    let option = [1, 1, 2, 0, 0, 0, 0, 0x77];
    let answer = Rig::new().one(0, &solicitation(GROUP, CLIENT6, VIP6, VIP6, &option));
    assert_eq!(read_advertisement(&answer.frame).0, [2, 0, 0, 0, 0, 0x77]);
}

#[test]
fn duplicate_address_detection_is_answered_to_all_nodes_and_not_as_solicited() {
    let answer = Rig::new().one(0, &solicitation(SOLICITED_MAC, ANY, solicited_node(VIP6), VIP6, &[]));
    let (mac, to, flags, target, _) = read_advertisement(&answer.frame);
    assert_eq!((mac, flags, target), ([0x33, 0x33, 0, 0, 0, 1], 0x20, VIP6));
    assert_eq!(to, "ff02::1".parse::<Ipv6Addr>().unwrap());
}

#[test]
fn a_solicitation_that_fails_a_check_of_rfc_4861_is_dropped() {
    let good = solicitation(SOLICITED_MAC, CLIENT6, solicited_node(VIP6), VIP6, &OPTION);
    let spoiled = |at: usize, byte: u8| {
        let mut frame = good.clone();
        frame[at] = byte;
        frame
    };
    let cases = [
        ("hop limit", spoiled(21, 254)),
        ("checksum", spoiled(57, good[57] ^ 1)),
        ("code", solicitation_with_code(1, GROUP, [CLIENT6, VIP6, VIP6], &OPTION)),
        ("option of length 0", solicitation(GROUP, CLIENT6, VIP6, VIP6, &[1, 0, 2, 0, 0, 0, 0, 0x99])),
        ("option that is cut", solicitation(GROUP, CLIENT6, VIP6, VIP6, &[1, 2, 2, 0, 0, 0, 0, 0x99])),
        ("no source, not to the solicited node", solicitation(GROUP, ANY, VIP6, VIP6, &[])),
        ("no source, and its address", solicitation(SOLICITED_MAC, ANY, solicited_node(VIP6), VIP6, &OPTION)),
        ("cut", good[..good.len() - 1].to_vec()),
        ("source of many", solicitation(GROUP, "ff02::1".parse().unwrap(), VIP6, VIP6, &[])),
    ];
    assert_eq!(Rig::new().fate(&good), Fate::Advertisement);
    for (what, frame) in cases {
        assert_eq!(Rig::new().fate(&frame), Fate::InvalidQuestion, "{what}");
    }
}

#[test]
fn neighbour_discovery_that_asks_for_no_group_is_passed_on_or_the_host_s() {
    for (frame, to) in [
        (solicitation(SOLICITED_MAC, CLIENT6, solicited_node(OTHER6), OTHER6, &OPTION), To::Port(1)),
        (solicitation(GROUP, CLIENT6, OTHER6, OTHER6, &OPTION), To::Tap(0)),
        (solicitation(SOLICITED_MAC, CLIENT6, solicited_node(OTHER6), OTHER6, &OPTION)[..30].to_vec(), To::Port(1)),
    ] {
        assert_eq!(Rig::new().one(0, &frame), Output { to, frame });
    }
    for kind in [133, 134, 136, 137] {
        let mut frame = solicitation(GROUP, CLIENT6, VIP6, VIP6, &OPTION);
        frame[54] = kind;
        assert_eq!(Rig::new().one(1, &frame), Output { to: To::Tap(1), frame });
    }
}

#[test]
fn a_source_that_asks_too_often_is_limited_and_another_is_not() {
    let rate = Rate { per_second: 2.0, burst: 5.0 };
    let mut rig = Rig::with(card(), Settings { rate, ..settings() });
    let answers = |rig: &mut Rig, questions: usize| (0..questions).filter(|_| !rig.take(0, &request(GROUP, VIP)).is_empty()).count();
    assert_eq!(answers(&mut rig, 100), 5);
    assert_eq!(rig.slow.counters().of(Fate::RateLimited), 95);
    rig.wait(1.5);
    assert_eq!(answers(&mut rig, 100), 3);
    rig.wait(1000.0);
    assert_eq!(answers(&mut rig, 100), 5);
    // Sources may share a bucket by chance, one in 4,096: five others never all do.
    let others = (1..=5).map(|last| arp(GROUP, ArpOperation::REQUEST, Ipv4Addr::new(203, 0, 113, last), VIP, &[]));
    assert!(others.filter(|frame| !rig.take(0, frame).is_empty()).count() >= 4);
}

#[test]
fn a_standby_answers_nothing_announces_nothing_and_passes_on() {
    let mut rig = Rig::new();
    rig.slow.stand_by();
    assert_eq!(rig.fate(&request(BROADCAST, VIP)), Fate::Standby);
    assert_eq!(rig.fate(&solicitation(GROUP, CLIENT6, VIP6, VIP6, &OPTION)), Fate::Standby);
    assert_eq!(rig.fate(&request(BROADCAST, OTHER)), Fate::PassedOn);
    rig.wait(10.0);
    assert_eq!((rig.poll(), rig.slow.next()), (vec![], None));
    rig.slow.take_over(rig.now);
    assert_eq!(rig.fate(&request(BROADCAST, VIP)), Fate::ArpReply);
    assert_eq!(rig.poll().len(), 4);
    rig.slow.stand_by();
    rig.wait(10.0);
    assert_eq!(rig.poll(), []);
}

#[test]
fn every_address_is_announced_three_times_a_second_apart_by_every_port() {
    let mut slow = SlowPath::new(card(), settings());
    let start = Time::from_secs(100);
    slow.take_over(start);
    let mut rounds = vec![];
    for tenth in 0..100 {
        let mut out = vec![];
        slow.poll(start + Time::from_millis(100 * tenth), &mut out);
        if !out.is_empty() {
            assert_eq!(out.iter().filter(|output| output.to == To::Port(0)).count(), 2);
            let arp: Vec<_> = out.iter().filter(|output| output.frame[12..14] == [8, 6]).collect();
            let gratuitous = ArpEthIpv4Packet {
                operation: ArpOperation::REQUEST,
                sender_mac: GROUP,
                sender_ipv4: VIP.octets(),
                target_mac: [0; 6],
                target_ipv4: VIP.octets(),
            };
            assert!(arp.iter().all(|output| read_arp(&output.frame, 0) == gratuitous && output.frame[..12] == [BROADCAST, GROUP].concat()));
            let advertised = out.iter().filter(|output| output.frame[12..14] == [0x86, 0xdd]);
            let unsolicited = ([0x33, 0x33, 0, 0, 0, 1], "ff02::1".parse().unwrap(), 0x20, VIP6, [&[2, 1][..], &GROUP].concat());
            assert!(advertised.clone().all(|output| read_advertisement(&output.frame) == unsolicited));
            assert_eq!((arp.len(), advertised.count()), (2, 2));
            rounds.push(tenth);
        }
    }
    assert_eq!(rounds, [0, 10, 20]);
    assert_eq!((slow.counters().announced(), slow.next()), (12, None));
}

#[test]
fn an_address_of_another_group_is_answered_with_that_group_s_mac() {
    let mac = [2, 0, 0, 0, 0, 2];
    let mut settings = settings();
    settings.addresses.insert(IpAddr::V4(OTHER), mac);
    let answer = Rig::with(card(), settings).one(0, &request(BROADCAST, OTHER));
    assert_eq!((&answer.frame[6..12], read_arp(&answer.frame, 0).sender_mac), (&mac[..], mac));
}
