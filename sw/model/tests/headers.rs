//! Where headers begin and end: tags, options, extension headers, truncation, padding and the edge of the window.

mod common;

use common::*;
use contract::code::Reason;
use model::field::dump;
use model::header_window::HeaderWindow;
use model::{Walk, decide};

/// An IPv4 header of `ihl` words with total length `total`, followed by nothing.
fn v4(ihl: usize, total: usize) -> String {
    let options = "01".repeat(ihl.saturating_sub(5) * 4);
    format!("4{ihl:x} 00 {total:04x} 0000 0000 40 06 0000 c0000201 c6336407 {options}")
}

/// Hop-by-hop, routing or destination options of `length` bytes, of which the length field takes what it can.
fn extension(next: u8, length: usize) -> String {
    format!("{next:02x} {:02x} {}", length / 8 - 1, "00".repeat(length - 2))
}

#[test]
fn up_to_two_tags_of_either_kind_are_walked() {
    for tags in ["", "8100 0001", "88a8 0001", "8100 0001 88a8 0002", "88a8 0001 8100 0002", "8100 0001 8100 0002", "88a8 0001 88a8 0002"] {
        assert_eq!(reason(&[ETH, tags, "0800", V4_TCP, PORTS_40000_443]), "source_side", "{tags}");
        assert_eq!(reason(&[ETH, tags, "86dd", &v6(17, 8), PORTS_443_40000]), "destination_side", "{tags}");
        assert_eq!(reason(&[ETH, tags, "0806", V4_TCP]), "not_ip", "{tags}");
    }
}

#[test]
fn a_third_tag_is_not_ip_whether_or_not_its_bytes_are_there() {
    assert_eq!(reason(&[ETH, "8100 0001 88a8 0002 8100 0003 0800", V4_TCP, PORTS_40000_443]), "not_ip");
    assert_eq!(reason(&[ETH, "8100 0001 88a8 0002 8100"]), "not_ip");
}

#[test]
fn a_tag_that_is_cut_off_is_malformed() {
    let frame = bytes(&[ETH, "8100 0001 88a8 0002 0806"]);
    for length in 14..=frame.len() {
        let expected = if length < frame.len() { "malformed" } else { "not_ip" };
        assert_eq!(fate(&frame[..length]).reason.name(), expected, "{length} bytes");
    }
}

#[test]
fn ipv4_is_walked_with_any_options() {
    for ihl in 5..=15 {
        assert_eq!(reason(&[ETH_V4, &v4(ihl, ihl * 4 + 4), "9c40 01bb"]), "source_side", "IHL {ihl}");
        assert_eq!(reason(&[ETH, "8100 0001 8100 0002 0800", &v4(ihl, ihl * 4 + 4), "01bb 9c40"]), "destination_side", "IHL {ihl}");
    }
}

#[test]
fn ipv4_that_contradicts_itself_is_malformed() {
    for ihl in 0..5 {
        assert_eq!(reason(&[ETH_V4, &v4(ihl, 40), PORTS_40000_443]), "malformed", "IHL {ihl}");
    }
    for version in [0, 3, 5, 6, 12, 15] {
        assert_eq!(reason(&[ETH_V4, &format!("{version:x}5"), &V4_TCP[2..], PORTS_40000_443]), "malformed", "version {version}");
    }
    for ihl in 5..=15 {
        assert_eq!(reason(&[ETH_V4, &v4(ihl, ihl * 4 - 1), PORTS_40000_443]), "malformed", "total length below IHL {ihl}");
    }
    assert_eq!(reason(&[ETH_V4, &v6(6, 20), PORTS_40000_443]), "malformed", "IPv6 under IPv4's EtherType");
    assert_eq!(reason(&[ETH_V6, V4_TCP, "00".repeat(40).as_str()]), "malformed", "IPv4 under IPv6's EtherType");
}

