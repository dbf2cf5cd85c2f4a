//! ICMP errors: decided by the packet that they complain about, if enough of it is there.

mod common;

use common::*;
use contract::code::{Reason, Verdict};
use model::decide;

/// What came back: the offending packet went from 198.51.100.7 port 443 to 192.0.2.1 port 40000.
const V4_OFFENDER: &str = "45 00 05dc 0000 0000 40 06 0000 c6336407 c0000201 01bb 9c40 00000000";
/// An error about it, from a router at 203.0.113.9 to 198.51.100.7.
const V4_ROUTER: &str = "45 00 0040 0000 0000 40 01 0000 cb007109 c6336407";
const UNREACHABLE: &str = "03 04 0000 00000514";

fn v6_offender(next: u8, headers: &str) -> String {
    format!("60000000 05b0 {next:02x} 40 {V6_TWO} {V6_ONE} {headers} 01bb 9c40 00000000")
}

#[test]
fn an_error_meets_the_manager_of_the_flow_that_it_is_about() {
    let flow = fate(&bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]));
    let error = fate(&bytes(&[ETH_V4, V4_ROUTER, UNREACHABLE, V4_OFFENDER]));
    assert_eq!((error.verdict, error.reason), (Verdict::ToManager, Reason::IcmpError));
    assert_eq!((error.key, error.hash, error.manager), (flow.key, flow.hash, flow.manager));
    assert_eq!(error.key, key("00000000000000000000ffff c0000201 9c40"));

    let flow = fate(&bytes(&[ETH_V6, &v6(6, 20), PORTS_40000_443]));
    let error = fate(&bytes(&[ETH_V6, &v6(58, 60), "02 00 0000 00000500", &v6_offender(6, "")]));
    assert_eq!(error.reason, Reason::IcmpError);
    assert_eq!((error.key, error.hash, error.manager), (flow.key, flow.hash, flow.manager));
}

#[test]
fn only_the_error_types_of_the_packets_own_ip_count() {
    for kind in 0..=255 {
        let icmp = format!("{kind:02x} 00 0000 00000000");
        let expected = if [3, 4, 5, 11, 12].contains(&kind) { "icmp_error" } else { "other_protocol" };
        assert_eq!(reason(&[ETH_V4, V4_ROUTER, &icmp, V4_OFFENDER]), expected, "ICMP type {kind}");
        let expected = match kind {
            1..=4 => "icmp_error",
            133..=137 => "neighbour",
            _ => "other_protocol",
        };
        assert_eq!(reason(&[ETH_V6, &v6(58, 60), &icmp, &v6_offender(6, "")]), expected, "ICMPv6 type {kind}");
    }
    let icmpv6_in_v4 = V4_ROUTER.replace("40 01", "40 3a");
    assert_eq!(reason(&[ETH_V4, &icmpv6_in_v4, UNREACHABLE, V4_OFFENDER]), "other_protocol");
    assert_eq!(reason(&[ETH_V6, &v6(1, 60), UNREACHABLE, &v6_offender(6, "")]), "other_protocol");
}

#[test]
fn the_embedded_packet_is_of_the_same_family() {
    assert_eq!(reason(&[ETH_V4, V4_ROUTER.replace("0040", "0060").as_str(), UNREACHABLE, &v6_offender(6, "")]), "other_protocol");
    assert_eq!(reason(&[ETH_V6, &v6(58, 60), "01 00 0000 00000000", V4_OFFENDER, "00".repeat(40).as_str()]), "other_protocol");
}

#[test]
fn what_is_not_usable_leaves_the_decision_to_the_outer_packet() {
    let outer_pair = key("0000ffff cb007109 0000ffff c6336407 0001");
    for (why, offender) in [
        ("a later fragment", "45 00 05dc 0000 0001 40 06 0000 c6336407 c0000201 01bb 9c40"),
        ("not TCP or UDP", "45 00 05dc 0000 0000 40 2f 0000 c6336407 c0000201 01bb 9c40"),
        ("IHL 4", "44 00 05dc 0000 0000 40 06 0000 c6336407 c0000201 01bb 9c40"),
        ("total length below its IHL", "45 00 0013 0000 0000 40 06 0000 c6336407 c0000201 01bb 9c40"),
        ("options that hide the ports", "47 00 05dc 0000 0000 40 06 0000 c6336407 c0000201 01bb 9c40"),
        ("ports cut off", "45 00 05dc 0000 0000 40 06 0000 c6336407 c0000201 01bb 9c"),
        ("nothing", ""),
    ] {
        let decision = fate(&bytes(&[ETH_V4, V4_ROUTER, UNREACHABLE, offender]));
        assert_eq!(decision.reason, Reason::OtherProtocol, "{why}");
        assert_eq!(decision.key, outer_pair, "{why}");
    }
}

#[test]
fn a_first_fragment_and_its_own_short_length_are_good_enough() {
    for offender in [
        "45 00 05dc 0000 2000 40 06 0000 c6336407 c0000201 01bb 9c40",
        "45 00 05dc 0000 4000 40 11 0000 c6336407 c0000201 01bb 9c40",
        "45 00 0014 0000 0000 40 06 0000 c6336407 c0000201 01bb 9c40",
        "46 00 05dc 0000 0000 40 06 0000 c6336407 c0000201 94040000 01bb 9c40",
    ] {
        assert_eq!(reason(&[ETH_V4, V4_ROUTER, UNREACHABLE, offender]), "icmp_error", "{offender}");
    }
    let short = format!("60000000 0000 06 40 {V6_TWO} {V6_ONE} 01bb 9c40");
    assert_eq!(reason(&[ETH_V6, &v6(58, 60), "03 00 0000 00000000", &short]), "icmp_error");
}

