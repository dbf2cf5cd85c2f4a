//! A change from plan to rollback, as it is printed, as it is told to programs, and as the card then holds it.

use crate::bench::{Bench, CARD, CONFIGURATION, GROUPS};
use control::Configuration;

/// Entries of a manager in a group that the card's own tables have.
fn entries(bench: &Bench, group: u8, manager: u8) -> usize {
    bench.model().card.state().group(group).entries.iter().filter(|&&entry| entry == manager).count()
}

/// Delta leaves, epsilon comes, alpha gets more, and DNS over TCP goes the way of everything else.
pub(crate) const EXCHANGES: &[(&str, &str)] = &[
    ("name = \"delta\"\nid = 4\nmac = \"02:00:5e:20:00:04\"", "name = \"epsilon\"\nid = 5\nmac = \"02:00:5e:20:00:05\""),
    ("weight = 4", "weight = 5"),
    ("[\"gamma\", \"delta\"]", "[\"gamma\", \"epsilon\"]"),
    ("[[rule]]\nprotocol = \"tcp\"\nports = 53\ngroup = \"names\"\n", ""),
];

#[test]
fn a_change_goes_from_plan_to_rollback() {
    let bench = Bench::new();
    insta::assert_snapshot!("plan_on_a_fresh_card", bench.transcript(&["plan", "tandem.toml", CARD]));
    insta::assert_snapshot!("apply_on_a_fresh_card", bench.transcript(&["apply", "tandem.toml", "--yes", CARD]));
    // 4096 entries by 4 : 3 : 2 : 1 are 1638.4, 1228.8, 819.2 and 409.6; the greatest remainders are beta's and delta's.
    assert_eq!([1, 2, 3, 4].map(|manager| entries(&bench, 0, manager)), [1638, 1229, 819, 410]);
    assert_eq!([3, 4].map(|manager| entries(&bench, 1, manager)), [2048, 2048]);
    insta::assert_snapshot!("plan_of_what_is_there", bench.transcript(&["plan", "tandem.toml", CARD]));

    bench.change("next.toml", EXCHANGES);
    let before = bench.learn();
    insta::assert_snapshot!("plan_of_a_change", bench.transcript(&["plan", "next.toml", CARD, "--traffic", "web.pcap"]));
    insta::assert_snapshot!("plan_of_a_change_in_json", bench.transcript(&["plan", "next.toml", CARD, "--json"]));
    assert_eq!(bench.learn(), before, "a plan changes nothing");

    insta::assert_snapshot!("apply_of_a_change", bench.transcript(&["apply", "next.toml", "--yes", CARD]));
    // By 5 : 3 : 2 : 1 they are 1861.8, 1117.1, 744.7 and 372.4.
    assert_eq!([1, 2, 3, 4, 5].map(|manager| entries(&bench, 0, manager)), [1862, 1117, 745, 0, 372]);
    assert!(!bench.model().card.state().managers_enabled[4] && bench.model().card.state().managers_enabled[5]);

    insta::assert_snapshot!("rollback", bench.transcript(&["rollback", "--yes", CARD]));
    let after = bench.learn();
    assert_eq!(
        (&after.active.groups, after.active.rules, after.generation),
        (&before.active.groups, before.active.rules, before.generation)
    );
    assert!(after.active.managers[4].enabled, "what the entries name takes traffic");
    insta::assert_snapshot!("rollback_again", bench.transcript(&["rollback", "--yes", CARD]));
}

#[test]
fn a_plan_names_the_flows_that_the_model_moves() {
    let bench = Bench::applied();
    bench.change("next.toml", EXCHANGES);
    let plan = bench.json(&["plan", "next.toml", CARD, "--traffic", "web.pcap"]);
    let text = std::fs::read_to_string(bench.path().join("next.toml")).unwrap();
    let now = bench.learn().held.active;
    let next = control::Plan::new(&now, &Configuration::parse(&text, "next.toml").unwrap()).unwrap().next;
    let (before, after) = (now.state(), next.state());
    let frames = capture::read(&bench.path().join("web.pcap")).unwrap().frames;
    let manager = |state: &model::State, frame: &[u8]| model::decide(state, frame, 0).manager;
    let packets = frames.iter().filter(|frame| manager(&before, &frame.bytes) != manager(&after, &frame.bytes)).count();
    let told: u64 = plan["traffic"]["moved"].as_array().unwrap().iter().map(|flow| flow["packets"].as_u64().unwrap()).sum();
    assert_eq!(told, packets as u64);
    assert!(packets > 0 && plan["moved"] == plan["minimum"] && plan["changes"] == true);
}

