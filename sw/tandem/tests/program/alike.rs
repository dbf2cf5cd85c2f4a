//! Cards with one file and two histories, and the ways to make them decide alike.

use crate::bench::{Bench, CARD};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;

/// Two cards that serve `tandem.toml`; the second served it without delta before.
fn apart() -> [Bench; 2] {
    let [one, other] = [Bench::applied(), Bench::applied()];
    other.change("drained.toml", &[("weight = 1\n", "weight = 1\nstate = \"draining\"\n")]);
    other.ok(&["apply", "drained.toml", "--yes", CARD]);
    other.ok(&["apply", "tandem.toml", "--yes", CARD]);
    assert_ne!(one.learn().active.groups, other.learn().active.groups, "histories tell");
    assert!(other.ok(&["plan", "tandem.toml", CARD]).contains("Not canonical"));
    assert_ne!(one.learn().active.decision_digest(), other.learn().active.decision_digest());
    [one, other]
}

/// The card of another bench, as the command line names it.
fn card_of(bench: &Bench) -> String {
    format!("vfio-user:{}", bench.path().join("card").display())
}

fn are_alike(one: &Bench, other: &Bench) {
    let [one, other] = [one, other].map(|bench| bench.learn().held.active);
    assert_eq!(one.groups, other.groups, "entry by entry");
    assert_eq!((one.digest(), one.decision_digest()), (other.digest(), other.decision_digest()));
}

#[test]
fn cards_become_alike_by_their_file_alone() {
    let [one, other] = apart();
    for bench in [&one, &other] {
        bench.ok(&["apply", "tandem.toml", "--canonical", "--yes", CARD]);
    }
    are_alike(&one, &other);
}

#[test]
fn a_card_becomes_like_another() {
    let [one, other] = apart();
    let like = card_of(&one);
    let before = other.learn();
    let plan = other.run(&["plan", "--like", &like, CARD]);
    assert_eq!(plan.status.code(), Some(2));
    assert_eq!(other.learn(), before, "a plan changes nothing");
    let planned = other.json(&["plan", "--like", &like, CARD]);
    assert_eq!((&planned["canonical"], &planned["decision_digest"]), (&Value::Null, &one.json(&["info", CARD])["decision_digest"]));
    // Counted on the tables themselves.
    let entries = |bench: &Bench| bench.learn().active.groups.iter().flat_map(|group| group.entries).collect::<Vec<_>>();
    let moved = entries(&one).iter().zip(entries(&other)).filter(|(one, other)| **one != *other).count();
    assert_eq!(planned["moved"], moved);
    let too_much = other.transcript(&["apply", "--like", &like, "--yes", "--max-moved", "0%", CARD]);
    assert!(too_much.contains("--max-moved; nothing was changed") && too_much.ends_with("[1]"), "{too_much}");

    other.ok(&["apply", "--like", &like, "--yes", CARD]);
    are_alike(&one, &other);
    assert_eq!(other.json(&["history", "--last", "1", CARD])["changes"][0]["command"], format!("apply --like {like}"));
    let again = other.transcript(&["plan", "--like", &like, CARD]);
    assert!(again.contains("No changes: the card holds these tables.") && again.ends_with("[0]"), "{again}");
}

#[test]
fn tables_go_from_one_card_to_another_in_a_secret_file() {
    let [one, other] = apart();
    let file = other.path().join("tables.json");
    let path = file.to_str().unwrap();
    // A file that anybody may read does not lend its mode to what replaces it.
    std::fs::write(&file, "old").unwrap();
    assert!(one.ok(&["export", path, CARD]).contains("keep it secret"));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let document: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!((&document["tandem_tables"], &document["generation"]), (&1.into(), &1.into()));
    assert_eq!(document["groups"][0]["key"], "5a1f0c77e2943bd8", "as the configuration has it");
    assert_eq!(other.json(&["plan", "--tables", "tables.json", CARD])["decision_digest"], one.json(&["info", CARD])["decision_digest"]);
    other.ok(&["apply", "--tables", "tables.json", "--yes", CARD]);
    are_alike(&one, &other);

    let report = one.json(&["export", "again.json", CARD]);
    assert_eq!((&report["digest"], &report["file"]), (&format!("{:#}", one.learn().active.digest()).into(), &"again.json".into()));
}

#[test]
fn digests_are_shown_with_that_of_the_file_alone() {
    let [one, other] = apart();
    let digests = |bench: &Bench| bench.json(&["show", "digest", "tandem.toml", CARD]);
    assert_eq!(digests(&one)["canonical"], true);
    assert_eq!((&digests(&other)["canonical"], &digests(&other)["file"]), (&false.into(), &digests(&one)["decision_digest"]));
    assert_eq!(digests(&other)["decision_digest"], format!("{:#}", other.learn().active.decision_digest()));
    assert_eq!(one.run(&["show", "digest", "tandem.toml", CARD]).status.code(), Some(0));
    assert_eq!(other.run(&["show", "digest", CARD]).status.code(), Some(0));
    insta::assert_snapshot!(other.transcript(&["show", "digest", "tandem.toml", CARD]));
}

#[test]
fn what_no_card_can_be_made_like_is_refused_and_nothing_changes() {
    let bench = Bench::applied();
    let (fresh, before) = (Bench::new(), bench.learn());
    bench.ok(&["export", "tables.json", CARD]);
    let tables = std::fs::read_to_string(bench.path().join("tables.json")).unwrap();
    std::fs::write(bench.path().join("changed.json"), tables.replacen("0201", "0202", 1)).unwrap();
    std::fs::write(bench.path().join("cut.json"), &tables[..tables.len() / 2]).unwrap();
    let large = Bench::with(4, 2);
    large.change("four.toml", &[("name = \"names\"", "name = \"names\"\nid = 3")]);
    large.ok(&["apply", "four.toml", "--yes", CARD]);
    let cases: [(&[&str], &str); 12] = [
        (&["--like", &card_of(&fresh)], "holds nothing, as nothing was committed since its reset"),
        (&["--like", "vfio-user:card"], "is this card itself"),
        (&["--like", "vfio-user:nowhere"], "nowhere"),
        (&["--like", &card_of(&large)], "these tables use 4 groups, but the card has 2"),
        (&["--tables", "nowhere.json"], "nowhere.json: cannot be read; `tandem export` writes such a file"),
        (&["--tables", "tandem.toml"], "tandem.toml: no tables of a card"),
        (&["--tables", "web.pcap"], "web.pcap: no tables of a card"),
        (&["--tables", "changed.json"], "the file is damaged or was changed by hand"),
        (&["--tables", "cut.json"], "cut.json: no tables of a card: "),
        (&["--tables", "tables.json", "--canonical"], "--canonical is for a configuration"),
        (&["--tables", "tables.json", "tandem.toml"], "cannot be used with"),
        (&[], "required arguments were not provided"),
    ];
    for (source, expected) in cases {
        for command in [&["plan"][..], &["apply", "--yes"]] {
            let transcript = bench.transcript(&[command, source, &[CARD]].concat());
            assert!(transcript.contains(expected) && transcript.ends_with("[1]"), "{transcript}");
        }
    }
    let refused = bench.transcript(&["plan", "--tables", "tables.json", "--out", "change.plan", CARD]);
    assert!(refused.ends_with("[1]") && !bench.path().join("change.plan").exists(), "a plan is kept with its configuration: {refused}");
    assert_eq!(bench.learn(), before);
}
