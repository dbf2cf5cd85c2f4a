//! Many packets decided at a time: each gets the decision that `decide` gives its frame.

mod common;

use common::{ETH, ETH_V4, ETH_V6, PORTS_443_40000, PORTS_40000_443, V4_ICMP, V4_TCP, V4_UDP, bytes, card_with_rules, rule, v6};
use contract::code::Reason;
use model::{State, Walk, batch, decide};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A card whose rules and tables can settle every question.
fn every_question_card() -> State {
    let mut state = card_with_rules(&[rule(Some(6), 8443, 8443, true), rule(Some(17), 53, 53, false)]);
    state.managers[2].enabled = false;
    state
}

/// Demands that the batch decides what `decide` does of each frame that it is asked about, and returns the reasons of all frames.
fn demand_equal(state: &State, frames: &[Vec<u8>]) -> BTreeSet<Reason> {
    let single: Vec<_> = frames.iter().map(|frame| decide(state, frame, 0)).collect();
    // Questions 1 to 6 settle a frame without a group; the batch is not asked about those.
    let asked = || frames.iter().zip(&single).filter(|(_, decision)| decision.group.is_some());
    let subjects = asked().map(|(frame, _)| Walk::of(frame).subject.expect("the walk ended well"));
    let many: Vec<_> = batch::decide_subjects(state, subjects).into_iter().map(|decided| decided.decision).collect();
    let alone: Vec<_> = asked().map(|(_, decision)| *decision).collect();
    assert_eq!(many, alone);
    single.iter().map(|decision| decision.reason).collect()
}

#[test]
fn every_question_is_decided_alike() {
    let mut state = every_question_card();
    let udp_pair = |port: &str| bytes(&[ETH_V4, V4_UDP, port, "0014 0000 0000000000000000 00000000"]);
    let mut frames = vec![
        bytes(&["0200 0000"]),
        bytes(&["02000000aaaa 020000000099 0800", V4_TCP, PORTS_40000_443]),
        bytes(&[ETH, "0806", V4_TCP]),
        bytes(&[ETH_V4, "46"]),
        bytes(&[ETH_V6, &v6(0, 200), "3c 00 000000000000 3c 00 000000000000 06 00 000000000000", PORTS_40000_443]),
        bytes(&[ETH_V4, "45 00 0028 0000 2000 40 06 0000 c0000201 c6336407", PORTS_40000_443]),
        bytes(&[ETH_V4, V4_ICMP, "0304 0000 00000500", V4_TCP, PORTS_40000_443, "0000000000000000 0000000000000000 0000000000000000"]),
        bytes(&[ETH_V4, "45 00 0028 0000 0000 40 2f 0000 c0000201 c6336407", PORTS_40000_443]),
        bytes(&[ETH_V6, &v6(59, 0)]),
        udp_pair("007b 007b"),
        udp_pair("0035 0035"),
        bytes(&[ETH_V4, V4_TCP, "20fb c000", "0000000000000000 5002 0000 0000 0000"]),
        bytes(&[ETH_V4, V4_TCP, "20fb 01bb", "0000000000000000 5002 0000 0000 0000"]),
        bytes(&[ETH_V4, V4_TCP, PORTS_40000_443]),
        bytes(&[ETH_V4, V4_TCP, PORTS_443_40000]),
        bytes(&[ETH_V6, &v6(17, 20), PORTS_443_40000]),
    ];
    // Source ports all over the buckets, so that some flows, and errors about them, fall to the manager that is not enabled and some do not.
    for port in 40_000..40_016u16 {
        let tcp = format!("{port:04x} 01bb 0000000000000000 5002 0000 0000 0000");
        frames.push(bytes(&[ETH_V4, V4_TCP, &tcp]));
        frames.push(bytes(&[ETH_V4, V4_ICMP, "0304 0000 00000500", V4_TCP, &tcp]));
    }
    let mut met = demand_equal(&state, &frames);
    state.enabled = false;
    met.extend(demand_equal(&state, &frames));
    assert_eq!(met.into_iter().collect::<Vec<_>>(), Reason::ALL);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn frames_of_any_content_are_decided_alike(
        equal_ports_hash: bool,
        tails in prop::collection::vec(
            (0..4usize, prop::collection::vec((0..60usize, any::<u8>()), 0..12), any::<[u16; 2]>(), any::<bool>()), 0..300),
    ) {
        let mut state = every_question_card();
        *state.idle_group_mut(1) = state.group(1).clone();
        state.idle_group_mut(1).row.equal_ports_hash = equal_ports_hash;
        state.commit(0b10, 3).expect("the card has group 1");
        let starts = [[ETH_V4, V4_TCP], [ETH_V4, V4_UDP], [ETH_V4, V4_ICMP], [ETH_V6, &v6(17, 40)]].map(|start| bytes(&start));
        let frames: Vec<Vec<u8>> = tails.into_iter().map(|(start, changes, [source, destination], equal)| {
            let ports = [source, if equal { source } else { destination }];
            let mut frame = starts[start].clone();
            frame.extend(ports.iter().flat_map(|port| port.to_be_bytes()));
            frame.resize(frame.len() + 60, 0x45);
            for (at, byte) in changes {
                frame[12 + at] = byte;
            }
            frame
        }).collect();
        demand_equal(&state, &frames);
    }
}
