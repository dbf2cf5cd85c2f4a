//! The analysis takes short cuts; the golden model takes none. Both say the same of every capture.

mod common;

use analysis::flow::Flow;
use analysis::flow_set::FlowEntry;
use analysis::packet::Packet;
use analysis::{Analysis, Options, Scope, Survey};
use common::{GROUP_MAC, Recorded, analyze, frame};
use contract::code::{Reason, Verdict};
use contract::limits::GROUPS;
use control::Configuration;
use model::batch::{self, CompactDecision, Compiled, Lanes};
use model::{Counters, Walk, process};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

const CAPTURES: [&str; 6] = ["web.pcap", "fragments.pcap", "pmtu.pcap", "vlan.pcap", "nanosecond.pcap", "two-ports.pcapng"];

/// Rules of every kind, a group whose ports may be equal, one that drops.
const TABLES: &str = r#"
group_macs = ["02:00:5e:10:00:01"]
[[manager]]
name = "one"
id = 1
mac = "02:00:5e:20:00:01"
port = 0
[[manager]]
name = "two"
id = 2
mac = "02:00:5e:20:00:02"
port = 1
[[manager]]
name = "off"
id = 3
mac = "02:00:5e:20:00:03"
port = 1
state = "down"
[[group]]
name = "rest"
key = "5a1f0c77e2943bd8"
[[group]]
name = "spread"
key = "91d3b86f204ce57a"
equal_ports = "hash"
[[group]]
name = "nobody"
key = "0123456789abcdef"
members = ["off"]
[[rule]]
ports = "4-5"
group = "spread"
key_on = "peer"
[[rule]]
protocol = "udp"
ports = 6
group = "nobody"
"#;

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testbench/data").join(name)
}

/// Demands that an analysis holds what the model decides of each frame of the capture, frame by frame.
fn demand_the_models_counts(path: &Path, configuration: &str) -> Analysis {
    let analysis = analyze(path, configuration);
    let configuration = Configuration::parse(configuration, "tandem.toml").unwrap();
    let state = configuration.tables(GROUPS).unwrap().state();
    let (mut counters, mut buckets) = (Counters::default(), vec![[0u64; 4096]; GROUPS]);
    let mut shares: BTreeMap<(u8, u8), (u64, u64)> = BTreeMap::new();
    let frames = capture::read(path).unwrap().frames;
    for frame in &frames {
        let decision = process(&state, &mut counters, &frame.bytes, 0);
        if let (Some(group), Some(bucket)) = (decision.group, decision.bucket) {
            buckets[usize::from(group)][usize::from(bucket)] += 1;
        }
        if let (Verdict::ToManager, Some(group), Some(manager)) = (decision.verdict, decision.group, decision.manager) {
            let share = shares.entry((group, manager)).or_default();
            *share = (share.0 + 1, share.1 + frame.bytes.len() as u64);
        }
    }
    assert_eq!(analysis.frames, frames.len() as u64);
    for reason in Reason::ALL {
        let found = analysis.fates.iter().find(|fate| fate.reason == reason.name()).map_or(0, |fate| fate.frames);
        assert_eq!(found, counters.reason(*reason).frames, "{}", reason.name());
    }
    for group in &analysis.groups {
        assert_eq!(group.shares.buckets, buckets[usize::from(group.shares.id)]);
        for manager in &group.shares.managers {
            let seen = shares.remove(&(group.shares.id, manager.id)).unwrap_or_default();
            assert_eq!((manager.packets, manager.bytes), seen, "group {} manager {}", group.shares.name, manager.name);
        }
    }
    assert!(shares.is_empty(), "managers that the analysis leaves out: {shares:?}");
    analysis
}

#[test]
fn every_recorded_capture_meets_what_the_model_decides_of_its_frames() {
    let configuration = std::fs::read_to_string(data("tandem.toml")).unwrap();
    for name in CAPTURES {
        demand_the_models_counts(&data(name), &configuration);
        demand_the_models_counts(&data(name), &format!("enabled = false\n{}", configuration.replace("enabled = true\n", "")));
    }
}