#[test]
fn the_outer_length_and_the_frame_bound_the_embedded_packet() {
    let frame = bytes(&[ETH_V4, V4_ROUTER, UNREACHABLE, V4_OFFENDER]);
    for length in 34..=frame.len() {
        let expected = if length < 14 + 20 + 8 + 20 + 4 { "other_protocol" } else { "icmp_error" };
        assert_eq!(fate(&frame[..length]).reason.name(), expected, "{length} bytes");
    }
    for total in 20..64 {
        let router = V4_ROUTER.replace("0040", &format!("{total:04x}"));
        let expected = if total < 20 + 8 + 20 + 4 { "other_protocol" } else { "icmp_error" };
        assert_eq!(reason(&[ETH_V4, &router, UNREACHABLE, V4_OFFENDER]), expected, "total length {total}");
    }
    for payload in 0..70 {
        let expected = if payload < 8 + 40 + 4 { "other_protocol" } else { "icmp_error" };
        assert_eq!(reason(&[ETH_V6, &v6(58, payload), "01 00 0000 00000000", &v6_offender(6, "")]), expected, "payload length {payload}");
    }
}

#[test]
fn the_window_bounds_the_embedded_packet() {
    // 14 + 60 + 8 bytes in front of the embedded header: with IHL 10 its ports end at byte 126, with 11 at 130.
    let router = format!("4f 00 0400 0000 0000 40 01 0000 cb007109 c6336407 {}", "01".repeat(40));
    let offender = |ihl: usize| format!("4{ihl:x} 00 05dc 0000 0000 40 06 0000 c6336407 c0000201 {} 01bb 9c40", "01".repeat(ihl * 4 - 20));
    let rest = "00".repeat(100);
    assert_eq!(reason(&[ETH_V4, &router, UNREACHABLE, &offender(10), &rest]), "icmp_error");
    assert_eq!(reason(&[ETH_V4, &router, UNREACHABLE, &offender(11), &rest]), "other_protocol");
    // The same for IPv6: 14 + 40 + 8 + 40 leave 26 bytes, so 16 of extension headers and 4 of ports.
    for (headers, expected) in [
        ("06 01 0000 00000000 0000000000000000", "icmp_error"),
        ("06 02 0000 00000000 0000000000000000 0000000000000000", "other_protocol"),
    ] {
        assert_eq!(reason(&[ETH_V6, &v6(58, 400), "01 00 0000 00000000", &v6_offender(60, headers), &rest]), expected);
    }
}

#[test]
fn embedded_extension_headers_are_walked_up_to_two() {
    for (first, headers, expected) in [
        (0, "06 00 000000000000", "icmp_error"),
        (0, "3c 00 000000000000 06 00 000000000000", "icmp_error"),
        (44, "06 00 0001 00000000", "icmp_error"),
        (44, "06 00 0000 00000000", "icmp_error"),
        (44, "06 00 0008 00000000", "other_protocol"),
        (0, "3c 00 000000000000 2b 00 000000000000", "other_protocol"),
    ] {
        let offender = v6_offender(first, headers);
        let frame = [ETH_V6, &v6(58, 400), "01 00 0000 00000000", &offender, "00000000000000000000"];
        assert_eq!(reason(&frame), expected, "{headers}");
    }
}

#[test]
fn the_error_itself_may_have_options_and_extension_headers() {
    let router = "46 00 0044 0000 0000 40 01 0000 cb007109 c6336407 94040000";
    assert_eq!(reason(&[ETH_V4, router, UNREACHABLE, V4_OFFENDER]), "icmp_error");
    let hop = "3a 00 000000000000";
    assert_eq!(reason(&[ETH_V6, &v6(0, 400), hop, "02 00 0000 00000500", &v6_offender(6, "")]), "icmp_error");
}

#[test]
fn a_fragment_of_an_error_is_a_fragment() {
    let router = V4_ROUTER.replace("0000 0000", "0000 2000");
    assert_eq!(reason(&[ETH_V4, &router, UNREACHABLE, V4_OFFENDER]), "fragment");
}

#[test]
fn rules_ask_for_the_embedded_protocol_and_ports() {
    let frame = bytes(&[ETH_V4, V4_ROUTER, UNREACHABLE, V4_OFFENDER]);
    for (rule, group) in [(rule(Some(6), 443, 443, true), 1), (rule(Some(1), 0, 65535, false), 0), (rule(Some(6), 0, 0, false), 0)] {
        let decision = decide(&card_with_rules(&[rule]), &frame, 0);
        assert_eq!((decision.group, decision.reason), (Some(group), Reason::IcmpError), "{rule:?}");
    }
}

#[test]
fn embedded_equal_ports_go_to_the_designated_manager_as_an_icmp_error() {
    let offender = V4_OFFENDER.replace("01bb 9c40", "007b 007b");
    let mut state = card();
    let frame = bytes(&[ETH_V4, V4_ROUTER, UNREACHABLE, &offender]);
    let decision = decide(&state, &frame, 0);
    assert_eq!((decision.reason, decision.key, decision.manager), (Reason::IcmpError, None, Some(5)));
    state.managers_enabled[5] = false;
    let decision = decide(&state, &frame, 0);
    assert_eq!((decision.verdict, decision.reason, decision.manager), (Verdict::Drop, Reason::NoManager, Some(5)));
}