#[test]
fn a_drained_manager_keeps_its_row_and_gets_no_entry() {
    let bench = Bench::applied();
    bench.change("draining.toml", &[("weight = 2\n", "weight = 2\nstate = \"draining\"\n")]);
    insta::assert_snapshot!(bench.transcript(&["apply", "draining.toml", "--yes", CARD]));
    assert_eq!((entries(&bench, 0, 3), entries(&bench, 1, 3)), (0, 0));
    assert!(bench.model().card.state().managers_enabled[3]);
}

#[test]
fn nothing_is_written_unless_somebody_says_yes() {
    let bench = Bench::new();
    let before = bench.learn();
    let refused = bench.transcript(&["apply", "tandem.toml", CARD]);
    assert!(refused.contains("use --yes") && refused.ends_with("[1]"), "{refused}");
    assert_eq!(bench.learn(), before);
    bench.ok(&["apply", "tandem.toml", "--yes", CARD]);
    bench.change("next.toml", EXCHANGES);
    bench.ok(&["apply", "next.toml", "--yes", CARD]);
    let before = bench.learn();
    let refused = bench.transcript(&["rollback", CARD]);
    assert!(refused.contains("use --yes") && refused.ends_with("[1]"), "{refused}");
    assert_eq!(bench.learn(), before);
}

#[test]
fn apply_and_rollback_tell_programs_what_they_did() {
    let bench = Bench::new();
    let applied = bench.json(&["apply", "tandem.toml", "--yes", CARD]);
    assert_eq!((&applied["applied"]["generation"], &applied["applied"]["committed"]), (&1.into(), &true.into()));
    assert_eq!(applied["digest"], format!("{:#}", bench.learn().active.digest()));
    let again = bench.json(&["apply", "tandem.toml", "--yes", CARD]);
    assert_eq!((&again["applied"], &again["changes"]), (&serde_json::Value::Null, &false.into()));
    bench.ok(&["apply", "tandem.toml", "--yes", CARD]);
    bench.change("next.toml", EXCHANGES);
    bench.json(&["apply", "next.toml", "--yes", CARD]);
    let back = bench.json(&["rollback", "--yes", CARD]);
    assert_eq!((&back["generation"], &back["left"], &back["enabled"]), (&1.into(), &2.into(), &vec![4].into()));
    assert_eq!(Configuration::parse(CONFIGURATION, "").unwrap().tables(GROUPS).unwrap().groups, bench.learn().active.groups);
}