#[test]
fn a_batch_decides_every_recorded_frame_as_the_model_does() {
    let configuration = std::fs::read_to_string(data("tandem.toml")).unwrap();
    for text in [&configuration, TABLES] {
        let state = Configuration::parse(text, "tandem.toml").unwrap().tables(GROUPS).unwrap().state();
        for name in CAPTURES {
            let frames = capture::read(&data(name)).unwrap().frames;
            let bytes: Vec<&[u8]> = frames.iter().map(|frame| &frame.bytes[..]).collect();
            let mut decided = vec![CompactDecision::EMPTY; bytes.len()];
            batch::decide(&Compiled::new(&state), &mut Lanes::default(), &bytes, 1, &mut decided);
            for (number, (frame, decided)) in bytes.iter().zip(decided).enumerate() {
                assert_eq!(decided, CompactDecision::from(&model::decide(&state, frame, 1)), "{name}, frame {number}");
            }
        }
    }
}

#[test]
fn finds_as_many_tcp_and_udp_flows_as_tshark() {
    let witness = std::fs::read_to_string(data("counts.tsv")).unwrap();
    for name in CAPTURES {
        let (survey, _) = Survey::read(&data(name), &Options::new(Scope::Everything), |_| {}).unwrap();
        let flows = survey.into_flows();
        for (what, protocol) in [("tcp_flows", 6), ("udp_flows", 17)] {
            let published = witness.lines().find_map(|line| line.strip_prefix(&format!("{name}\t{what}\t"))).unwrap();
            // tshark counts no ICMP error into the flow that it is about.
            let own = |entry: &FlowEntry| entry.counts.iter().any(|count| count.packets > count.errors);
            let found = flows.iter().filter(|entry| entry.flow.protocol() == protocol).filter(own).count();
            assert_eq!(found.to_string(), published, "{name} {what}");
        }
    }
}

#[test]
fn a_foreign_capture_taken_as_to_the_group_is_one_that_was_sent_there() {
    let text = std::fs::read_to_string(data("tandem.toml")).unwrap();
    let configuration = Configuration::parse(&text, "tandem.toml").unwrap();
    let mut frames: Vec<_> = capture::read(&data("web.pcap")).unwrap().frames.into_iter().map(|frame| frame.bytes).collect();
    frames.iter_mut().for_each(|bytes| bytes[..6].copy_from_slice(&[0x02, 0xee, 0, 0, 0, 1]));
    let foreign = Recorded::of(&frames);
    frames.iter_mut().for_each(|bytes| bytes[..6].copy_from_slice(&GROUP_MAC));
    let sent = analyze(&Recorded::of(&frames).0, &text);
    let (survey, condition) = Survey::read(&foreign.0, &Options::new(Scope::Everything), |_| {}).unwrap();
    let taken = Analysis::new("a.pcap", survey, condition.remarks(), &configuration, &configuration.tables(GROUPS).unwrap());
    assert_eq!(taken, sent);
}

#[test]
fn says_the_same_on_one_thread_and_on_many() {
    // Long frames, so that there are pieces for all threads, and they take turns.
    let long = |i: u16| [frame(6, (i % 700, 40_000 + i % 13), (9, i % 97)), vec![0; 9500]].concat();
    let frames: Vec<_> = (0..2000).map(long).collect();
    let recorded = Recorded::of(&frames);
    let configuration = Configuration::parse(TABLES, "tandem.toml").unwrap();
    let tables = configuration.tables(GROUPS).unwrap();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let options =
            Options { bytes_a_thread: 1 << 20, ..Options::new(Scope::To(configuration.group_macs.clone(), configuration.neighbours)) };
        let (survey, condition) = pool.install(|| Survey::read(&recorded.0, &options, |_| {})).unwrap();
        Analysis::new("a.pcap", survey, condition.remarks(), &configuration, &tables)
    };
    let alone = demand_the_models_counts(&recorded.0, TABLES);
    assert!((1..=4).all(|threads| on(threads) == alone));
}

