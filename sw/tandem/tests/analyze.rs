//! `tandem analyze` as a person meets it: what it prints and writes, how it ends, and how it refuses.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn data(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testbench/data").join(name).display().to_string()
}

/// A path for this test's own files, where nothing is yet.
fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    let _ = std::fs::remove_file(&path);
    path
}

fn analyze(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tandem")).arg("analyze").args(arguments).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.into()).unwrap()
}

#[test]
fn prints_shares_buckets_directions_and_no_colour_into_a_pipe() {
    let output = analyze(&[&data("web.pcap"), "--config", &data("tandem.toml")]);
    let text = said(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}{}", said(&output.stderr));
    // The packets of each manager are those that the simulated card sends it: `just demo` ends with them.
    for line in ["1  alpha        404", "2  beta         221", "3  gamma        323", "4  delta        229", "seen in one direction"] {
        assert!(text.contains(line), "no {line:?} in:\n{text}");
    }
    assert!(text.contains("chi-square") && text.contains("fullest bucket") && text.ends_with("no hazard in this traffic\n"), "{text}");
    assert!(!text.contains('\x1b') && output.stderr.is_empty());
}

#[test]
fn ends_with_2_when_there_are_hazards_and_gives_the_lines_that_mend_them() {
    // NTP between forty pairs of hosts goes to the designated manager, unless the group hashes it.
    let ntp = format!("{}/tests/data/ntp-equal.pcap", env!("CARGO_MANIFEST_DIR"));
    let arguments = [&ntp, "--config", &data("tandem.toml")];
    let output = analyze(&arguments);
    assert_eq!(output.status.code(), Some(2));
    let text = said(&output.stdout);
    assert!(text.contains("hazard: ") && text.contains("equal ports (123)") && text.contains("    equal_ports = \"hash\"\n"), "{text}");
    assert!(text.contains("greatest load in the group by these packets: 2.50 of its target, with the remedy 1.25"), "{text}");

    let output = analyze(&[&arguments[..], &["--json"]].concat());
    assert_eq!(output.status.code(), Some(2));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["hazards"][0]["kind"], &json["hazards"][0]["lines"]), (&"equal_ports".into(), &"equal_ports = \"hash\"\n".into()));
}

#[test]
fn says_what_belongs_to_flows_beyond_those_that_are_kept() {
    let web = data("web.pcap");
    let arguments = [&web, "--config", &data("tandem.toml")];
    let json = |more: &[&str]| -> serde_json::Value {
        let output = analyze(&[&arguments[..], &["--json"], more].concat());
        assert!(output.status.code().is_some_and(|code| code == 0 || code == 2), "{}", said(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert_eq!(json(&[]).get("unkept"), None);
    for most in ["0", "10"] {
        let some = json(&["--max-flows", most]);
        let of_kept: u64 = some["fates"].as_array().unwrap().iter().map(|fate| fate["frames"].as_u64().unwrap()).sum();
        assert_eq!(of_kept + some["unkept"]["frames"].as_u64().unwrap(), 1280, "{some}");
        assert!(some["flows"]["all"].as_u64().unwrap() <= most.parse().unwrap() && some["frames"] == 1280, "{some}");
    }
    let text = said(&analyze(&[&arguments[..], &["--max-flows", "10"]].concat()).stdout);
    assert!(text.contains("  note: about ") && text.contains(" found no room: ") && text.contains("--max-flows keeps more"), "{text}");
}

#[test]
fn writes_numbers_and_pictures_into_a_folder() {
    let folder = scratch("analysis");
    let output = analyze(&[&data("web.pcap"), "--config", &data("tandem.toml"), "--out", &folder.display().to_string(), "--json"]);
    assert!(output.status.success(), "{}", said(&output.stderr));
    let written = std::fs::read(folder.join("analysis.json")).unwrap();
    assert_eq!(written, output.stdout);
    let json: serde_json::Value = serde_json::from_slice(&written).unwrap();
    assert_eq!((&json["frames"], &json["groups"][0]["managers"][0]["packets"]), (&1280.into(), &404.into()));
    for picture in ["shares.svg", "buckets.svg"] {
        let svg = std::fs::read_to_string(folder.join(picture)).unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && svg.contains("group 0 web"), "{picture}");
    }
    let buckets = std::fs::read_to_string(folder.join("buckets.svg")).unwrap();
    for words in
        [">buckets<", ">keys in a bucket<", ">expected of an even hash (Poisson)<", ">of the capture: 132 keys, 0.03 a bucket on average<"]
    {
        assert!(buckets.contains(words), "{words}");
    }
}

#[test]
fn a_foreign_capture_is_bridged_unless_it_is_taken_as_sent_to_the_group() {
    let file = scratch("elsewhere.toml");
    let other = std::fs::read_to_string(data("tandem.toml")).unwrap().replace("02:00:5e:10:00:0", "02:00:5e:77:00:0");
    std::fs::write(&file, other).unwrap();
    let (capture, file) = (data("vlan.pcap"), file.display().to_string());
    let arguments = [&capture[..], "--config", &file, "--json"];
    let frames = |arguments: &[&str], reason: &str| {
        let json: serde_json::Value = serde_json::from_slice(&analyze(arguments).stdout).unwrap();
        let fates = json["fates"].as_array().unwrap().clone();
        fates.iter().find(|fate| fate["reason"] == reason).map(|fate| fate["frames"].as_u64().unwrap())
    };
    // testbench/data/counts.tsv: 224 frames, 95 by the source's side and 46 fragments.
    assert_eq!(frames(&arguments, "not_for_group"), Some(224));
    let arguments = [&arguments[..], &["--to-group"]].concat();
    assert_eq!((frames(&arguments, "not_for_group"), frames(&arguments, "fragment")), (None, Some(46)));
}

#[test]
fn refuses_bad_input_with_1_and_says_what_to_do() {
    let (web, toml) = (data("web.pcap"), data("tandem.toml"));
    let empty = scratch("empty.pcap");
    std::fs::write(&empty, b"").unwrap();
    let cases: [(&[&str], &str); 5] = [
        (&["/nowhere/x.pcap", "--config", &toml], "cannot use /nowhere/x.pcap"),
        (&[&empty.display().to_string(), "--config", &toml], "the file is empty; record something first"),
        (&[&toml, "--config", &toml], "neither pcap nor pcapng"),
        (&[&web, "--config", "/nowhere/tandem.toml"], "cannot read the configuration"),
        (&[&web, "--config", &toml, "--out", &empty.display().to_string()], "--out names another folder"),
    ];
    for (arguments, expected) in cases {
        let output = analyze(arguments);
        let stderr = said(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected) && !stderr.contains("panicked") && output.stdout.is_empty(), "{arguments:?}: {stderr}");
    }
}
