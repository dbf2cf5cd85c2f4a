//! The generator checked by what it makes, and by what the model decides.

use super::*;
use contract::code::{Reason, Verdict};
use contract::limits::{GROUPS, WINDOW};
use model::Walk;
use std::collections::BTreeMap;

const SEED: u64 = 0x7a6d;

#[test]
fn makes_any_frame_again_alone() {
    let tables = random_tables(&mut rng(SEED, 0), GROUPS);
    let (one, other) = (TrafficGenerator::new(SEED, &tables), TrafficGenerator::new(SEED, &tables));
    let forward: Vec<_> = (0..100).map(|number| one.frame(number)).collect();
    let backward: Vec<_> = (0..100).rev().map(|number| other.frame(number)).collect();
    assert!(forward.iter().eq(backward.iter().rev()));
    assert_ne!(TrafficGenerator::new(SEED + 1, &tables).frame(0), forward[0]);
}

#[test]
fn reaches_every_reason_and_header_combination_often() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut hit = |label: String| *seen.entry(label).or_default() += 1;
    for round in 0..50 {
        let tables = random_tables(&mut rng(SEED, round), GROUPS);
        let (state, traffic) = (tables.state(), TrafficGenerator::new(SEED ^ round, &tables));
        for number in 0..2000 {
            let GeneratedFrame { bytes, shape } = traffic.frame(number);
            let (walk, decision) = (Walk::of(&bytes), model::decide(&state, &bytes, 0));
            shape.labels().into_iter().for_each(&mut hit);
            hit(format!("{}", decision.reason));
            hit(format!("{}", decision.verdict));
            hit(format!("{} length {}", ["outside", "inside"][usize::from(bytes.len() <= WINDOW)], bytes.len().min(200)));
            if let Some(network) = walk.network.filter(|_| walk.subject.is_ok()) {
                hit(format!("walked to {}", network.transport_at));
            }
            if let Some(embedded) = walk.embedded {
                let at = embedded.network.transport_at;
                hit(format!("walked inside to {at}, {:?}", embedded.network.version));
            }
            if let Ok(subject) = walk.subject {
                let key = ["no key", "a key"][usize::from(decision.key.is_some())];
                hit(format!("{} {key}, embedded {}", decision.reason, subject.embedded));
            }
            if bytes.len() > WINDOW {
                hit(format!("{} beyond the window", decision.reason));
            }
            if decision.reason == Reason::NoManager {
                hit(format!("no manager, one named: {}", decision.manager.is_some()));
            }
        }
    }

    let mut wanted: Vec<String> = Reason::ALL.iter().map(|reason| reason.to_string()).collect();
    wanted.extend(Verdict::ALL.iter().map(|verdict| verdict.to_string()));
    wanted.extend((1..=WINDOW).map(|length| format!("inside length {length}")));
    wanted.extend((WINDOW + 1..=200).map(|length| format!("outside length {length}")));
    let tpids = ["8100", "88a8"];
    for kind in ["0800", "86dd"] {
        wanted.push(format!("tags[]/{kind}"));
        for one in tpids {
            wanted.push(format!("tags[{one}]/{kind}"));
            for two in tpids {
                wanted.push(format!("tags[{one} {two}]/{kind}"));
                wanted.extend(tpids.map(|three| format!("tags[{one} {two} {three}]/{kind}")));
            }
        }
    }
    for place in ["outer", "inner"] {
        wanted.extend((0..16).map(|ihl| format!("{place} v4 ihl {ihl}")));
        wanted.extend(["Less", "Equal", "Greater"].map(|order| format!("{place} ports {order}")));
        for version in [4, 6] {
            wanted.extend(["whole", "first", "middle", "last"].map(|part| format!("{place} v{version} {part}")));
            wanted.extend(["short", "true", "long"].map(|lie| format!("{place} v{version} {lie}")));
            wanted.extend([1, 6, 17, 47, 51, 58].map(|protocol| format!("{place} v{version} protocol {protocol}")));
        }
        let kinds = [0, 43, 44, 51, 60];
        for one in kinds {
            wanted.push(format!("{place} v6 chain [{one}]"));
            wanted.extend(kinds.map(|two| format!("{place} v6 chain [{one} {two}]")));
        }
    }
    wanted.extend([3, 4, 5, 11, 12, 0, 8].map(|kind| format!("outer v4 icmp 1 type {kind}")));
    wanted.extend([1, 2, 3, 4, 128, 129].map(|kind| format!("outer v6 icmp 58 type {kind}")));
    wanted.extend(["v4 inside v4", "v6 inside v6", "v4 inside v6", "v6 inside v4"].map(String::from));
    // Every place where a transport header can start and still be read, and those of embedded packets.
    wanted.extend((34..=122).step_by(4).map(|at| format!("walked to {at}")));
    wanted.extend((62..=122).step_by(4).map(|at| format!("walked inside to {at}, V4")));
    wanted.extend([102, 106, 110, 114, 118, 122].map(|at| format!("walked inside to {at}, V6")));
    wanted.extend(
        ["equal_ports no key", "equal_ports a key", "peer_side a key", "other_protocol a key"].map(|way| format!("{way}, embedded false")),
    );
    wanted.extend(["icmp_error no key", "icmp_error a key"].map(|way| format!("{way}, embedded true")));
    wanted.extend([true, false].map(|named| format!("no manager, one named: {named}")));

    wanted.extend([Reason::Malformed, Reason::TooDeep, Reason::Fragment].map(|reason| format!("{reason} beyond the window")));

    let rare: Vec<_> = wanted.iter().map(|label| (label, seen.get(label).copied().unwrap_or(0))).filter(|(_, count)| *count < 10).collect();
    assert!(rare.is_empty(), "fewer than 10 of 100,000 frames: {rare:?}");
}
