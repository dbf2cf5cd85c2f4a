//! Rule by rule of `docs/slow-path.md`, "Fragments".

mod common;

use common::{CLIENT, Rig, UDP_PORTS, card, datagram, fragment, fragments, manager, packet, settings, shared, to_manager};
use contract::row::ManagerRow;
use etherparse::{Ipv4HeaderSlice, PacketBuilder};
use slowpath::Fate;

#[test]
fn the_fragments_that_the_tests_make_are_read_by_another_parser_as_what_they_are() {
    let pieces = fragments(&datagram(false), 7, 1480);
    let read: Vec<_> = pieces.iter().map(|piece| Ipv4HeaderSlice::from_slice(&piece[14..]).unwrap()).collect();
    let fields: Vec<_> = read.iter().map(|header| (header.fragments_offset().byte_offset(), header.more_fragments())).collect();
    assert_eq!(fields, [(0, true), (1480, true), (2960, false)]);
    assert!(
        read.iter().all(|header| header.identification() == 7 && header.to_header().calc_header_checksum() == header.header_checksum())
    );
}

#[test]
fn in_order_every_fragment_leaves_at_once_to_the_manager_of_its_datagram() {
    let state = card();
    for v6 in [false, true] {
        let whole = datagram(v6);
        let mut rig = Rig::new();
        for piece in fragments(&whole, 7, 1480) {
            assert_eq!(rig.one(0, &piece), shared(&state, &whole, &piece));
        }
        assert_eq!((rig.slow.counters().of(Fate::Fragment), rig.slow.fragments().held()), (3, 0));
    }
}

#[test]
fn later_fragments_are_held_until_the_first_comes_and_follow_it_in_the_order_of_their_arrival() {
    let state = card();
    for v6 in [false, true] {
        let whole = datagram(v6);
        let pieces = fragments(&whole, 7, 800);
        let mut rig = Rig::new();
        for at in [3, 1, 5] {
            assert_eq!(rig.take(0, &pieces[at]), []);
        }
        assert_eq!(rig.slow.fragments().held(), 3);
        let expected: Vec<_> = [0, 3, 1, 5].map(|at| shared(&state, &whole, &pieces[at])).into();
        assert_eq!(rig.take(1, &pieces[0]), expected);
        assert_eq!((rig.slow.fragments().held(), rig.slow.fragments().bytes()), (0, 0));
        assert_eq!(rig.one(0, &pieces[2]), shared(&state, &whole, &pieces[2]));
    }
}

#[test]
fn a_manager_that_is_alone_on_its_port_sees_the_sender_s_mac() {
    let mut state = card();
    *state.idle_manager_rows_mut() = *state.manager_rows();
    for id in 1..=6 {
        state.idle_manager_rows_mut()[id] = ManagerRow { mac: [2, 0, 0, 0, 1, 1], egress: 1 };
    }
    state.commit(1 << contract::register::UNIT_MANAGERS, 2).unwrap();
    let whole = datagram(false);
    for piece in fragments(&whole, 7, 1480) {
        let output = Rig::with(state.clone(), settings()).take(0, &piece);
        assert!(output.is_empty() || output == [to_manager(&state, manager(&state, &whole), &piece)]);
    }
    let first = Rig::with(state, settings()).one(0, &fragments(&whole, 7, 1480)[0]);
    assert_eq!(first.frame[6..12], CLIENT);
}

#[test]
fn fragments_of_other_protocols_are_decided_alone_and_remembered_by_nobody() {
    let state = card();
    for (v6, protocol, at) in [(false, 1, 23), (false, 47, 23), (true, 58, 20), (true, 50, 20)] {
        let mut whole = datagram(v6);
        whole[at] = protocol;
        // Neither an echo request nor a first word of zeros is an ICMP error.
        whole[if v6 { 54 } else { 34 }] = if v6 { 128 } else { 8 };
        let mut rig = Rig::new();
        for piece in fragments(&whole, 7, 800).iter().rev() {
            assert_eq!(rig.one(0, piece), shared(&state, &whole, piece), "protocol {protocol}");
        }
        assert_eq!(rig.slow.fragments().datagrams(), 0);
    }
}

