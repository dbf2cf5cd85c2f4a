//! What holds for all traffic: fragments in any order, with copies, losses and attackers, and frames of any bytes.

mod common;

use common::{CLIENT, GROUP, Rig, card, fragment, fragments, packet};
use contract::code::Verdict;
use proptest::prelude::*;
use slowpath::{Bounds, Fate, Output, To};
use std::collections::{HashMap, HashSet};

/// A datagram, by what its packets are.
#[derive(Clone, Debug)]
struct Datagram {
    v6: bool,
    tcp: bool,
    ports: [u16; 2],
    payload: usize,
    size: usize,
    /// Whether an attacker adds a fragment that overlaps others.
    attacked: bool,
}

fn some_datagram() -> impl Strategy<Value = Datagram> {
    let ports = prop_oneof![
        any::<[u16; 2]>(),
        any::<u16>().prop_map(|port| [port, port]),
        (50_000..50_100u16, any::<u16>()).prop_map(|(one, other)| [one, other])
    ];
    let size = prop_oneof![Just(8), Just(552), Just(1480), (1..200usize).prop_map(|units| units * 8)];
    (any::<bool>(), any::<bool>(), ports, 100..6000usize, size, prop::bool::weighted(0.2)).prop_map(
        |(v6, tcp, ports, payload, size, attacked)| {
            // At most 40 fragments: pieces that are apart are bounded, and so is what a datagram holds. None of TCP at offset 1: RFC 3128.
            let size = size.max(if tcp { 16 } else { 8 });
            Datagram { v6, tcp, ports, payload, size: size.max((payload / 40).next_multiple_of(8)), attacked }
        },
    )
}

/// What an attacker can add to a datagram of more than two fragments: one that overlaps the second and the third.
fn overlapping(whole: &[u8], identification: u32, size: usize) -> Vec<u8> {
    let length = whole.len() - if whole[12] == 0x86 { 54 } else { 34 };
    fragment(whole, identification, 2 * size - 8..(2 * size + 8).min(length / 8 * 8), true)
}

/// Fragments of all datagrams, in some order.
struct Arrivals {
    /// Each with the number of its datagram.
    frames: Vec<(usize, Vec<u8>)>,
    /// The number of the datagram, by a frame's bytes after its MACs.
    known: HashMap<Vec<u8>, usize>,
    /// The packets that were not fragmented.
    wholes: Vec<Vec<u8>>,
}

/// Fragments of all datagrams in the order that the keys give.
fn traffic(datagrams: &[Datagram], keys: &[u64], copies: bool) -> Arrivals {
    let mut frames = vec![];
    let mut wholes = vec![];
    for (number, datagram) in datagrams.iter().enumerate() {
        let whole = packet(datagram.v6, datagram.tcp, datagram.ports, datagram.payload);
        let identification = number as u32 + 1;
        let pieces = fragments(&whole, identification, datagram.size);
        frames.extend(pieces.iter().cloned().map(|piece| (number, piece)));
        if copies {
            frames.extend(pieces.iter().step_by(3).cloned().map(|piece| (number, piece)));
        }
        if datagram.attacked && pieces.len() > 2 && datagram.size > 8 {
            frames.push((number, overlapping(&whole, identification, datagram.size)));
        }
        wholes.push(whole);
    }
    let mut order: Vec<_> = (0..frames.len()).collect();
    order.sort_by_key(|&at| keys[at % keys.len()].wrapping_mul(at as u64 * 2 + 1));
    let known = frames.iter().map(|(number, frame)| (frame[12..].to_vec(), *number)).collect();
    Arrivals { frames: order.into_iter().map(|at| frames[at].clone()).collect(), known, wholes }
}