#[test]
fn ports_behind_the_ip_length_are_malformed_whatever_padding_follows() {
    for missing in 1..=4 {
        assert_eq!(reason(&[ETH_V4, &v4(6, 28 - missing), PORTS_40000_443, "00".repeat(40).as_str()]), "malformed");
        assert_eq!(reason(&[ETH_V6, &v6(17, 4 - missing as u16), PORTS_40000_443]), "malformed");
    }
    assert_eq!(reason(&[ETH_V4, &v4(6, 28), PORTS_40000_443, "00".repeat(40).as_str()]), "source_side");
    assert_eq!(reason(&[ETH_V6, &v6(17, 4), PORTS_40000_443]), "source_side");
}

#[test]
fn ip_lengths_beyond_the_frame_do_no_harm() {
    assert_eq!(reason(&[ETH_V4, &v4(5, 65535), "9c40 01bb"]), "source_side");
    assert_eq!(reason(&[ETH_V6, &v6(6, 65535), "9c40 01bb"]), "source_side");
}

#[test]
fn protocols_without_ports_need_no_bytes_behind_ip() {
    assert_eq!(reason(&[ETH_V4, "45 00 0014 0000 0000 40 2f 0000 c0000201 c6336407"]), "other_protocol");
    assert_eq!(reason(&[ETH_V6, &v6(59, 0)]), "other_protocol");
    assert_eq!(reason(&[ETH_V4, "45 00 0014 0000 0000 40 01 0000 c0000201 c6336407"]), "other_protocol", "ICMP without a type");
}

#[test]
fn each_frame_is_decided_from_the_byte_at_which_its_last_header_ends() {
    let hop_and_ah = [extension(51, 8), "06 02 0000 00000000 00000000 00000000".into()].concat();
    let cases = [
        (bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]), 14 + 20 + 4),
        (bytes(&[ETH_V4, &v4(15, 80), PORTS_40000_443]), 14 + 60 + 4),
        (bytes(&[ETH, "88a8 0001 8100 0002 0800", V4_UDP, PORTS_40000_443]), 22 + 20 + 4),
        (bytes(&[ETH_V6, &v6(6, 20), PORTS_40000_443]), 14 + 40 + 4),
        (bytes(&[ETH_V6, &v6(0, 44), &hop_and_ah, PORTS_40000_443]), 14 + 40 + 8 + 16 + 4),
    ];
    for (frame, headers) in cases {
        for length in 0..=frame.len() {
            let expected = match length {
                0..14 => "runt",
                _ if length < headers => "malformed",
                _ => "source_side",
            };
            assert_eq!(fate(&frame[..length]).reason.name(), expected, "{length} of {} bytes", frame.len());
        }
    }
}

#[test]
fn ipv4_fragments_are_known_by_either_sign_before_any_port_is_looked_at() {
    let with = |bits: &str| reason(&[ETH_V4, &format!("45 00 0014 0000 {bits} 40 11 0000 c0000201 c6336407")]);
    for bits in ["2000", "0001", "1fff", "3fff", "1000", "e000"] {
        assert_eq!(with(bits), "fragment", "{bits}");
    }
    for bits in ["0000", "4000", "8000", "c000"] {
        assert_eq!(with(bits), "malformed", "{bits}: not a fragment, and its ports are missing");
    }
}

#[test]
fn a_malformed_ipv4_header_is_malformed_even_in_a_fragment() {
    assert_eq!(reason(&[ETH_V4, "46 00 0018 0000 2000 40 11 0000 c0000201 c6336407"]), "malformed", "options cut off");
    assert_eq!(reason(&[ETH_V4, "46 00 0014 0000 2000 40 11 0000 c0000201 c6336407 00000000"]), "malformed", "total length 20, IHL 6");
}

#[test]
fn ipv6_fragments_are_known_by_either_sign_and_atomic_ones_are_ordinary() {
    let with = |bits: &str| reason(&[ETH_V6, &v6(44, 28), "06 00", bits, "12345678", PORTS_40000_443]);
    for bits in ["0001", "0008", "fff8", "fff9", "8000"] {
        assert_eq!(with(bits), "fragment", "{bits}");
    }
    for bits in ["0000", "0002", "0006"] {
        assert_eq!(with(bits), "source_side", "{bits}: reserved bits say nothing");
    }
    assert_eq!(reason(&[ETH_V6, &v6(44, 28), "06 ff 0000 12345678", PORTS_40000_443]), "source_side", "its second byte is no length");
}

