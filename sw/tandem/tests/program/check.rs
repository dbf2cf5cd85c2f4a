//! `tandem check`.

use crate::bench::{CONFIGURATION, command, folder, transcript};

/// A file with four faults: an address, a number out of range, a key that is too short, and a group that is not there.
fn faulty() -> String {
    let exchanges = [
        (r#""02:00:5e:10:00:02"]"#, r#""02:00:5e:10:00:zz"]"#),
        ("name = \"alpha\"\nid = 1\n", "name = \"alpha\"\nid = 300\n"),
        ("key = \"91d3b86f204ce57a\"", "key = \"91d3\""),
        ("protocol = \"udp\"\nports = 53\ngroup = \"names\"", "protocol = \"udp\"\nports = 53\ngroup = \"nams\""),
    ];
    exchanges.iter().fold(CONFIGURATION.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from:?}");
        text.replacen(from, to, 1)
    })
}

#[test]
fn calls_a_valid_file_ok() {
    let folder = folder();
    let run = |arguments: &[&str]| transcript(arguments, &command(folder.path(), arguments).output().unwrap());
    insta::assert_snapshot!(run(&["check", "tandem.toml"]));
    insta::assert_snapshot!(run(&["check", "tandem.toml", "--json"]));
}

#[test]
fn names_line_and_column_of_every_fault() {
    let folder = folder();
    let text = faulty();
    std::fs::write(folder.path().join("faulty.toml"), &text).unwrap();
    let run = |arguments: &[&str]| transcript(arguments, &command(folder.path(), arguments).output().unwrap());
    insta::assert_snapshot!(run(&["check", "faulty.toml"]));
    let output = command(folder.path(), &["check", "faulty.toml", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let places: Vec<(u64, u64)> = report["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["line"].as_u64().unwrap(), fault["column"].as_u64().unwrap()))
        .collect();
    // Where the four texts stand, found without the parser.
    let place = |needle: &str| {
        let at = text.find(needle).unwrap();
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        (text[..at].matches('\n').count() as u64 + 1, (at - line_start) as u64 + 1)
    };
    assert_eq!(places, [place("\"02:00:5e:10:00:zz\""), place("300"), place("\"91d3\""), place("\"nams\"")]);
}
