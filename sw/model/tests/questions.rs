//! The questions of the decision, one by one, on packets written by hand. Keys and hashes come from a separate calculation.

mod common;

use common::*;
use contract::code::{Reason, Verdict};
use contract::row::{GroupMac, Neighbours};
use model::{Counters, Decision, Egress, State, decide, outgoing, process};

fn bridged(reason: Reason, port: u8) -> Decision {
    let egress = Some(Egress::Port(port));
    Decision { verdict: Verdict::Bridge, reason, group: None, key: None, hash: None, bucket: None, manager: None, egress }
}

fn to_host(verdict: Verdict, reason: Reason) -> Decision {
    Decision { verdict, egress: Some(Egress::Host), ..bridged(reason, 0) }
}

#[test]
fn a_disabled_card_bridges_everything_even_runts() {
    let mut state = card();
    state.enabled = false;
    for frame in [bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]), vec![0x02], vec![]] {
        assert_eq!(decide(&state, &frame, 0), bridged(Reason::Disabled, 1));
        assert_eq!(decide(&state, &frame, 1), bridged(Reason::Disabled, 0));
    }
}

#[test]
fn fewer_than_14_bytes_are_a_runt() {
    let frame = bytes(&[ETH_V4]);
    for length in 0..14 {
        assert_eq!(fate(&frame[..length]), bridged(Reason::Runt, 1));
    }
    assert_eq!(fate(&frame).reason, Reason::Malformed);
}

#[test]
fn a_frame_to_no_enabled_group_mac_is_bridged_to_the_paired_port() {
    let mut state = card();
    state.port_pairs = [0, 1];
    for mac in ["020000000002", "ffffffffffff", "030000000001", "020000000008", "000000000000"] {
        let frame = bytes(&[mac, "020000000099 0800", V4_TCP, PORTS_40000_443]);
        assert_eq!(decide(&state, &frame, 0), bridged(Reason::NotForGroup, 0));
        assert_eq!(decide(&state, &frame, 1), bridged(Reason::NotForGroup, 1));
    }
    state.group_macs[7].enabled = true;
    let frame = bytes(&["020000000008 020000000099 0800", V4_TCP, PORTS_40000_443]);
    assert_eq!(decide(&state, &frame, 0).reason, Reason::SourceSide);
}

#[test]
fn a_frame_not_for_the_group_is_bridged_however_broken_its_headers_are() {
    let frame = bytes(&["020000000002 020000000099 0800 65"]);
    assert_eq!(fate(&frame), bridged(Reason::NotForGroup, 1));
}

/// A card whose host answers neighbour questions to everybody.
fn answering() -> State {
    let mut state = card();
    state.neighbours = Neighbours::Host;
    state
}

/// A broadcast after these tags, of this EtherType, and so many bytes after it.
fn broadcast(tags: &str, ether_type: &str, more: usize) -> Vec<u8> {
    bytes(&["ffffffffffff 020000000099", tags, ether_type, "00".repeat(more).as_str()])
}

#[test]
fn arp_to_everybody_goes_to_a_host_that_answers_and_else_is_bridged() {
    for tags in ["", "8100 0001", "88a8 0001 8100 0002", "8100 0001 8100 0002"] {
        for more in [0, 28, 46] {
            let question = broadcast(tags, "0806", more);
            assert_eq!(decide(&answering(), &question, 1), to_host(Verdict::Control, Reason::Neighbour), "{tags:?}, {more}");
            assert_eq!(fate(&question), bridged(Reason::NotForGroup, 1), "{tags:?}, {more}");
            let mut disabled = answering();
            disabled.enabled = false;
            assert_eq!(decide(&disabled, &question, 0), bridged(Reason::Disabled, 1));
        }
    }
}

