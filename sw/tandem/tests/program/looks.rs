//! What the program looks like: help, manual pages, completions, and the views of a card.

use crate::bench::{Bench, Boxed, CARD, command, folder, serve_box, transcript};
use std::sync::{Arc, Mutex};

const COMMANDS: &[&str] = &[
    "list",
    "info",
    "check",
    "lint",
    "plan",
    "apply",
    "rollback",
    "set",
    "export",
    "history",
    "show",
    "slow-path",
    "watch",
    "explain",
    "ports",
    "analyze",
    "register",
    "completions",
    "man",
];

#[test]
fn says_what_it_can_do() {
    let folder = folder();
    let help = |arguments: &[&str]| transcript(arguments, &command(folder.path(), arguments).output().unwrap());
    let overview = help(&["--help"]);
    insta::assert_snapshot!("help", overview);
    for name in COMMANDS {
        assert!(overview.contains(&format!("\n  {name} ")), "{name} is in the overview");
    }
    // The others are their own tests' business.
    for name in COMMANDS.iter().filter(|name| !["lint", "ports", "analyze"].contains(name)) {
        let help = help(&[name, "--help"]);
        assert!(help.contains("Examples:"), "{name} has examples");
        insta::assert_snapshot!(format!("help_{name}"), help);
    }
    for name in ["managers", "groups", "rules", "entries", "digest", "counters", "slow-path", "malformed"] {
        insta::assert_snapshot!(format!("help_show_{name}"), help(&["show", name, "--help"]));
    }
}