/// The fate of the last of some pieces, and with it of the whole datagram: of what is held, and of what follows.
fn dropped_whole(pieces: &[Vec<u8>], follows: &[u8]) -> Fate {
    let mut rig = Rig::new();
    let (last, before) = pieces.split_last().unwrap();
    for piece in before {
        rig.take(0, piece);
    }
    let held = rig.slow.fragments().held() as u64;
    let fate = rig.fate(last);
    assert_eq!(rig.slow.counters().of(fate), held + 1, "what was held and the last one");
    assert_eq!(rig.fate(follows), fate);
    assert_eq!((rig.slow.fragments().held(), rig.slow.fragments().bytes()), (0, 0), "what was held is freed");
    // It is forgotten after half a minute of silence, and not before.
    rig.wait(29.9);
    assert_eq!(rig.fate(follows), fate);
    rig.wait(30.1);
    rig.poll();
    assert_eq!(rig.slow.fragments().datagrams(), 0);
    fate
}

#[test]
fn a_faulty_datagram_is_dropped_whole_and_counted_by_reason() {
    for v6 in [false, true] {
        let whole = datagram(v6);
        let tcp = packet(v6, true, UDP_PORTS, 4000);
        let piece = |bytes: std::ops::Range<usize>, more: bool| fragment(&whole, 7, bytes, more);
        let of_tcp = |bytes: std::ops::Range<usize>| fragment(&tcp, 7, bytes, true);
        let (follows, tcp_follows) = (piece(2400..3200, true), of_tcp(2400..3200));
        let mut cut = piece(0..800, true);
        cut.truncate(cut.len() - 1);
        let cases = [
            ("no ports", vec![piece(800..1600, true), piece(0..3, true)], &follows, Fate::FirstWithoutPorts),
            ("offset 1 of TCP", vec![of_tcp(800..1600), of_tcp(8..16)], &tcp_follows, Fate::TinyTcp),
            ("overlap by its start", vec![piece(0..800, true), piece(792..1600, true)], &follows, Fate::Overlap),
            ("overlap by its end", vec![piece(1600..2400, true), piece(800..1608, true)], &follows, Fate::Overlap),
            ("overlap inside", vec![piece(800..2400, true), piece(1600..1608, true)], &follows, Fate::Overlap),
            ("overlap around", vec![piece(800..1600, true), piece(0..2400, true)], &follows, Fate::Overlap),
            ("a copy that is longer", vec![piece(800..1600, true), piece(800..1608, true)], &follows, Fate::Overlap),
            ("a copy that is shorter", vec![piece(800..1600, true), piece(800..1592, true)], &follows, Fate::Overlap),
            ("an odd length", vec![piece(800..1604, true)], &follows, Fate::FragmentLength),
            ("no bytes", vec![piece(800..800, true)], &follows, Fate::FragmentLength),
            ("two ends", vec![piece(800..1600, false), piece(1600..1700, false)], &follows, Fate::FragmentLength),
            (
                "a second end, in front of the first",
                vec![piece(1600..2400, false), piece(800..1600, false)],
                &follows,
                Fate::FragmentLength,
            ),
            ("an end in front of others", vec![piece(1600..2400, true), piece(800..1600, false)], &follows, Fate::FragmentLength),
            ("more after the end", vec![piece(800..1600, false), piece(1600..2400, true)], &follows, Fate::FragmentLength),
            (
                "a copy of the end with more to follow",
                vec![piece(800..1600, false), piece(800..1600, true)],
                &follows,
                Fate::FragmentLength,
            ),
            ("bytes that are not there", vec![cut], &follows, Fate::FragmentLength),
        ];
        for (what, pieces, follows, fate) in cases {
            assert_eq!(dropped_whole(&pieces, follows), fate, "{what}, IPv6: {v6}");
        }
    }
}

#[test]
fn the_longest_datagram_passes_and_one_byte_more_does_not() {
    for (v6, headers) in [(false, 20), (true, 0)] {
        let whole = packet(v6, false, UDP_PORTS, 64_000);
        // The last fragment of a longer datagram: only its offset differs.
        let last = |end: usize| {
            let mut last = fragment(&whole, 7, 0..end - 65_000, false);
            let offset = (65_000 / 8) as u16;
            let at = if v6 { 56 } else { 20 };
            last[at..at + 2].copy_from_slice(&(if v6 { offset << 3 } else { offset }).to_be_bytes());
            last
        };
        let fate = |end: usize| {
            let mut rig = Rig::new();
            rig.take(0, &fragment(&whole, 7, 0..800, true));
            rig.fate(&last(end))
        };
        assert_eq!((fate(65_535 - headers), fate(65_536 - headers)), (Fate::Fragment, Fate::DatagramTooLong));
    }
}