#[test]
fn a_broadcast_that_is_not_known_to_be_arp_is_bridged() {
    let third = broadcast("8100 0001 8100 0002 8100 0003", "0806", 46);
    let cut = broadcast("8100 0001", "0806", 0);
    let others = ["0800", "86dd", "88cc", "0807", "8035"].map(|ether_type| broadcast("", ether_type, 46));
    for frame in others.into_iter().chain([third, cut[..17].to_vec(), cut[..14].to_vec()]) {
        assert_eq!(decide(&answering(), &frame, 0), bridged(Reason::NotForGroup, 1), "{frame:02x?}");
    }
    assert_eq!(decide(&answering(), &cut[..13], 0).reason, Reason::Runt);
    for mac in ["feffffffffff", "fffffffffffe", "ffffff7fffff"] {
        let near = bytes(&[mac, "020000000099 0806", "00".repeat(46).as_str()]);
        assert_eq!(decide(&answering(), &near, 0).reason, Reason::NotForGroup, "{mac}");
    }
}

#[test]
fn a_frame_to_a_solicited_node_goes_to_a_host_that_answers_whatever_it_carries() {
    for rest in ["86dd", "0800 45", "8100", "ffff 00"] {
        let frame = bytes(&["3333ff000002 020000000099", rest]);
        assert_eq!(decide(&answering(), &frame, 0), to_host(Verdict::Control, Reason::Neighbour), "{rest}");
        assert_eq!(fate(&frame), bridged(Reason::NotForGroup, 1), "{rest}");
    }
    for mac in ["333300000001", "3233ff000002", "3332ff000002", "3333fe000002"] {
        let frame = bytes(&[mac, "020000000099 86dd", &v6(58, 24), "87 00 0000", "00".repeat(20).as_str()]);
        assert_eq!(decide(&answering(), &frame, 0), bridged(Reason::NotForGroup, 1), "{mac}");
    }
}

#[test]
fn a_group_s_own_frames_are_asked_for_neither_address() {
    let mut state = answering();
    state.group_macs[1] = GroupMac { mac: [0xff; 6], enabled: true };
    state.group_macs[2] = GroupMac { mac: [0x33, 0x33, 0xff, 0, 0, 2], enabled: true };
    assert_eq!(decide(&state, &broadcast("", "0806", 46), 0), to_host(Verdict::Control, Reason::NotIp));
    let udp = bytes(&["3333ff000002 020000000099 0800", V4_UDP, PORTS_40000_443]);
    assert_eq!(decide(&state, &udp, 0).reason, Reason::SourceSide);
}

#[test]
fn neighbour_discovery_that_is_sent_to_a_group_goes_to_the_host() {
    let discovery = |kind: u8, more: usize| bytes(&[ETH_V6, &v6(58, 24), &format!("{kind:02x}"), "00".repeat(more).as_str()]);
    for kind in 0..=255 {
        let expected = if (133..=137).contains(&kind) { "neighbour" } else { "other_protocol" };
        assert_eq!(fate(&discovery(kind, 23)).reason.name(), expected, "type {kind}");
    }
    // As to other protocols, a header that is not there is nothing to stumble over: type, code and checksum are.
    assert_eq!(fate(&discovery(135, 3)), to_host(Verdict::Control, Reason::Neighbour));
    assert_eq!(fate(&discovery(135, 2)).reason, Reason::OtherProtocol);
    for (payload, expected) in [(4, Reason::Neighbour), (3, Reason::OtherProtocol), (0, Reason::OtherProtocol)] {
        assert_eq!(fate(&bytes(&[ETH_V6, &v6(58, payload), "87000000"])).reason, expected, "payload length {payload}");
    }
    // Behind extension headers, too; but not in a fragment, not as ICMPv6 in IPv4, not beyond the window, and not inside an error.
    let options = "3a 00 0000 00000000";
    assert_eq!(fate(&bytes(&[ETH_V6, &v6(0, 12), options, "87000000"])).reason, Reason::Neighbour);
    assert_eq!(fate(&bytes(&[ETH_V6, &v6(44, 12), "3a 00 0001 00000000", "87000000"])).reason, Reason::Fragment);
    assert_eq!(
        fate(&bytes(&[ETH_V4, "45 00 0028 0000 0000 40 3a 0000 c0000201 c6336407", "87000000", "00".repeat(16).as_str()])).reason,
        Reason::OtherProtocol
    );
    let last = bytes(&[ETH_V6, &v6(0, 124), "3a 08", "00".repeat(70).as_str(), "87000000", "00".repeat(48).as_str()]);
    assert_eq!((last.len(), fate(&last).reason), (178, Reason::OtherProtocol), "the window ends two bytes after the type");
    let nearer = bytes(&[ETH_V6, &v6(0, 116), "3a 07", "00".repeat(62).as_str(), "87000000", "00".repeat(48).as_str()]);
    assert_eq!(fate(&nearer).reason, Reason::Neighbour);
    let inside = bytes(&[ETH_V6, &v6(58, 60), "01000000 00000000", &v6(58, 24), "87000000", "00".repeat(8).as_str()]);
    assert_eq!(fate(&inside).reason, Reason::OtherProtocol);
}

