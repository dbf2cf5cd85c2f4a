//! The batch decides every frame as `decide` does, which is the judge here.

mod common;

use common::packets::*;
use common::{ETH_V4, ETH_V6, V4_TCP, bytes, card, card_with_rules, rule, v6};
use contract::code::Reason;
use contract::row::{GroupMac, Neighbours};
use model::batch::{CompactDecision, Compiled, LANES, Lanes, managers_of_ports};
use model::network::{Address, Version};
use model::{Decision, State, Walk, batch, decide};
use proptest::prelude::*;

/// How many cases each property gets; `BATCH_CASES` asks for more.
fn cases() -> ProptestConfig {
    let wanted = std::env::var("BATCH_CASES").map(|cases| cases.parse().expect("BATCH_CASES is a number"));
    ProptestConfig::with_cases(wanted.unwrap_or(400))
}

fn in_a_batch(tables: &Compiled, frames: &[Vec<u8>], ingress: u8) -> Vec<CompactDecision> {
    let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
    let mut out = vec![CompactDecision::EMPTY; frames.len()];
    batch::decide(tables, &mut Lanes::default(), &frames, ingress, &mut out);
    out
}

/// Demands of a batch what `decide` says of each frame.
fn demand_the_judges_decisions(state: &State, frames: &[Vec<u8>]) -> Vec<Decision> {
    let tables = Compiled::new(state);
    let mut last = Vec::new();
    for ingress in [3, 1, 0] {
        last = frames.iter().map(|frame| decide(state, frame, ingress)).collect();
        for ((decided, judged), frame) in in_a_batch(&tables, frames, ingress).iter().zip(&last).zip(frames) {
            assert_eq!(*decided, CompactDecision::from(judged), "{}", model::field::dump(frame));
            assert_eq!((decided.group(), decided.bucket(), decided.manager()), (judged.group, judged.bucket, judged.manager));
            assert_eq!((decided.egress(), decided.taken_by()), (judged.egress, judged.taken_by()));
        }
    }
    last
}

/// A card whose rules choose both groups, and key on the peer.
fn ruled() -> State {
    card_with_rules(&[rule(Some(6), 50_000, 50_100, true), rule(None, 7000, 7000, false), rule(Some(17), 9, 5, true)])
}

/// Packet `n` of many between different ends: either protocol, either port the greater, and every rule of [`ruled`] met.
fn common_frame(version: Version, n: usize) -> Vec<u8> {
    let (from, to) = ([n as u8; 16], [n as u8 ^ 0x55; 16]);
    let servers = [443, 50_051, 7000, 7];
    let (client, server) = (20_000 + 613 * n as u16, servers[n / 2 % servers.len()]);
    let ports = if n.is_multiple_of(2) { [client, server] } else { [server, client] };
    framed(version, packet(version, if n.is_multiple_of(3) { 17 } else { 6 }, from, to, ports))
}

#[test]
fn a_decision_takes_eight_bytes() {
    assert_eq!(size_of::<CompactDecision>(), 8);
}

#[test]
fn the_published_vector_of_a_key_of_18_bytes_names_the_bucket_in_every_lane() {
    let published = include_str!("data/halfsiphash-2-4-32.txt").lines().find_map(|line| line.strip_prefix("18 ")).unwrap();
    let published = u32::from_str_radix(published, 16).unwrap().swap_bytes();
    // Group 1 has the key of the vectors, and the rule sends there. The message is the bytes 0 to 17: the address, then the port.
    let state = card_with_rules(&[rule(None, 0x1011, 0x1011, false)]);
    let frame = framed(Version::V6, packet(Version::V6, 6, std::array::from_fn(|i| i as u8), [9; 16], [0x1011, 1]));
    let decided = in_a_batch(&Compiled::new(&state), &vec![frame; LANES], 0);
    assert!(decided.iter().all(|decided| decided.bucket() == Some((published % 4096) as u16)), "{decided:?}");
}

#[test]
fn every_split_of_a_full_batch_between_ipv4_and_ipv6_is_decided_as_the_judge_decides() {
    for state in [card(), ruled()] {
        for split in 0..=LANES {
            let version = |n: usize| if n * 7 % LANES < split { Version::V6 } else { Version::V4 };
            let frames: Vec<_> = (0..LANES).map(|n| common_frame(version(n), n)).collect();
            demand_the_judges_decisions(&state, &frames);
        }
    }
}

