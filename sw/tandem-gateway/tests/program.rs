//! `tandem-gateway` as a person meets it: what it says of files, and how it refuses. What it does with frames, `wan` shows.

use serde_json::Value;
use std::process::{Command, Output};
use tempfile::TempDir;

/// An example of the documentation.
fn example(role: &str) -> String {
    format!("{}/../../docs/examples/gateway-{role}.toml", env!("CARGO_MANIFEST_DIR"))
}

fn gateway(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tandem-gateway")).args(arguments).env_remove("TANDEM_RUNTIME").output().unwrap()
}

fn told(output: &Output) -> (Option<i32>, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

fn json(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = gateway(arguments);
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {:?}", told(&output)));
    (output.status.code(), document)
}

#[test]
fn the_examples_are_sound_and_what_is_hardly_meant_in_them_is_told() {
    for (role, warnings) in [("client", 0), ("server", 1), ("replica", 0)] {
        let (code, report) = json(&["--json", "check", &example(role)]);
        assert_eq!((code, &report["faults"]), (Some(0), &Value::Array(Vec::new())), "{role}");
        assert_eq!(report["warnings"].as_array().unwrap().len(), warnings, "{role}: {report}");
    }
    // Its probes have a key for IPv4 only.
    let (code, text) = told(&gateway(&["lint", &example("server")]));
    assert!(code == Some(2) && text.contains("own address 2001:db8:2::2"), "{text}");
    assert_eq!(gateway(&["lint", &example("client")]).status.code(), Some(0));
}

#[test]
fn every_fault_has_its_line_and_column_and_a_remedy() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("gateway.toml");
    std::fs::write(&path, "role = \"client\"\ninside = \"if:a\"\nwan = \"if:a\"\ncolour = 1\n").unwrap();
    let file = path.display().to_string();
    let (code, text) = told(&gateway(&["check", &file]));
    assert_eq!(code, Some(1), "{text}");
    for line in [":1:1: no site", ":3:7: if:a is both sides", ":4:1: unknown key `colour`"] {
        assert!(text.contains(&format!("{file}{line}")), "{line}: {text}");
    }
    assert_eq!(text.matches("\n  help: ").count(), 3, "{text}");
    let (code, report) = json(&["check", "--json", &file]);
    assert_eq!((code, report["faults"].as_array().unwrap().len()), (Some(1), 3));
}

#[test]
fn explain_forecasts_as_the_documentation_computes() {
    let distances = ["server=41", "paris=6", "tokyo=61"].map(|distance| ["--distance", distance]).concat();
    let delays = ["paris=45", "tokyo=100"].map(|delay| ["--delay", delay]).concat();
    let file = example("server");
    let arguments = [&["--json", "explain", &file, "10.0.0.7", "192.0.2.10:80"][..], &distances, &delays].concat();
    let (code, told) = json(&arguments);
    assert_eq!(code, Some(0));
    // Client, server and replicas at 1, 40, 5 and 60 ms from a common core: 2 x 41 directly; 41 + 100 + 6 equal; 41 + 46 + 6 with a head start.
    let wanted = [("off", "server", 82.0), ("equal", "paris", 147.0), ("46 ms", "paris", 93.0)];
    let forecasts = told["forecasts"].as_array().unwrap();
    let seen: Vec<_> = forecasts
        .iter()
        .map(|of| (of["hold"].as_str().unwrap(), of["winner"].as_str().unwrap(), of["set_up_ms"].as_f64().unwrap()))
        .collect();
    assert_eq!(seen, wanted);
}

#[test]
fn explain_tells_why_a_connection_is_not_raced() {
    let line = |file: &str, client: &str, server: &str| told(&gateway(&["explain", &example(file), client, server])).1;
    assert!(line("client", "10.0.0.7", "192.0.2.10:443").contains("in no site"));
    assert!(line("client", "10.0.0.7", "192.0.2.10:80").contains("the first 2 SYNs are tagged"));
    assert!(line("server", "172.16.0.1", "192.0.2.10:80").contains("has no key"));
    assert!(line("client", "10.0.0.7", "[2001:db8:2::10]:80").contains("two families"));
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("gateway.toml").display().to_string();
    let except = "except = [{ clients = [\"10.8.0.0/16\"], hold = \"never\" }, { clients = [\"10.0.0.0/8\"], hold = 30 }]";
    let text = std::fs::read_to_string(example("server")).unwrap().replace("hold = \"equal\"", &format!("hold = \"equal\"\n{except}"));
    std::fs::write(&path, text).unwrap();
    let told = |client| told(&gateway(&["explain", &path, client, "192.0.2.10:80"])).1;
    assert!(told("10.8.1.1").contains("makes no copies for 10.8.1.1"), "{}", told("10.8.1.1"));
    assert!(told("10.9.1.1").contains("hold 30"), "{}", told("10.9.1.1"));
}

#[test]
fn what_cannot_be_done_is_refused_with_a_remedy() {
    let folder = TempDir::new().unwrap();
    let runtime = folder.path().display().to_string();
    let cases: [(&[&str], &str); 5] = [
        (&["show", "--runtime", &runtime], "start one with `tandem-gateway run`"),
        (&["trace", "--name", "x", "--runtime", &runtime], "no gateway answers at"),
        (&["check", "/nowhere/gateway.toml"], "docs/gateway.md has one to start from"),
        (&["run", &example("server"), "--dry"], "--dry"),
        (&["explain", &example("replica"), "10.0.0.7", "192.0.2.10:80"], "name the file of a gateway"),
    ];
    for (arguments, remedy) in cases {
        let (code, text) = told(&gateway(arguments));
        assert!(code == Some(1) && text.contains(remedy), "{arguments:?}: {text}");
    }
}