#[test]
fn other_ethertypes_go_to_the_host() {
    for ether_type in ["0806", "88cc", "8847", "9100", "0000", "ffff", "0801", "86de"] {
        assert_eq!(fate(&bytes(&[ETH, ether_type, V4_TCP])), to_host(Verdict::Control, Reason::NotIp), "{ether_type}");
    }
}

#[test]
fn a_malformed_packet_goes_to_the_host() {
    assert_eq!(fate(&bytes(&[ETH_V4, "44"])), to_host(Verdict::Control, Reason::Malformed));
}

#[test]
fn a_fragment_goes_to_the_fragment_handler() {
    let frame = bytes(&[ETH_V4, "45 00 0028 0000 2000 40 11 0000 c0000201 c6336407", PORTS_40000_443]);
    assert_eq!(fate(&frame), to_host(Verdict::Fragment, Reason::Fragment));
}

#[test]
fn the_source_decides_when_its_port_is_greater() {
    let decision = fate(&bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]));
    let expected = Decision {
        verdict: Verdict::ToManager,
        reason: Reason::SourceSide,
        group: Some(0),
        key: key("00000000000000000000ffff c0000201 9c40"),
        hash: Some(0xa31e_2cd5),
        bucket: Some(3285),
        manager: Some(2),
        egress: Some(Egress::Port(0)),
    };
    assert_eq!(decision, expected);
}

#[test]
fn the_destination_decides_when_its_port_is_greater() {
    let decision = fate(&bytes(&[ETH_V4, "45 00 0028 0000 0000 40 06 0000 c6336407 c0000201", PORTS_443_40000]));
    assert_eq!(decision.reason, Reason::DestinationSide);
    assert_eq!(decision.key, key("00000000000000000000ffff c0000201 9c40"));
    assert_eq!((decision.hash, decision.bucket, decision.manager), (Some(0xa31e_2cd5), Some(3285), Some(2)));
}

#[test]
fn ports_one_apart_are_told_apart() {
    let of = |ports: &str| fate(&bytes(&[ETH_V4, V4_UDP, ports])).reason;
    assert_eq!(of("0100 00ff"), Reason::SourceSide);
    assert_eq!(of("00ff 0100"), Reason::DestinationSide);
    assert_eq!(of("8000 7fff"), Reason::SourceSide);
    assert_eq!(of("0000 ffff"), Reason::DestinationSide);
}

#[test]
fn ipv6_is_keyed_by_the_whole_address() {
    let decision = fate(&bytes(&[ETH_V6, &v6(6, 20), PORTS_40000_443]));
    assert_eq!(decision.reason, Reason::SourceSide);
    assert_eq!(decision.key, key("20010db8000000000000000000000001 9c40"));
    assert_eq!((decision.hash, decision.bucket, decision.manager), (Some(0x6524_380d), Some(2061), Some(2)));
}

#[test]
fn a_protocol_without_ports_goes_by_the_pair_of_addresses() {
    let there = fate(&bytes(&[ETH_V4, V4_ICMP, "08 00 0000 00000000"]));
    assert_eq!((there.verdict, there.reason, there.group), (Verdict::ToManager, Reason::OtherProtocol, Some(0)));
    assert_eq!(there.key, key("0000ffff c6336407 0000ffff c0000201 0001"));
    assert_eq!((there.hash, there.bucket, there.manager), (Some(0x7efa_1c4f), Some(3151), Some(4)));
    let back = fate(&bytes(&[ETH_V4, "45 00 0064 0000 0000 40 01 0000 c6336407 c0000201", "00 00 0000 00000000"]));
    assert_eq!(there, back);
}

