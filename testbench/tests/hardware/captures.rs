//! Recorded traffic, with a third witness: what tshark, which shares no code with us, counts in the same files.

use crate::agreed;
use control::Tables;
use driver::script;
use sim::Design;
use std::collections::BTreeMap;
use std::path::Path;
use testbench::measure::straight_through;
use testbench::replay::{IngressPorts, Replay, plan};
use testbench::scoreboard::Bench;

/// The MAC address that the recording's traffic is sent to.
const RECORDED_MAC: [u8; 6] = [0x02, 0x00, 0x5e, 0x10, 0x00, 0x01];

/// A card without rules, all of whose managers are live: what `counts.tsv` was made for.
fn tables(design: Design) -> Tables {
    let mut tables = straight_through(design);
    tables.rules = Default::default();
    tables.group_macs[0].mac = RECORDED_MAC;
    tables
}

#[test]
fn every_recorded_frame_meets_the_fate_that_tshark_sees_in_it() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let counts = std::fs::read_to_string(data.join("counts.tsv")).unwrap();
    let mut witness: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for line in counts.lines().skip(1) {
        let [file, what, count] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("counts.tsv: {line:?}") };
        witness.entry(file).or_default().insert(what, count.parse().unwrap());
    }
    assert!(witness.len() >= 6, "captures that tshark has counted");
    for design in [Design::Distributor512, Design::Shared512, Design::Distributor256, Design::Box250] {
        for (file, counts) in &witness {
            let mut bench = Bench::new(design);
            agreed(bench.apply(&script::upload(&tables(design))));
            let played = plan(capture::read(&data.join(file)).unwrap(), IngressPorts::Interface, None).unwrap();
            let (replay, verdict) = Replay::run(&mut bench, &played, &[], |_| {});
            agreed(verdict);
            assert_eq!(replay.decisions.len(), counts["frames"], "{file}");
            for (reason, count) in counts.iter().filter(|(what, _)| !["frames", "tcp_flows", "udp_flows"].contains(what)) {
                let ours = replay.decisions.iter().filter(|decision| decision.reason.name() == *reason).count();
                assert_eq!(ours, *count, "{file}: {reason}");
            }
        }
    }
}