#[test]
fn writes_a_manual_page_for_each_command_and_completions_for_each_shell() {
    let folder = folder();
    let run = |arguments: &[&str]| command(folder.path(), arguments).output().unwrap();
    assert!(run(&["man", "man"]).status.success());
    for name in COMMANDS {
        let page = std::fs::read_to_string(folder.path().join(format!("man/tandem-{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = String::from_utf8(run(&["completions", shell]).stdout).unwrap();
        assert!(COMMANDS.iter().all(|name| script.contains(name)), "{shell}");
    }
}

#[test]
fn shows_what_the_card_holds() {
    let bench = Bench::new();
    for view in ["managers", "groups", "rules", "entries", "counters"] {
        insta::assert_snapshot!(format!("empty_{view}"), bench.transcript(&["show", view, CARD]));
    }
    bench.ok(&["apply", "tandem.toml", "--yes", CARD]);
    insta::assert_snapshot!("info", bench.transcript(&["info", CARD]));
    insta::assert_snapshot!("info_in_json", bench.transcript(&["info", "--json", CARD]));
    for view in ["managers", "groups", "rules"] {
        insta::assert_snapshot!(format!("{view}_by_number"), bench.transcript(&["show", view, CARD]));
        insta::assert_snapshot!(format!("{view}_by_name"), bench.transcript(&["show", view, "tandem.toml", CARD]));
        insta::assert_snapshot!(format!("{view}_in_json"), bench.transcript(&["show", view, "tandem.toml", CARD, "--json"]));
    }
    let shown = bench.json(&["show", "entries", CARD]);
    for (place, group) in [(0, 0), (1, 1)] {
        let held = bench.model().card.state().group(group).entries.to_vec();
        assert_eq!(shown[place]["entries"], serde_json::to_value(held).unwrap());
    }
}

#[test]
fn marks_where_the_card_differs_from_the_file() {
    let bench = Bench::applied();
    bench.change(
        "other.toml",
        &[
            ("name = \"delta\"\nid = 4\nmac = \"02:00:5e:20:00:04\"", "name = \"epsilon\"\nid = 5\nmac = \"02:00:5e:20:00:05\""),
            ("[\"gamma\", \"delta\"]", "[\"gamma\", \"epsilon\"]"),
            ("mac = \"02:00:5e:20:00:02\"", "mac = \"02:00:5e:20:00:99\""),
            ("designated = \"alpha\"", "designated = \"beta\""),
            ("ports = 50051", "ports = \"50051-50060\""),
        ],
    );
    for view in ["managers", "groups", "rules"] {
        let transcript = bench.transcript(&["show", view, "other.toml", CARD]);
        assert!(transcript.ends_with("[2]"), "{transcript}");
        insta::assert_snapshot!(format!("drift_of_{view}"), transcript);
    }
    let entries = bench.transcript(&["show", "entries", "other.toml", "--group", "0", CARD]);
    // Delta's 410 entries are epsilon's in the file.
    assert!(entries.contains("~ 410 buckets that apply would move") && entries.ends_with("[2]"), "{entries}");
    assert_eq!(entries.matches("4~").count(), 410);
}

#[test]
fn shows_the_counters_of_both_cores_together() {
    let bench = Bench::applied();
    let frames = capture::read(&bench.path().join("web.pcap")).unwrap().frames;
    let mut bytes = 0;
    for (place, frame) in frames.iter().enumerate() {
        bench.model().card.process(place % 2, &frame.bytes, 0);
        bytes += frame.bytes.len() as u64;
    }
    let counters = bench.json(&["show", "counters", CARD]);
    let sum = |list: &str, what: &str| counters[list].as_array().unwrap().iter().map(|row| row[what].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("reasons", "frames"), sum("reasons", "bytes")), (frames.len() as u64, bytes));
    insta::assert_snapshot!(bench.transcript(&["show", "counters", "tandem.toml", CARD]));
}

#[test]
fn shows_what_the_322_mhz_box_dropped_where_there_is_one() {
    let none = Bench::new();
    assert!(none.json(&["show", "counters", CARD])["dropped"].is_null(), "no such box");
    let folder = folder();
    let boxed = Arc::new(Mutex::new(Boxed::new()));
    let _server = serve_box(&folder, Arc::clone(&boxed));
    let run = |arguments: &[&str]| transcript(arguments, &command(folder.path(), arguments).output().unwrap());
    insta::assert_snapshot!("counters_of_a_box_that_dropped_nothing", run(&["show", "counters", CARD, "--json"]));
    boxed.lock().unwrap().dropped[1] = [0x2_0000_0003, 4_000];
    insta::assert_snapshot!("counters_of_a_box_alone", run(&["show", "counters", CARD]));
    boxed.lock().unwrap().card.card.process(0, &[0; 60], 0);
    insta::assert_snapshot!("counters_of_a_box", run(&["show", "counters", CARD]));
    insta::assert_snapshot!("counters_of_a_box_in_json", run(&["show", "counters", CARD, "--json"]));
}

#[test]
fn reads_and_writes_a_register_for_who_asks() {
    let bench = Bench::applied();
    assert_eq!(bench.ok(&["register", "read", "IDENTITY", CARD]), "0x000 IDENTITY = 0x544e444d (1414415437)\n");
    let write = |register, value, more: &[&str]| bench.transcript(&[&["register", "write", register, value, CARD], more].concat());
    let refused = write("PORT_PAIR[1]", "1", &[]);
    assert!(refused.contains("use --yes") && refused.ends_with("[1]"), "{refused}");
    assert_eq!(bench.model().card.state().port_pairs, [1, 0], "nobody was asked, so nothing was written");
    let written = write("PORT_PAIR[1]", "1", &["--yes"]);
    assert!(written.contains("0x0c4 PORT_PAIR[1] = 0x00000001 (1), read back\n") && written.ends_with("[0]"), "{written}");
    assert_eq!(bench.model().card.state().port_pairs, [1, 1]);
    let idle = write("RULE_PORTS[9]", "443", &[]);
    assert!(
        idle.contains("(443), read back, in the idle bank") && idle.ends_with("[0]"),
        "what decides nothing is written at once: {idle}"
    );
    let part = write("CONTROL", "0xff", &["--yes"]);
    assert!(part.contains("CONTROL = 0x00000001 (1), where 0x000000ff (255) was written") && part.ends_with("[2]"), "{part}");
    let held = write("GROUP_MAC_LO[3]", "7", &[]);
    assert!(held.contains("= 0x00000000 (0); 0x00000007 (7) is held until GROUP_MAC_HI is written") && held.ends_with("[0]"), "{held}");
    let nowhere = write("0x3fc", "7", &[]);
    assert!(nowhere.contains("no register there") && nowhere.ends_with("[2]"), "{nowhere}");
    let commit = write("COMMIT", "0", &["--yes"]);
    assert!(commit.contains("it cannot be read back") && commit.ends_with("[0]"), "{commit}");
    let document = bench.json(&["register", "write", "GROUP_MAC_LO[3]", "7", CARD]);
    let keys = ["register", "value", "written", "held_until"].map(|key| document[key].to_string());
    assert_eq!(keys, ["\"GROUP_MAC_LO[3]\"", "0", "7", "\"GROUP_MAC_HI\""]);
    assert_eq!(bench.json(&["register", "read", "0xc4", CARD])["value"], 1);
    let refused = bench.transcript(&["register", "read", "0xffc", CARD]);
    assert!(refused.contains("refused to read address 0xffc") && refused.ends_with("[1]"), "{refused}");
}