#[test]
fn the_pair_key_of_ipv6_exchanges_the_halves_of_the_greater_address() {
    let decision = fate(&bytes(&[ETH_V6, &v6(58, 8), "80 00 0000 00000000"]));
    assert_eq!(decision.reason, Reason::OtherProtocol);
    assert_eq!(decision.key, key("20010db800000002 20010db800010001 003a"));
    assert_eq!((decision.hash, decision.bucket, decision.manager), (Some(0x4889_0f72), Some(3954), Some(3)));
}

#[test]
fn the_pair_key_names_the_protocol_at_which_the_walk_ended() {
    let behind_options = fate(&bytes(&[ETH_V6, &v6(0, 16), "3b 00 000000000000", "0000000000000000"]));
    assert_eq!(behind_options.reason, Reason::OtherProtocol);
    assert_eq!(behind_options.key.unwrap()[16..], [0, 59]);
    let ah_in_ipv4 = fate(&bytes(&[ETH_V4, "45 00 0028 0000 0000 40 33 0000 c0000201 c6336407"]));
    assert_eq!(ah_in_ipv4.reason, Reason::OtherProtocol);
    assert_eq!(ah_in_ipv4.key.unwrap()[16..], [0, 51]);
}

#[test]
fn equal_ports_go_to_the_designated_manager_without_a_key() {
    let decision = fate(&bytes(&[ETH_V4, V4_UDP, "007b 007b"]));
    let expected = Decision {
        verdict: Verdict::ToManager,
        reason: Reason::EqualPorts,
        group: Some(0),
        key: None,
        hash: None,
        bucket: None,
        manager: Some(5),
        egress: Some(Egress::Port(1)),
    };
    assert_eq!(decision, expected);
}

#[test]
fn equal_ports_go_by_the_pair_and_the_port_where_the_group_says_so() {
    let mut state = card();
    *state.idle_group_mut(0) = state.group(0).clone();
    state.idle_group_mut(0).row.equal_ports_hash = true;
    state.commit(1, 3).unwrap();
    let there = decide(&state, &bytes(&[ETH_V4, V4_UDP, "007b 007b"]), 0);
    assert_eq!(there.reason, Reason::EqualPorts);
    assert_eq!(there.key, key("0000ffff c6336407 0000ffff c0000201 007b"));
    assert_eq!((there.hash, there.bucket, there.manager), (Some(0x5a41_50e3), Some(227), Some(4)));
    let back = decide(&state, &bytes(&[ETH_V4, "45 00 0028 0000 0000 40 11 0000 c6336407 c0000201", "007b 007b"]), 0);
    assert_eq!(there, back);
}

#[test]
fn equal_ports_win_over_keying_on_the_peer() {
    let state = card_with_rules(&[rule(None, 123, 123, true)]);
    let decision = decide(&state, &bytes(&[ETH_V4, V4_UDP, "007b 007b"]), 0);
    assert_eq!((decision.reason, decision.group, decision.manager), (Reason::EqualPorts, Some(1), Some(7)));
}

#[test]
fn a_rule_takes_either_port_and_chooses_group_and_key() {
    let state = card_with_rules(&[rule(Some(6), 443, 443, false)]);
    let there = decide(&state, &bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]), 0);
    assert_eq!((there.group, there.reason, there.manager), (Some(1), Reason::SourceSide, Some(6)));
    assert_eq!(there.hash, Some(0xa3d2_9f7f), "the hash of group 1's own key");
    let back = decide(&state, &bytes(&[ETH_V4, V4_TCP, PORTS_443_40000]), 0);
    assert_eq!((back.group, back.reason), (Some(1), Reason::DestinationSide));
    let udp = decide(&state, &bytes(&[ETH_V4, V4_UDP, PORTS_40000_443]), 0);
    assert_eq!(udp.group, Some(0), "the rule asks for TCP");
}

