//! Row by row of `docs/slow-path.md`, "Control": what is the host's, what lies too deep, and what is malformed.

mod common;

use common::{CLIENT, CLIENT6, GROUP, Rig, card, packet, settings, to_manager};
use contract::code::{Reason, Verdict};
use slowpath::malformed::Fault;
use slowpath::{Fate, Output, Settings, To};

/// Destination options of eight bytes, or of `length` more of them, that are followed by header `next`.
fn options(next: u8, length: u8) -> Vec<u8> {
    let bytes = 6 + usize::from(length) * 8;
    [&[next, length, 1, (bytes - 2) as u8][..], &vec![0; bytes - 2]].concat()
}

/// The frame of IPv6 with `count` extension headers, each of `length` times eight bytes more than eight, in front of its transport header.
fn deepened(frame: &[u8], count: usize, length: u8) -> Vec<u8> {
    let mut chain = vec![];
    for i in 0..count {
        chain.extend(options(if i + 1 == count { frame[20] } else { 60 }, length));
    }
    let mut deep = [&frame[..54], &chain, &frame[54..]].concat();
    if count > 0 {
        deep[20] = 60;
    }
    let payload = (deep.len() - 54) as u16;
    deep[18..20].copy_from_slice(&payload.to_be_bytes());
    deep
}

/// An ICMPv6 error about the packet of a frame.
fn error_about(frame: &[u8]) -> Vec<u8> {
    let payload = ((frame.len() - 14 + 8) as u16).to_be_bytes();
    let header = [&[0x60, 0, 0, 0, payload[0], payload[1], 58, 64], &[0xfd; 16][..], &CLIENT6.octets()].concat();
    [&frame[..14], &header, &[2, 0, 0, 0, 0, 0, 5, 0], &frame[14..]].concat()
}

#[test]
fn what_is_not_ip_goes_to_the_host_s_own_interface_and_back() {
    for ether_type in [0x88cc_u16, 0x8809, 0x0026, 0x86dc] {
        let frame = [&GROUP[..], &CLIENT, &ether_type.to_be_bytes(), &[3; 46]].concat();
        let mut rig = Rig::new();
        assert_eq!(rig.one(1, &frame), Output { to: To::Tap(1), frame: frame.clone() });
        let mut out = vec![];
        rig.slow.from_tap(1, frame.clone(), &mut out);
        assert_eq!(out, [Output { to: To::Port(1), frame }]);
        assert_eq!((rig.slow.counters().of(Fate::ToTap), rig.slow.counters().of(Fate::FromTap)), (1, 1));
    }
    let three_tags = [&GROUP[..], &CLIENT, &[0x81, 0, 0, 1].repeat(3), &[8, 0, 0x45, 0]].concat();
    assert_eq!(Rig::new().fate(&three_tags), Fate::ToTap);
}

#[test]
fn a_packet_too_deep_for_the_card_goes_to_the_manager_that_it_would_have_without_the_depth() {
    let state = card();
    for (ports, tcp) in [([40_000, 443], true), ([443, 40_000], false), ([53, 53], false), ([50_051, 60_000], true)] {
        let plain = packet(true, tcp, ports, 100);
        let manager = model::decide(&state, &plain, 0).manager.unwrap();
        for (count, length) in [(3, 0), (2, 5), (1, 20), (64, 0), (4, 3)] {
            let deep = deepened(&plain, count, length);
            assert_eq!(model::decide(&state, &deep, 0).reason, Reason::TooDeep);
            let mut rig = Rig::new();
            assert_eq!(rig.one(0, &deep), to_manager(&state, manager, &deep), "{count} headers, {ports:?}");
            assert_eq!(rig.slow.counters().of(Fate::Decided), 1);
        }
    }
}

#[test]
fn an_error_about_a_packet_that_lies_too_deep_goes_to_that_packet_s_manager() {
    let state = card();
    let offender = packet(true, true, [443, 40_000], 100);
    let manager = model::decide(&state, &offender, 0).manager.unwrap();
    for frame in [deepened(&error_about(&offender), 5, 0), deepened(&error_about(&deepened(&offender, 3, 0)), 3, 0)] {
        assert_eq!(model::decide(&state, &frame, 0).reason, Reason::TooDeep);
        assert_eq!(Rig::new().one(0, &frame), to_manager(&state, manager, &frame));
    }
}

#[test]
fn a_chain_of_more_than_64_headers_is_dropped() {
    let plain = packet(true, true, [40_000, 443], 10);
    assert_eq!(Rig::new().fate(&deepened(&plain, 64, 0)), Fate::Decided);
    assert_eq!(Rig::new().fate(&deepened(&plain, 65, 0)), Fate::ChainTooLong);
}

#[test]
fn a_neighbour_question_is_known_as_one_however_deep_it_lies() {
    let mut question = packet(true, false, [0, 0], 24);
    question[20] = 58;
    question[54] = 136;
    assert_eq!(Rig::new().fate(&deepened(&question, 3, 0)), Fate::ToTap);
}