#[test]
fn any_number_of_frames_is_decided() {
    for count in 0..=2 * LANES + 2 {
        let frames: Vec<_> = (0..count).map(|n| common_frame([Version::V4, Version::V6][n % 2], n)).collect();
        demand_the_judges_decisions(&ruled(), &frames);
    }
}

/// One frame of each shape for each reason that a card with [`ruled`]'s rules can have but `Disabled`.
fn every_shape() -> Vec<Vec<u8>> {
    let (one, other) = ([1; 16], [2; 16]);
    let mut frames = vec![vec![2; 5], vec![2; 60], framed(Version::V4, vec![0x44]), bytes(&["020000000001 020000000099 0806"])];
    for version in [Version::V4, Version::V6] {
        let framed_packet = |protocol, ports| framed(version, packet(version, protocol, one, other, ports));
        let ports = [[40_000, 443], [443, 40_000], [123, 123], [0, 0], [40_000, 50_051], [50_051, 60_000], [50_051, 50_052]];
        frames.extend(ports.iter().flat_map(|ports| [6, 17, 47].map(|protocol| framed_packet(protocol, *ports))));
        frames.push(framed(version, icmp_error(version, &packet(version, 6, one, other, [443, 40_000]), one)));
        frames.push(framed_packet(if version == Version::V6 { 44 } else { 17 }, [40_000, 0x0101]));
    }
    frames.push(fragment());
    frames.push(too_deep());
    frames.push(bytes(&[ETH_V6, &v6(58, 24), "87000000", "00".repeat(20).as_str()]));
    frames.push(bytes(&["ffffffffffff 020000000099 0806", "00".repeat(28).as_str()]));
    frames.push(bytes(&[ETH_V4, V4_TCP, "9c40"]));
    frames
}

fn fragment() -> Vec<u8> {
    let mut frame = framed(Version::V4, packet(Version::V4, 17, [1; 16], [2; 16], [1, 2]));
    frame[20] = 0x20;
    frame
}

/// Hop-by-hop options of 200 bytes: all there, and beyond the window.
fn too_deep() -> Vec<u8> {
    framed(Version::V6, [&[0x60, 0, 0, 0, 0, 200, 0, 64], &[1; 16][..], &[2; 16], &[17, 24], &[0; 198]].concat())
}