#[test]
fn a_range_includes_both_its_ends() {
    let state = card_with_rules(&[rule(None, 1000, 2000, false)]);
    for (port, group) in [(999, 0), (1000, 1), (1500, 1), (2000, 1), (2001, 0)] {
        let frame = bytes(&[ETH_V4, V4_TCP, &format!("{port:04x} 0001")]);
        assert_eq!(decide(&state, &frame, 0).group, Some(group), "port {port}");
    }
}

#[test]
fn a_range_upside_down_or_a_rule_not_in_use_matches_nothing() {
    let unused = contract::row::RuleRow { in_use: false, ..rule(None, 0, 65535, false) };
    let state = card_with_rules(&[rule(None, 2000, 1000, false), unused]);
    for port in [999, 1000, 1500, 2000, 2001] {
        let frame = bytes(&[ETH_V4, V4_TCP, &format!("{port:04x} 0001")]);
        assert_eq!(decide(&state, &frame, 0).group, Some(0), "port {port}");
    }
}

#[test]
fn the_first_rule_that_matches_wins() {
    let later = contract::row::RuleRow { group: 2, ..rule(None, 0, 65535, false) };
    let state = card_with_rules(&[rule(Some(17), 53, 53, false), later]);
    assert_eq!(decide(&state, &bytes(&[ETH_V4, V4_UDP, "0035 9c40"]), 0).group, Some(1));
    assert_eq!(decide(&state, &bytes(&[ETH_V4, V4_UDP, "0036 9c40"]), 0).group, Some(2));
    let last = {
        let mut state = card();
        state.idle_rules_mut()[15] = rule(None, 0, 65535, false);
        state.commit(1 << 8, 2).unwrap();
        state
    };
    assert_eq!(decide(&last, &bytes(&[ETH_V4, V4_UDP, "0035 9c40"]), 0).group, Some(1), "rule 15 is asked too");
}

#[test]
fn a_packet_without_ports_is_matched_as_if_both_were_0() {
    let frame = bytes(&[ETH_V4, V4_ICMP, "08 00 0000 00000000"]);
    for (rule, group) in [
        (rule(Some(1), 0, 0, true), 1),
        (rule(None, 0, 65535, true), 1),
        (rule(Some(1), 1, 65535, false), 0),
        (rule(Some(17), 0, 0, false), 0),
    ] {
        let decision = decide(&card_with_rules(&[rule]), &frame, 0);
        assert_eq!((decision.group, decision.reason), (Some(group), Reason::OtherProtocol), "{rule:?}");
    }
}

#[test]
fn keying_on_the_peer_picks_the_side_outside_the_range_in_both_directions() {
    let state = card_with_rules(&[rule(Some(6), 50051, 50051, true)]);
    let request = decide(&state, &bytes(&[ETH_V4, V4_TCP, "9c40 c383"]), 0);
    assert_eq!(request.reason, Reason::PeerSide);
    assert_eq!(request.key, key("00000000000000000000ffff c0000201 9c40"), "the client, though the server's port is greater");
    let answer = decide(&state, &bytes(&[ETH_V4, "45 00 0028 0000 0000 40 06 0000 c6336407 c0000201", "c383 9c40"]), 0);
    assert_eq!(request, answer);
}

#[test]
fn keying_on_the_peer_leaves_two_ports_in_the_range_to_the_greater() {
    let state = card_with_rules(&[rule(None, 100, 200, true)]);
    assert_eq!(decide(&state, &bytes(&[ETH_V4, V4_TCP, "0065 0064"]), 0).reason, Reason::SourceSide);
    assert_eq!(decide(&state, &bytes(&[ETH_V4, V4_TCP, "0064 0065"]), 0).reason, Reason::DestinationSide);
    assert_eq!(decide(&state, &bytes(&[ETH_V4, V4_TCP, "0063 0064"]), 0).reason, Reason::PeerSide);
}

