//! `tandem lint`, run as its user runs it.

use std::path::Path;
use std::process::{Command, Output};

/// Sixteen equal managers in one group.
fn sixteen() -> String {
    let managers: String = (1..=16)
        .map(|id| format!("[[manager]]\nname = \"m{id}\"\nid = {id}\nmac = \"02:00:5e:20:00:{id:02x}\"\nport = {}\n\n", id % 2))
        .collect();
    format!("group_macs = [\"02:00:5e:10:00:01\"]\n\n{managers}[[group]]\nname = \"all\"\nkey = \"5a1f0c77e2943bd8\"\n")
}

/// Runs `tandem lint` on this text in a folder of its own.
fn lint(text: &str, options: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tandem.toml"), text).unwrap();
    run(folder.path(), options)
}

fn run(folder: &Path, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tandem")).current_dir(folder).args(["lint", "tandem.toml"]).args(options).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn hazards_come_with_their_load_and_the_lines_that_mend_them() {
    let output = lint(&sixteen(), &["--service", "tcp/50051"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(out(&output), @r#"
    tcp/50051: 61.2% of the clients (ports 32768-60999) have a smaller port than the server: the server's endpoint decides their flows, and all of them go to one of 16 managers
      max/mean load 10.18, 1.00 with the remedy
      add before all other rules:
          [[rule]]
          protocol = "tcp"
          ports = 50051
          group = "all"
          key_on = "peer"

    group all: the designated manager takes all packets whose ports are equal, such as those of NTP (udp/123), IKE (udp/500), IKE behind NAT (udp/4500), GTP-U (udp/2152), SIP (udp/5060), mDNS (udp/5353)
      max/mean load 16.00, 1.00 with the remedy
      add to group "all":
          equal_ports = "hash"

    2 hazards: tandem.toml
    "#);
}

#[test]
fn following_the_advice_ends_the_hazards() {
    let mended =
        format!("{}equal_ports = \"hash\"\n[[rule]]\nprotocol = \"tcp\"\nports = 50051\ngroup = \"all\"\nkey_on = \"peer\"\n", sixteen());
    let output = lint(&mended, &["--service", "tcp/50051"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(0), "no hazards: tandem.toml\n"));
}

#[test]
fn programs_get_one_json_document() {
    let output = lint(&sixteen(), &["--service", "tcp/50051", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["clients"], serde_json::json!([32768, 60999]));
    let hazard = &report["hazards"][0];
    assert_eq!((hazard["kind"].as_str(), hazard["subject"].as_str()), (Some("greater_server_port"), Some("tcp/50051")));
    // 17,283 of the 28,232 client ports are smaller than 50051.
    assert!((hazard["before"]["on_one_manager"].as_f64().unwrap() - 17283.0 / 28232.0).abs() < 1e-9);
    assert!(hazard["after"]["max_over_mean"].as_f64().unwrap() < 1.001);
    assert!(hazard["lines"].as_str().unwrap().contains("key_on = \"peer\""));
}

#[test]
fn the_clients_ports_can_be_those_of_another_system() {
    let output = lint(&sixteen(), &["--service", "tcp/50051", "--clients", "49152-65535", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let share = report["hazards"][0]["before"]["on_one_manager"].as_f64().unwrap();
    assert!((share - 899.0 / 16384.0).abs() < 1e-9, "{share}");
}

#[test]
fn what_is_no_service_no_range_or_no_file_is_an_error_with_its_remedy() {
    for (options, remedy) in [(&["--service", "50051"][..], "such as tcp/50051"), (&["--clients", "60999-32768"], "the lower first")] {
        let output = lint(&sixteen(), options);
        let error = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains(remedy), "{error}");
    }
    let output = run(tempfile::tempdir().unwrap().path(), &[]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("tandem.toml: cannot read the configuration"), "{error}");
}