/// IPv6 fragments of a packet whose destination options lie in the part that is fragmented.
fn with_options(next: u8, payload: usize) -> Vec<u8> {
    let mut whole = packet(true, false, UDP_PORTS, payload);
    whole.splice(54..54, [next, 0, 1, 4, 0, 0, 0, 0]);
    let length = (whole.len() - 54) as u16;
    whole[18..20].copy_from_slice(&length.to_be_bytes());
    whole[20] = 60;
    whole
}

#[test]
fn options_in_the_part_that_is_fragmented_do_not_hide_the_ports() {
    let state = card();
    for next in [17, 50] {
        let whole = with_options(next, 2000);
        let pieces = fragments(&whole, 7, 800);
        let mut rig = Rig::new();
        assert_eq!(rig.take(0, &pieces[1]), []);
        let expected: Vec<_> = [0, 1].map(|at| shared(&state, &whole, &pieces[at])).into();
        assert_eq!(rig.take(0, &pieces[0]), expected, "next header {next}");
        assert_eq!(rig.one(0, &pieces[2]), shared(&state, &whole, &pieces[2]));
    }
    // Options that fill the first fragment hide them: RFC 7112 forbids it.
    let whole = with_options(17, 2000);
    assert_eq!(dropped_whole(&[fragment(&whole, 7, 0..8, true)], &fragment(&whole, 7, 800..1600, true)), Fate::FirstWithoutPorts);
}

#[test]
fn an_atomic_fragment_is_an_ordinary_packet() {
    let state = card();
    let whole = packet(true, false, UDP_PORTS, 100);
    let atomic = fragment(&whole, 7, 0..108, false);
    let mut rig = Rig::new();
    assert_eq!(rig.one(0, &atomic), to_manager(&state, manager(&state, &whole), &atomic));
    assert_eq!(rig.slow.fragments().datagrams(), 0);
}

#[test]
fn an_icmp_error_that_quotes_a_fragment_is_no_fragment() {
    let state = card();
    let quoted = fragment(&datagram(false), 7, 0..64, true);
    let mut error = vec![];
    let kind = etherparse::Icmpv4Type::DestinationUnreachable(etherparse::icmpv4::DestUnreachableHeader::FragmentationNeeded {
        next_hop_mtu: 600,
    });
    let builder = PacketBuilder::ethernet2(CLIENT, common::GROUP).ipv4([203, 0, 113, 9], [192, 0, 2, 1], 64).icmpv4(kind);
    builder.write(&mut error, &quoted[14..]).unwrap();
    let mut rig = Rig::new();
    assert_eq!(rig.one(0, &error), to_manager(&state, manager(&state, &datagram(false)), &error));
    assert_eq!((rig.slow.counters().of(Fate::Decided), rig.slow.fragments().datagrams()), (1, 0));
}

/// The same frame with `count` headers of options in front of the header that follows the fixed one.
fn behind_options(frame: &[u8], count: usize) -> Vec<u8> {
    let mut deep = frame.to_vec();
    let mut chain = [60, 0, 1, 4, 0, 0, 0, 0].repeat(count);
    chain[(count - 1) * 8] = frame[20];
    deep.splice(54..54, chain);
    deep[20] = 60;
    let length = (deep.len() - 54) as u16;
    deep[18..20].copy_from_slice(&length.to_be_bytes());
    deep
}

#[test]
fn fragments_that_lie_too_deep_for_the_card_are_fragments_all_the_same() {
    let state = card();
    let whole = datagram(true);
    for count in [3, 20, 63] {
        let mut rig = Rig::new();
        for piece in fragments(&whole, 7, 1480) {
            let piece = behind_options(&piece, count);
            assert_eq!(rig.one(0, &piece), shared(&state, &whole, &piece), "{count} headers");
        }
    }
    let too_many = behind_options(&fragments(&whole, 7, 1480)[0], 64);
    assert_eq!(Rig::new().fate(&too_many), Fate::ChainTooLong, "the fragment header is the 65th");
}

#[test]
fn headers_in_front_of_the_ports_and_of_the_fragment_header_are_counted_together() {
    let inner = |count: usize| fragment(&behind_options(&datagram(true), count), 7, 0..1400, true);
    assert_eq!(Rig::new().fate(&behind_options(&inner(33), 30)), Fate::Fragment);
    let follows = fragment(&behind_options(&datagram(true), 34), 7, 1600..2400, true);
    assert_eq!(dropped_whole(&[behind_options(&inner(34), 30)], &follows), Fate::ChainTooLong);
}