#[test]
fn flows_beyond_those_that_are_kept_are_counted_apart() {
    let flow = |number: u16| frame(6, (number, 40_000), (9, 443));
    // Flow n has n % 3 + 1 packets; the first ten have come before the others begin.
    let frames: Vec<_> = (0..1000).flat_map(|number| vec![flow(number); usize::from(number % 3) + 1]).collect();
    let recorded = Recorded::of(&frames);
    let configuration = Configuration::parse(TABLES, "tandem.toml").unwrap();
    let options =
        |most_flows| Options { most_flows, ..Options::new(Scope::To(configuration.group_macs.clone(), configuration.neighbours)) };
    let analyze = |most_flows| {
        let (survey, _) = Survey::read(&recorded.0, &options(most_flows), |_| {}).unwrap();
        Analysis::new("a.pcap", survey, Vec::new(), &configuration, &configuration.tables(GROUPS).unwrap())
    };
    let all = analyze(1000);
    assert_eq!((all.unkept, all.flows.all), (None, 1000));
    let some = analyze(10);
    let unkept = some.unkept.expect("990 flows find no room");
    let kept: u64 = (0..10).map(|number| number % 3 + 1).sum();
    assert_eq!((some.frames, some.flows.all), (frames.len() as u64, 10));
    assert_eq!(some.fates.iter().map(|fate| fate.frames).sum::<u64>(), kept);
    assert_eq!(unkept.frames, frames.len() as u64 - kept);
    assert_eq!(unkept.bytes, unkept.frames * flow(0).len() as u64);
    assert!((940..=1040).contains(&unkept.flows), "{unkept:?}");
}

/// A frame that starts like common traffic and is spoiled here and there: tags, options, fragments, lengths that lie, cut ends.
fn some_frame() -> impl Strategy<Value = Vec<u8>> {
    let tags = prop_oneof![4 => Just(&[][..]), 2 => Just(&[0x81, 0, 0, 1][..]), 1 => Just(&[0x88, 0xa8, 0, 1, 0x81, 0, 0, 2][..]),
        1 => Just(&[0x81, 0, 0, 1, 0x81, 0, 0, 2, 0x81, 0, 0, 3][..])];
    let protocol = prop_oneof![3 => Just(6u8), 3 => Just(17), 2 => Just(1), 1 => Just(58), 1 => Just(44), 1 => Just(0), 1 => any::<u8>()];
    let spoiled = prop::collection::vec((0..60usize, any::<u8>()), 0..3);
    let start = (any::<bool>(), any::<bool>(), tags, protocol, [0..4u8, 0..4, 0..4, 0..4], any::<bool>());
    (start, spoiled, 0..120usize, prop::collection::vec(any::<u8>(), 60)).prop_map(
        |((ours, v4, tags, protocol, [a, b, p, q], whole), spoiled, cut, noise)| {
            let ip = if v4 {
                [&[0x45, 0, 0, 80, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, a, 10, 0, 0, b][..], &[0, p + 3, 0, q + 3]].concat()
            } else {
                let (from, to) = ([&[0x20, 1][..], &[0; 13], &[a]].concat(), [&[0x20, 1][..], &[0; 13], &[b]].concat());
                [&[0x60, 0, 0, 0, 0, 40, protocol, 64][..], &from, &to, &[0, p + 3, 0, q + 3]].concat()
            };
            let ether_type: [u8; 2] = if v4 { [8, 0] } else { [0x86, 0xdd] };
            let destination = if ours { GROUP_MAC } else { [2; 6] };
            let mut frame = [&destination[..], &[2, 0, 0, 0, 0, 9], tags, &ether_type, &ip, &noise].concat();
            for (at, byte) in spoiled {
                frame[at] = byte;
            }
            frame.truncate(if whole { frame.len() } else { cut.max(1) });
            frame
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn a_frame_of_any_shape_belongs_to_the_flow_that_the_walk_finds(frame in some_frame()) {
        let walked = Walk::of(&frame).subject.map(|subject| {
            let (flow, direction) = Flow::of(&subject);
            Packet { flow, direction, embedded: subject.embedded }
        });
        prop_assert_eq!(Packet::of(&frame), walked);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_frames_meet_what_the_model_decides_of_them(frames in prop::collection::vec(some_frame(), 1..300)) {
        demand_the_models_counts(&Recorded::of(&frames).0, TABLES);
    }
}