#[test]
fn one_or_two_extension_headers_of_any_kind_are_walked() {
    let ah = |next: u8| format!("{next:02x} 01 0000 00000000 00000000");
    let fragment = |next: u8| format!("{next:02x} 00 0000 00000000");
    type Header<'a> = (u8, &'a dyn Fn(u8) -> String);
    let options = |next: u8| extension(next, 16);
    let kinds: [Header<'_>; 5] = [(0, &options), (43, &options), (60, &options), (44, &fragment), (51, &ah)];
    for (first, build_first) in kinds {
        assert_eq!(reason(&[ETH_V6, &v6(first, 60), &build_first(17), PORTS_443_40000]), "destination_side", "{first}");
        for (second, build_second) in kinds {
            let both = [build_first(second), build_second(17)].concat();
            assert_eq!(reason(&[ETH_V6, &v6(first, 60), &both, PORTS_443_40000]), "destination_side", "{first}, {second}");
            let three = [build_first(second), build_second(first)].concat();
            assert_eq!(reason(&[ETH_V6, &v6(first, 60), &three, PORTS_443_40000]), "too_deep", "{first}, {second}, {first}");
        }
    }
}

#[test]
fn a_third_extension_header_is_too_deep_before_it_is_looked_at() {
    let two = [extension(60, 8), extension(44, 8)].concat();
    assert_eq!(reason(&[ETH_V6, &v6(0, 16), &two]), "too_deep", "none of its bytes are there");
    assert_eq!(reason(&[ETH_V6, &v6(0, 24), &two, "06 00 0001 00000000"]), "too_deep", "it would say fragment");
}

#[test]
fn a_fragment_ends_the_walk_before_a_third_header_is_met() {
    let two = [extension(44, 8), "3c 00 0001 00000000".into()].concat();
    assert_eq!(reason(&[ETH_V6, &v6(0, 16), &two]), "fragment");
}

#[test]
fn an_extension_header_that_is_cut_off_is_malformed() {
    let frame = bytes(&[ETH_V6, &v6(60, 24), &extension(59, 24)]);
    for length in 54..frame.len() {
        assert_eq!(fate(&frame[..length]).reason.name(), "malformed", "{length} bytes");
    }
    assert_eq!(fate(&frame).reason.name(), "other_protocol");
    for payload in 0..24 {
        assert_eq!(reason(&[ETH_V6, &v6(60, payload), &extension(59, 24)]), "malformed", "payload length {payload}");
    }
}

#[test]
fn a_header_may_end_with_the_window_but_not_behind_it() {
    // Ethernet and IPv6 take 54 bytes, which leaves 74; headers come in eights, AH in fours.
    let ah = |words: usize| format!("06 {:02x} {}", words - 2, "00".repeat(words * 4 - 2));
    let with = |words: usize| reason(&[ETH_V6, &v6(51, 400), &ah(words), PORTS_40000_443, "00".repeat(200).as_str()]);
    assert_eq!(with(17), "source_side", "ports end at byte 126");
    assert_eq!(with(18), "too_deep", "ports would end at byte 130");
    assert_eq!(with(19), "too_deep", "the header itself ends at byte 130");
    let no_ports = |length: usize| reason(&[ETH_V6, &v6(60, 400), &extension(59, length), "00".repeat(200).as_str()]);
    assert_eq!(no_ports(72), "other_protocol", "ends at byte 126");
    assert_eq!(no_ports(80), "too_deep", "ends at byte 134");
}

#[test]
fn bytes_that_are_missing_are_malformed_even_behind_the_window() {
    let frame = bytes(&[ETH_V6, &v6(60, 400), &extension(6, 72), PORTS_40000_443]);
    for (length, expected) in [(125, "malformed"), (126, "malformed"), (129, "malformed"), (130, "too_deep"), (146, "too_deep")] {
        assert_eq!(fate(&frame[..length]).reason.name(), expected, "{length} bytes");
    }
    let long = |payload| reason(&[ETH_V6, &v6(60, payload), &extension(59, 160), "00".repeat(100).as_str()]);
    assert_eq!((long(159), long(160)), ("malformed", "too_deep"), "the payload length bounds it as the frame does");
}

