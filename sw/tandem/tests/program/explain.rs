//! `tandem explain`.

use crate::bench::{Bench, CARD, CONFIGURATION, command, data, folder, transcript};
use control::Configuration;
use model::State;
use std::path::Path;

const CONFIG: &str = "--config=tandem.toml";

fn explain(folder: &Path, arguments: &[&str]) -> String {
    let arguments = [&["explain"], arguments].concat();
    transcript(&arguments, &command(folder, &arguments).output().unwrap())
}

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = command(folder, &[&["explain", "--json"], arguments].concat()).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// The model with the file's tables.
fn state() -> State {
    Configuration::parse(CONFIGURATION, "tandem.toml").unwrap().tables(8).unwrap().state()
}

#[test]
fn walks_through_every_stage_in_both_directions() {
    let folder = folder();
    let explain = |arguments: &[&str]| explain(folder.path(), &[arguments, &[CONFIG]].concat());
    insta::assert_snapshot!("by_the_greater_port", explain(&["--src", "10.0.0.1:40000", "--dst", "192.0.2.10:443", "--proto", "tcp"]));
    insta::assert_snapshot!("by_the_peer", explain(&["--src", "[2001:db8::1]:40000", "--dst", "[2001:db8::2]:50051", "--proto", "tcp"]));
    insta::assert_snapshot!("without_ports", explain(&["--src", "2001:db8::1", "--dst", "2001:db8::2", "--proto", "icmpv6"]));
    insta::assert_snapshot!("equal_ports", explain(&["--src", "10.0.0.1:123", "--dst", "192.0.2.10:123", "--proto", "udp"]));
    insta::assert_snapshot!("an_icmp_error", explain(&["--packet", "pmtu.pcap:9", "--to-group"]));
    insta::assert_snapshot!("not_for_the_card", explain(&["--packet", "web.pcap"]));
    insta::assert_snapshot!("a_fragment", explain(&["--packet", "fragments.pcap", "--to-group"]));
}

#[test]
fn tells_it_all_in_json() {
    let folder = folder();
    let document = json(folder.path(), &["--src=10.0.0.1:40000", "--dst=192.0.2.10:443", "--proto=tcp", CONFIG]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
}

/// The vector of 18 bytes (message 00 to 11, key 00 to 07) that the authors of HalfSipHash publish, brought in as an IPv6 endpoint.
#[test]
fn shows_the_published_hash_of_a_published_message() {
    let folder = folder();
    let file = CONFIGURATION.replace("5a1f0c77e2943bd8", "0001020304050607");
    std::fs::write(folder.path().join("vector.toml"), file).unwrap();
    let source = "--src=[1:203:405:607:809:a0b:c0d:e0f]:4113";
    let document = json(folder.path(), &[source, "--dst=[2001:db8::1]:80", "--proto=tcp", "--config=vector.toml"]);
    let vectors =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/tests/data/halfsiphash-2-4-32.txt")).unwrap();
    let published = vectors.lines().find_map(|line| line.strip_prefix("18 ")).unwrap();
    let published = u32::from_str_radix(published, 16).unwrap().swap_bytes();
    for direction in ["packet", "reply"] {
        assert_eq!(document[0][direction]["key"], "000102030405060708090a0b0c0d0e0f1011");
        assert_eq!(document[0][direction]["hash"], published);
        assert_eq!(document[0][direction]["bucket"], published % 4096);
    }
    assert_eq!(document[0]["same_manager"], true);
}

#[test]
fn a_protocol_is_called_by_its_name_or_its_number() {
    let folder = folder();
    for (names, ends) in [
        (["tcp", "6", "TCP"], ["--src=10.0.0.1:40000", "--dst=192.0.2.10:443"]),
        (["udp", "17", "Udp"], ["--src=10.0.0.1:40000", "--dst=192.0.2.10:443"]),
        (["icmp", "1", "ICMP"], ["--src=10.0.0.1", "--dst=192.0.2.10"]),
        (["icmpv6", "58", "ICMPv6"], ["--src=2001:db8::1", "--dst=2001:db8::2"]),
    ] {
        let [name, number, shouted] = names.map(|name| json(folder.path(), &[&ends[..], &["--proto", name, CONFIG]].concat()));
        assert_eq!((&number, &shouted), (&name, &name), "{names:?}");
    }
}

#[test]
fn says_of_recorded_packets_what_the_model_decides() {
    let (folder, state) = (folder(), state());
    let mut met = 0;
    for frame in capture::read(&data("web.pcap")).unwrap().frames.iter().step_by(97) {
        let decision = model::decide(&state, &frame.bytes, 0);
        let document = json(folder.path(), &["--packet", &format!("web.pcap:{}", frame.record), CONFIG]);
        let packet = &document[0]["packet"];
        assert_eq!(packet["verdict"], decision.verdict.name(), "record {}", frame.record);
        assert_eq!(packet["reason"], decision.reason.name());
        assert_eq!(packet["manager"].as_u64(), decision.manager.map(u64::from));
        assert_eq!(packet["bucket"].as_u64(), decision.bucket.map(u64::from));
        met += usize::from(decision.manager.is_some());
    }
    assert!(met > 5, "{met} packets met a manager");
}

#[test]
fn the_card_explains_by_its_own_tables_and_disagrees_with_a_file_that_was_not_applied() {
    let bench = Bench::applied();
    let packet = ["--src", "10.0.0.1:40000", "--dst", "192.0.2.10:443", "--proto", "tcp"];
    insta::assert_snapshot!(explain(bench.path(), &[&packet[..], &[CARD]].concat()));
    let agreed = explain(bench.path(), &[&packet[..], &[CARD, CONFIG]].concat());
    assert!(agreed.contains("by the tables of") && agreed.contains("tandem.toml agrees.") && agreed.ends_with("[0]"), "{agreed}");
    bench.change("other.toml", &[("5a1f0c77e2943bd8", "0f0e0d0c0b0a0908")]);
    let differs = explain(bench.path(), &[&packet[..], &[CARD, "--config=other.toml"]].concat());
    assert!(differs.contains("Card and file decide differently") && differs.ends_with("[2]"), "{differs}");
}