/// Looks whether a fragment left to the manager that the card gives the whole packet.
fn is_right(output: &Output, whole: &[u8]) -> bool {
    let state = card();
    let id = model::decide(&state, whole, 0).manager.unwrap();
    let row = state.manager_rows()[usize::from(id)];
    output.to == To::Port(row.egress) && output.frame[..6] == row.mac
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_fragment_of_every_order_reaches_the_manager_of_its_unfragmented_packet_once(
        datagrams in prop::collection::vec(some_datagram(), 1..8), keys in prop::collection::vec(any::<u64>(), 1..200), copies: bool,
    ) {
        let datagrams: Vec<_> = datagrams.into_iter().map(|datagram| Datagram { attacked: false, ..datagram }).collect();
        let Arrivals { frames, known, wholes } = traffic(&datagrams, &keys, copies);
        let mut rig = Rig::new();
        let mut left: HashMap<Vec<u8>, usize> = HashMap::new();
        for (_, frame) in &frames {
            for output in rig.take(0, frame) {
                let number = known[&output.frame[12..]];
                prop_assert!(is_right(&output, &wholes[number]));
                *left.entry(output.frame[12..].to_vec()).or_default() += 1;
            }
        }
        let counters = rig.slow.counters();
        prop_assert_eq!(rig.slow.fragments().held(), 0);
        prop_assert_eq!(counters.dropped(), counters.of(Fate::Duplicate));
        prop_assert_eq!(left.len(), known.len(), "each one left");
        prop_assert!(left.values().all(|times| *times <= 1 + usize::from(copies)));
    }

    #[test]
    fn losses_and_attacks_on_some_datagrams_harm_no_other(
        datagrams in prop::collection::vec(some_datagram(), 2..8), keys in prop::collection::vec(any::<u64>(), 1..200),
        lost in prop::collection::vec(prop::bool::weighted(0.1), 1..100),
    ) {
        let Arrivals { frames, known, wholes } = traffic(&datagrams, &keys, true);
        let mut rig = Rig::new();
        let mut left = HashSet::new();
        let mut harmed: HashSet<usize> = HashSet::new();
        for (at, (number, frame)) in frames.iter().enumerate() {
            if lost[at % lost.len()] {
                harmed.insert(*number);
                continue;
            }
            for output in rig.take(0, frame) {
                let number = known[&output.frame[12..]];
                prop_assert!(is_right(&output, &wholes[number]));
                left.insert(output.frame[12..].to_vec());
            }
        }
        harmed.extend((0..datagrams.len()).filter(|&number| datagrams[number].attacked));
        for (bytes, number) in &known {
            prop_assert!(harmed.contains(number) || left.contains(bytes), "datagram {}", number);
        }
        // Nothing of a datagram leaves once a fragment has overlapped.
        for (number, datagram) in datagrams.iter().enumerate().filter(|(number, _)| !harmed.contains(number)) {
            let pieces = fragments(&wholes[number], number as u32 + 1, datagram.size);
            if pieces.len() > 2 && datagram.size > 8 {
                rig.take(0, &overlapping(&wholes[number], number as u32 + 1, datagram.size));
                for piece in pieces {
                    prop_assert!(rig.take(0, &piece).is_empty());
                }
            }
        }
        rig.wait(61.0);
        rig.poll();
        rig.wait(61.0);
        rig.poll();
        prop_assert_eq!((rig.slow.fragments().datagrams(), rig.slow.fragments().bytes(), rig.slow.next()), (0, 0, None));
    }

    #[test]
    fn bounds_hold_against_any_number_of_attackers(
        datagrams in prop::collection::vec(some_datagram(), 1..30), keys in prop::collection::vec(any::<u64>(), 1..200),
        most in 0..12usize, kilobytes in 0..40usize, held in 1..20usize, pauses in prop::collection::vec(0..3000u64, 1..20),
    ) {
        let bounds = Bounds { datagrams: most, bytes: kilobytes << 10, fragments: held, ..Bounds::default() };
        let Arrivals { frames, known, wholes } = traffic(&datagrams, &keys, true);
        let mut rig = Rig::bounded(bounds);
        for (at, (_, frame)) in frames.iter().enumerate() {
            let mut frame = frame.clone();
            if at % 3 == 0 && frame[12] == 8 {
                frame[29] = at as u8; // another source
            }
            rig.wait(pauses[at % pauses.len()] as f64 / 1000.0);
            for output in rig.take(0, &frame) {
                if let Some(number) = known.get(&output.frame[12..]) {
                    prop_assert!(is_right(&output, &wholes[*number]));
                }
            }
            prop_assert!(rig.slow.fragments().held() <= most * held);
        }
    }
}