#[test]
fn every_reason_is_met_and_decided_as_the_judge_decides() {
    let mut state = ruled();
    // Group 1 is manager 6's, and only it knows the peer's side: so there are two cards.
    let mut met: Vec<Reason> = demand_the_judges_decisions(&state, &every_shape()).iter().map(|decided| decided.reason).collect();
    state.managers_enabled[6] = false;
    met.extend(demand_the_judges_decisions(&state, &every_shape()).iter().map(|decided| decided.reason));
    state.neighbours = Neighbours::Host;
    met.extend(demand_the_judges_decisions(&state, &every_shape()).iter().map(|decided| decided.reason));
    state.enabled = false;
    met.extend(demand_the_judges_decisions(&state, &every_shape()).iter().map(|decided| decided.reason));
    let missing: Vec<_> = Reason::ALL.iter().filter(|reason| !met.contains(reason)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_batch_full_of_one_uncommon_shape_is_decided_as_the_judge_decides() {
    for frame in every_shape() {
        for state in [card(), ruled()] {
            demand_the_judges_decisions(&state, &vec![frame.clone(); LANES + 1]);
        }
    }
    assert_eq!(Walk::of(&too_deep()).subject, Err(Reason::TooDeep));
    assert_eq!(Walk::of(&fragment()).subject, Err(Reason::Fragment));
}

#[test]
fn every_value_of_every_byte_of_the_headers_is_decided_as_the_judge_decides() {
    for version in [Version::V4, Version::V6] {
        let frame = common_frame(version, 1);
        let spoiled = |at: usize| {
            let frame = &frame;
            (0..=255).map(move |byte| [&frame[..at], &[byte], &frame[at + 1..]].concat())
        };
        let frames: Vec<_> = (12..frame.len()).flat_map(spoiled).collect();
        demand_the_judges_decisions(&ruled(), &frames);
    }
}

#[test]
fn only_enabled_group_addresses_are_the_cards() {
    let mut state = card();
    state.group_macs[3] = GroupMac { mac: [2, 0, 0, 0, 0, 3], enabled: true };
    let to = |last| {
        let mut frame = common_frame(Version::V4, 1);
        frame[5] = last;
        frame
    };
    let reasons: Vec<_> = demand_the_judges_decisions(&state, &[to(1), to(3), to(8), to(9)]).iter().map(|decided| decided.reason).collect();
    assert!(reasons[..2].iter().all(|reason| *reason != Reason::NotForGroup), "{reasons:?}");
    assert_eq!(reasons[2..], [Reason::NotForGroup; 2]);
}

#[test]
fn a_manager_is_enabled_and_disabled_without_compiling_anew() {
    let mut state = card();
    let mut tables = Compiled::new(&state);
    for (id, enabled) in [(2, false), (5, false), (2, true), (200, true)] {
        state.managers_enabled[usize::from(id)] = enabled;
        tables.enable_manager(id, enabled);
        assert_eq!(tables, Compiled::new(&state));
        assert_eq!(tables.manager(id), state.manager(id));
    }
}

/// A frame of any shape with a few bytes changed where headers lie, a quarter of them cut.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let deep = Just(too_deep());
    let common = (some_version(), any::<u8>()).prop_map(|(version, n)| common_frame(version, n.into()));
    let tagged =
        (prop_oneof![4 => Just(0), 2 => Just(1), 1 => Just(2), 1 => Just(3)], prop_oneof![4 => some_frame(), 1 => deep, 3 => common]);
    let changed = prop::collection::vec((0..70usize, any::<u8>()), 0..=3);
    (tagged, changed, prop::option::weighted(0.25, 0..150usize)).prop_map(|((tags, mut frame), changed, cut)| {
        let tags = [0x81, 0, 0, 7, 0x88, 0xa8, 0, 8, 0x81, 0, 0, 9][..4 * tags].iter();
        if frame.len() > 12 {
            frame.splice(12..12, tags.copied());
        }
        for (at, byte) in changed {
            frame.get_mut(at).into_iter().for_each(|old| *old = byte);
        }
        frame.truncate(cut.unwrap_or(usize::MAX));
        frame
    })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn mutated_frames_are_decided_as_the_judge_decides(
        state in some_card(), live in any::<bool>(), frames in prop::collection::vec(mutated(), 0..300),
    ) {
        let mut state = state;
        state.managers_enabled[2] = live;
        demand_the_judges_decisions(&state, &frames);
    }

    #[test]
    fn choices_are_decided_as_the_judge_decides_their_subjects(state in some_card(), frames in prop::collection::vec(mutated(), 0..150)) {
        let tables = Compiled::new(&state);
        let subjects: Vec<_> = frames.iter().filter_map(|frame| Walk::of(frame).subject.ok()).collect();
        let choices: Vec<_> = subjects.iter().map(|subject| tables.choose(subject)).collect();
        let mut out = vec![CompactDecision::EMPTY; choices.len()];
        batch::decide_choices(&tables, &mut Lanes::default(), &choices, &mut out);
        let judged: Vec<_> = subjects.iter().map(|subject| CompactDecision::from(&model::decide_subject(&state, subject))).collect();
        prop_assert_eq!(out, judged);
    }

    #[test]
    fn the_managers_of_an_address_s_ports_are_those_that_each_endpoint_key_leads_to(
        state in some_card(), address in any::<Address>(), first: u16, count in 0..5000usize,
    ) {
        let group = state.group(0);
        let mut managers = vec![0; count];
        managers_of_ports(group, address, first, &mut managers);
        for (i, manager) in managers.into_iter().enumerate() {
            let port = first.wrapping_add(i as u16);
            let hash = model::hash::hash(group.row.key, &model::key::endpoint(address, port));
            prop_assert_eq!(manager, group.entries[usize::from(model::entry_table::bucket(hash))], "port {}", port);
        }
    }
}