#[test]
fn an_entry_that_names_a_disabled_manager_drops_the_packet_and_says_which() {
    let mut state = card();
    state.managers_enabled[2] = false;
    let decision = decide(&state, &bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]), 0);
    let expected = Decision {
        verdict: Verdict::Drop,
        reason: Reason::NoManager,
        group: Some(0),
        key: key("00000000000000000000ffff c0000201 9c40"),
        hash: Some(0xa31e_2cd5),
        bucket: Some(3285),
        manager: Some(2),
        egress: None,
    };
    assert_eq!(decision, expected);
}

#[test]
fn manager_0_never_takes_a_packet_even_if_its_row_says_enabled() {
    let mut state = card();
    state.managers_enabled[0] = true;
    state.idle_group_mut(0).row.key = *b"tandem!!";
    state.commit(1, 3).unwrap();
    for frame in [bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]), bytes(&[ETH_V4, V4_UDP, "007b 007b"])] {
        let decision = decide(&state, &frame, 0);
        assert_eq!((decision.verdict, decision.reason), (Verdict::Drop, Reason::NoManager));
        assert_eq!((decision.manager, decision.egress, decision.group), (None, None, Some(0)));
    }
}

#[test]
fn only_frames_to_a_manager_change_and_only_in_their_destination() {
    let state = card();
    let frame = bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]);
    let out = outgoing(&state, &decide(&state, &frame, 0), &frame).unwrap();
    assert_eq!(out, bytes(&["020000000102 020000000099 0800", V4_TCP, PORTS_40000_443]));
    for frame in [bytes(&[ETH, "0806 0001"]), bytes(&["02"]), bytes(&["020000000002 020000000099 0800"])] {
        assert_eq!(outgoing(&state, &decide(&state, &frame, 0), &frame), Some(frame));
    }
    let mut nobody = card();
    nobody.managers_enabled[2] = false;
    assert_eq!(outgoing(&nobody, &decide(&nobody, &frame, 0), &frame), None);
}

#[test]
fn every_frame_is_counted_once_under_its_reason_and_only_delivered_ones_under_a_manager() {
    let mut state = card();
    state.managers_enabled[5] = false;
    let mut counters = Counters::default();
    let delivered = bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]);
    let dropped = bytes(&[ETH_V4, V4_UDP, "007b 007b"]);
    for frame in [&delivered, &delivered, &dropped, &vec![2; 5]] {
        process(&state, &mut counters, frame, 0);
    }
    let counted = |count: model::Count| (count.frames, count.bytes);
    assert_eq!(counted(counters.reason(Reason::SourceSide)), (2, 108));
    assert_eq!(counted(counters.reason(Reason::NoManager)), (1, 38));
    assert_eq!(counted(counters.reason(Reason::Runt)), (1, 5));
    assert_eq!(counted(counters.manager(2)), (2, 108));
    assert_eq!(counted(counters.manager(5)), (0, 0));
    assert_eq!(Reason::ALL.iter().map(|&reason| counters.reason(reason).frames).sum::<u64>(), 4);
}

#[test]
fn metadata_names_the_manager_only_of_a_frame_that_leaves() {
    let manager = fate(&bytes(&[ETH_V4, V4_TCP, PORTS_40000_443])).metadata(1, 60).unwrap();
    assert_eq!(manager.to_tuser(), 60 << 32 | 11 << 24 | 2 << 16 | 1, "60 bytes announced, reason 11, manager 2, egress 0, ingress 1");
    let host = fate(&bytes(&[ETH, "0806"])).metadata(0, 0).unwrap();
    assert_eq!(host.to_tuser(), 2 << 29 | 3 << 24 | 0xff << 8);
}

#[test]
fn a_group_mac_of_zeros_is_an_address_like_any_other() {
    let mut state = card();
    state.group_macs[3] = GroupMac { mac: [0; 6], enabled: true };
    let frame = bytes(&["000000000000 020000000099 0800", V4_TCP, PORTS_40000_443]);
    assert_eq!(decide(&state, &frame, 0).reason, Reason::SourceSide);
}