#[test]
fn a_second_extension_header_that_starts_at_the_edge_announces_its_length_in_sight() {
    // Headers start at 14 + 4n, so the last start in sight is byte 126, with next header and length in the window's last bytes.
    let second = |behind: &str, payload| reason(&[ETH_V6, &v6(60, payload), &extension(43, 72), behind]);
    assert_eq!(second("", 400), "malformed");
    assert_eq!(second("06", 400), "malformed");
    assert_eq!(second("06 00", 400), "malformed", "six more bytes are announced");
    assert_eq!(second("06 00 000000000000", 400), "too_deep");
    assert_eq!(second("06 00 000000000000", 79), "malformed", "the payload length hides the last of them");
    assert_eq!(second(&extension(6, 16), 400), "too_deep");
    let first_is_too_long = reason(&[ETH, "8100 0001 86dd", &v6(60, 400), &extension(43, 72)]);
    assert_eq!(first_is_too_long, "too_deep", "it ends at byte 130, and what is behind does not matter");
}

#[test]
fn a_card_with_four_groups_decides_as_well() {
    let mut state = model::State::new(4);
    state.enabled = true;
    state.group_macs[0] = contract::row::GroupMac { mac: [2, 0, 0, 0, 0, 1], enabled: true };
    assert_eq!(decide(&state, &bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]), 0).reason.name(), "no_manager");
}

#[test]
fn the_dump_names_every_field_that_was_walked_and_shows_every_byte() {
    let frame = bytes(&[ETH, "8100 0001 86dd", &v6(44, 28), "06 00 0000 12345678", PORTS_40000_443]);
    let text = dump(&frame);
    for name in ["destination MAC", "VLAN tag", "EtherType", "IPv6 source address", "fragment header", "source port", "destination port"] {
        assert!(text.contains(name), "{name} in\n{text}");
    }
    assert!(text.contains("   66  9c 40                                            source port\n"), "{text}");
    let shown: Vec<u8> = text.lines().flat_map(|line| bytes(&[&line[7..line.len().min(54)]])).collect();
    assert_eq!(shown, frame);
}

#[test]
fn every_prefix_of_a_frame_can_be_dumped_with_its_fields_inside_it() {
    let inner = "45 00 0028 0000 0000 40 06 0000 c6336407 c0000201 01bb 9c40";
    let frame = bytes(&[ETH_V4, "46 00 0064 0000 0000 40 01 0000 c0000201 c6336407 01010101 03 01 0000 00000000", inner]);
    for length in 0..=frame.len() {
        let fields = Walk::of(&frame[..length]).fields();
        assert!(fields.iter().all(|field| field.range.end <= length));
        assert!(fields.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), "fields overlap");
        let lines = dump(&frame[..length]);
        assert_eq!(lines.lines().flat_map(|line| bytes(&[&line[7..line.len().min(54)]])).count(), length);
    }
    assert!(dump(&frame).contains("embedded source port"));
}

#[test]
fn a_deep_window_walks_headers_that_the_card_does_not_and_decides_by_what_it_finds() {
    let options = |next: u8| format!("{next:02x}00 0104 00000000");
    let chain: String = (0..5).map(|i| options(if i == 4 { 6 } else { 60 })).collect();
    let deep = bytes(&[ETH_V6, &v6(60, 60), &chain, PORTS_40000_443]);
    let plain = bytes(&[ETH_V6, &v6(6, 20), PORTS_40000_443]);
    assert_eq!(Walk::of(&deep).subject, Err(Reason::TooDeep));
    for (headers, subject) in [(4, Err(Reason::TooDeep)), (5, Walk::of(&plain).subject), (64, Walk::of(&plain).subject)] {
        assert_eq!(Walk::within(HeaderWindow::deep(&deep, headers)).subject, subject, "{headers} headers");
    }
}