#[test]
fn a_packet_whose_manager_is_not_enabled_is_dropped() {
    let plain = deepened(&packet(true, true, [40_000, 443], 10), 3, 0);
    let mut state = card();
    state.managers_enabled = [false; 256];
    let mut rig = Rig::new();
    rig.slow.follow(state);
    assert_eq!(rig.fate(&plain), Fate::NoManager);
    rig.slow.follow(card());
    assert_eq!(rig.fate(&plain), Fate::Decided);
}

#[test]
fn what_the_card_would_bridge_by_the_tables_of_now_is_bridged() {
    let mut frame = packet(false, true, [40_000, 443], 10);
    let mut rig = Rig::new();
    let mut state = card();
    state.enabled = false;
    rig.slow.follow(state);
    assert_eq!(rig.one(0, &frame), Output { to: To::Port(1), frame: frame.clone() });
    rig.slow.follow(card());
    frame[5] = 9;
    assert_eq!(rig.one(1, &frame), Output { to: To::Port(0), frame: frame.clone() });
    for short in 0..14 {
        assert_eq!(rig.fate(&frame[..short]), Fate::Bridged);
    }
}

#[test]
fn malformed_frames_are_counted_by_what_is_wrong() {
    let v4 = packet(false, true, [40_000, 443], 10);
    let v6 = packet(true, true, [40_000, 443], 10);
    let spoiled = |frame: &[u8], at: usize, byte: u8| {
        let mut frame = frame.to_vec();
        frame[at] = byte;
        frame
    };
    let tagged = [&v4[..12], &[0x81, 0, 0]].concat();
    let deep = deepened(&v6, 5, 0);
    for (fault, frame) in [
        (Fault::TagCut, tagged),
        (Fault::IpCut, v4[..33].to_vec()),
        (Fault::IpCut, v6[..53].to_vec()),
        (Fault::IpCut, spoiled(&packet(false, true, [40_000, 443], 30), 14, 0x4f)[..73].to_vec()),
        (Fault::Version, spoiled(&v4, 14, 0x65)),
        (Fault::Version, spoiled(&v6, 14, 0x45)),
        (Fault::HeaderLength, spoiled(&v4, 14, 0x44)),
        (Fault::TotalLength, spoiled(&spoiled(&v4, 16, 0), 17, 19)),
        (Fault::ExtensionCut, deep[..14 + 40 + 4 * 8 + 7].to_vec()),
        (Fault::PortsCut, v4[..37].to_vec()),
        (Fault::PortsCut, v6[..57].to_vec()),
    ] {
        let mut rig = Rig::new();
        assert_eq!(rig.fate(&frame), Fate::Malformed(fault), "{frame:02x?}");
        let kept: Vec<_> = rig.slow.malformed().iter().collect();
        assert_eq!((kept.len(), kept[0].fault, kept[0].port, &kept[0].frame[..]), (1, fault, 0, &frame[..]));
    }
}

#[test]
fn the_last_malformed_frames_are_kept_and_no_more() {
    let mut rig = Rig::with(card(), Settings { kept: 3, ..settings() });
    let frame = |last: u8| [&GROUP[..], &CLIENT, &[8, 0, 0x45, last]].concat();
    for last in 0..10 {
        rig.wait(1.0);
        rig.take(last % 2, &frame(last));
    }
    let kept: Vec<_> = rig.slow.malformed().iter().map(|kept| kept.frame.to_vec()).collect();
    assert_eq!(kept, [frame(7), frame(8), frame(9)]);
    assert_eq!(rig.slow.counters().of(Fate::Malformed(Fault::IpCut)), 10);
    let mut none = Rig::with(card(), Settings { kept: 0, ..settings() });
    none.take(0, &frame(1));
    assert_eq!(none.slow.malformed().iter().count(), 0);
}

#[test]
fn a_packet_that_the_card_could_have_decided_goes_where_the_card_sends_it() {
    let state = card();
    for v6 in [false, true] {
        for ports in [[40_000, 443], [443, 40_000], [53, 53], [50_051, 60_000], [60_000, 50_051]] {
            let frame = packet(v6, true, ports, 30);
            let decision = model::decide(&state, &frame, 0);
            assert_eq!(decision.verdict, Verdict::ToManager);
            assert_eq!(Rig::new().one(0, &frame).frame, model::outgoing(&state, &decision, &frame).unwrap());
        }
    }
}

#[test]
fn every_fate_has_a_name_of_its_own_and_leaves_or_is_a_drop() {
    let names: std::collections::BTreeSet<_> = Fate::all().map(Fate::name).collect();
    assert_eq!(names.len(), Fate::all().count());
    let leaving: Vec<_> = Fate::all().filter(|fate| fate.leaves()).map(Fate::name).collect();
    let expected = ["arp_reply", "neighbour_advertisement", "passed_on", "to_tap", "from_tap", "bridged", "decided", "fragment"];
    assert_eq!(leaving, expected);
}