#[test]
fn a_manager_is_taken_out_and_back_without_an_edit_of_the_file() {
    let bench = Bench::applied();
    bench.ok(&["set", "tandem.toml", "alpha", "draining", "--yes", CARD]);
    assert_eq!(entries(&bench, 0, 1), 0);
    assert!(bench.model().card.state().managers_enabled[1], "it stays reachable");
    // The file says otherwise, and that shows.
    for arguments in [&["plan", "tandem.toml", CARD][..], &["show", "groups", "tandem.toml", CARD]] {
        assert_eq!(bench.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    bench.ok(&["set", "tandem.toml", "alpha", "down", "--yes", "--force", CARD]);
    assert!(!bench.model().card.state().managers_enabled[1]);
    assert_eq!(bench.run(&["show", "managers", "tandem.toml", CARD]).status.code(), Some(2));
    bench.ok(&["set", "tandem.toml", "alpha", "up", "--yes", CARD]);
    assert_eq!(entries(&bench, 0, 1), 1638);
    assert_eq!(bench.run(&["plan", "tandem.toml", CARD]).status.code(), Some(0));

    let before = bench.learn();
    let refused = bench.run(&["set", "tandem.toml", "omega", "down", "--yes", CARD]);
    let text = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(text.contains("no manager is named \"omega\"; its managers are: alpha, beta, gamma, delta"), "{text}");
    assert_eq!(bench.learn(), before);
}

#[test]
fn a_manager_that_drains_is_shown() {
    let bench = Bench::applied();
    bench.change("drain.toml", &[("name = \"delta\"\nid", "name = \"delta\"\nstate = \"draining\"\nid")]);
    bench.ok(&["apply", "drain.toml", "--yes", CARD]);
    let managers = bench.json(&["show", "managers", "drain.toml", CARD]);
    let [gamma, delta] = [&managers[2], &managers[3]];
    assert_eq!(
        (&gamma["state"], &delta["state"], &delta["entries"], &delta["enabled"]),
        (&"enabled".into(), &"draining".into(), &0.into(), &true.into())
    );
    assert_eq!(gamma["entries"], entries(&bench, 0, 3) + entries(&bench, 1, 3));
    let text = bench.ok(&["show", "managers", "drain.toml", CARD]);
    assert!(text.lines().any(|line| line.contains("delta") && line.contains("draining")), "{text}");
    let text = bench.ok(&["show", "groups", "drain.toml", CARD]);
    assert!(text.lines().any(|line| line.contains("delta (4)") && line.contains(" 0 ") && line.ends_with("draining")), "{text}");
}

#[test]
fn a_plan_that_was_kept_is_applied_as_it_was_looked_at_or_not_at_all() {
    let bench = Bench::applied();
    bench.change("next.toml", EXCHANGES);
    let planned = bench.run(&["plan", "next.toml", "--out", "change.plan", CARD]);
    assert_eq!(planned.status.code(), Some(2));
    // The file may change: what was looked at is in the plan.
    std::fs::remove_file(bench.path().join("next.toml")).unwrap();
    let shown = String::from_utf8(planned.stdout).unwrap();
    let applied = bench.ok(&["apply", "change.plan", "--yes", CARD]);
    assert_eq!(shown.lines().last(), applied.lines().rev().nth(1), "the same plan");
    let there = bench.learn();

    // Once more it would be another change.
    let refused = bench.run(&["apply", "change.plan", "--yes", CARD]);
    let text = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text.contains("the card has moved on since this plan was made, from generation 1") && text.contains("nothing was changed"),
        "{text}"
    );
    for broken in ["{}", "{\"tandem_plan\": 9}", "{"] {
        std::fs::write(bench.path().join("broken.plan"), broken).unwrap();
        let refused = bench.run(&["apply", "broken.plan", "--yes", CARD]);
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(refused.status.code() == Some(1) && text.contains("broken.plan: is no plan that"), "{text}");
    }
    assert_eq!(bench.learn(), there);
    // Nothing is left beside what was written.
    assert_eq!(
        std::fs::read_dir(bench.path())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains(".part"))
            .count(),
        0
    );
}

#[test]
fn cards_with_other_histories_become_alike_when_asked() {
    let [one, other] = [Bench::applied(), Bench::applied()];
    other.change("next.toml", EXCHANGES);
    for file in ["next.toml", "tandem.toml"] {
        other.ok(&["apply", file, "--yes", CARD]);
    }
    let digest = |bench: &Bench| bench.json(&["info", CARD])["decision_digest"].clone();
    assert_ne!(digest(&one), digest(&other));
    let plan = other.run(&["plan", "tandem.toml", CARD]);
    assert_eq!(plan.status.code(), Some(0));
    assert!(String::from_utf8(plan.stdout).unwrap().contains("Not canonical"));
    let (moves, stays) = (other.json(&["plan", "tandem.toml", "--canonical", CARD]), one.json(&["plan", "tandem.toml", CARD]));
    assert!(moves["moved"].as_u64() > Some(0) && moves["canonical"] == true && stays["canonical"] == true);
    other.ok(&["apply", "tandem.toml", "--canonical", "--yes", CARD]);
    assert_eq!(digest(&one), digest(&other));
    assert_eq!(digest(&one), stays["decision_digest"]);
}