/// Frames of all shapes that the slow path tells apart, some of them spoiled and cut.
fn some_frame() -> impl Strategy<Value = Vec<u8>> {
    let shape = (any::<bool>(), any::<bool>(), [0..4u16, 0..4u16], 0..300usize, 0..12usize, any::<[u8; 2]>());
    let spoiled = prop::collection::vec((0..120usize, any::<u8>()), 0..4);
    let cut = prop_oneof![4 => Just(2000usize), 1 => 0..150usize];
    (shape, spoiled, cut, 0..4u32, 0..30usize).prop_map(|((v6, tcp, ports, payload, kind, random), spoiled, cut, identification, at)| {
        let mut frame = packet(v6, tcp, ports, payload);
        match kind {
            0 | 1 => {
                let length = frame.len() - if v6 { 54 } else { 34 };
                let from = (at * 8).min(length / 8 * 8);
                frame = fragment(&frame, identification, from..(from + 8 * usize::from(random[0])).min(length), random[1] & 1 == 0);
            }
            2 => frame[if v6 { 20 } else { 23 }] = [1, 58, 0, 43, 44, 51, 60, 47][usize::from(random[0] % 8)],
            3 => {
                let packet = [&[0, 1, 8, 0, 6, 4, 0, random[0] % 3][..], &CLIENT, &[192, 0, 2, 1], &[0; 6], &[198, 51, 100, 7]].concat();
                frame = [&[0xff; 6][..], &CLIENT, &[8, 6], &packet].concat();
            }
            4 => (frame[..3]).copy_from_slice(&[0x33, 0x33, 0xff]),
            5 => drop(frame.splice(12..12, [0x81, 0, random[0], random[1]].repeat(1 + usize::from(random[0] % 3)))),
            6 if v6 => {
                frame.splice(54..54, [60, 0, 1, 4, 0, 0, 0, 0].repeat(usize::from(random[0] % 80)));
                frame[20] = 60;
            }
            7 if v6 => (frame[20], frame[21], frame[54], frame[55]) = (58, 255, 133 + random[0] % 6, 0),
            8 => frame[12..14].copy_from_slice(&random),
            _ => {}
        }
        for (at, byte) in spoiled {
            if let Some(spoiled) = frame.get_mut(at) {
                *spoiled = byte;
            }
        }
        frame.truncate(cut);
        frame
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn no_bytes_make_it_panic_or_grow(frames in prop::collection::vec((some_frame(), 0..4000u64, any::<u8>()), 0..60)) {
        let mut rig = Rig::bounded(Bounds { datagrams: 8, bytes: 32 << 10, ..Bounds::default() });
        for (frame, pause, port) in frames {
            rig.wait(pause as f64 / 1000.0);
            rig.take(port, &frame);
            prop_assert!(rig.slow.malformed().iter().count() <= 256);
        }
        rig.wait(61.0);
        rig.poll();
        prop_assert_eq!((rig.slow.fragments().datagrams(), rig.slow.fragments().bytes()), (0, 0));
    }

    #[test]
    fn what_the_card_could_have_decided_is_decided_alike(frame in some_frame(), port in 0..2u8) {
        let state = card();
        let decision = model::decide(&state, &frame, port);
        let is_discovery = decision.verdict == Verdict::ToManager && slowpath::responder::discovery::message(&frame, &model::Walk::of(&frame)).is_some();
        let output = Rig::new().take(port, &frame);
        match decision.verdict {
            // To everybody: `docs/slow-path.md` has it answered or passed on, by the same port as bridging.
            Verdict::Bridge if frame.starts_with(&[0xff; 6]) || frame.starts_with(&[0x33, 0x33, 0xff]) => {}
            Verdict::Bridge => prop_assert_eq!(output, [Output { to: To::Port(port ^ 1), frame }]),
            Verdict::ToManager if !is_discovery => {
                let to = card().manager_rows()[usize::from(decision.manager.unwrap())].egress;
                prop_assert_eq!(output, [Output { to: To::Port(to), frame: model::outgoing(&state, &decision, &frame).unwrap() }]);
            }
            _ => {}
        }
    }

    #[test]
    fn noise_after_a_group_s_address_makes_nothing_panic(noise in prop::collection::vec(any::<u8>(), 0..300), kind in 0..6usize) {
        let ether_type = [[8, 0], [0x86, 0xdd], [8, 6], [0x81, 0], [0x88, 0xa8], [0, 38]][kind];
        let mut rig = Rig::new();
        rig.take(0, &[&GROUP[..], &CLIENT, &ether_type, &noise].concat());
        rig.take(1, &noise);
    }
}
