//! Exit codes tell what was done, whatever happens to the output.

use crate::bench::{Bench, CARD};
use std::fs::File;
use std::process::{Output, Stdio};

/// A pipe whose reader has gone, as behind `| true`.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// A full disk.
fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

#[track_caller]
fn ends(bench: &Bench, arguments: &[&str], stdout: Stdio, code: i32) -> String {
    let Output { status, stderr, .. } =
        bench.command(arguments).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(code), "{arguments:?}: {stderr}");
    stderr
}

#[test]
fn a_change_is_made_though_nobody_reads_about_it() {
    for stdout in [closed, full] {
        let bench = Bench::new();
        ends(&bench, &["apply", "tandem.toml", "--yes", CARD], stdout(), 0);
        assert_eq!(bench.learn().generation, 1);
        bench.change("next.toml", &[("weight = 4", "weight = 5")]);
        ends(&bench, &["apply", "next.toml", "--yes", "--json", CARD], stdout(), 0);
        assert_eq!(bench.learn().generation, 2);
        ends(&bench, &["rollback", "--yes", CARD], stdout(), 0);
        assert_eq!(bench.learn().generation, 1);
    }
}

#[test]
fn what_was_found_is_told_by_the_exit_code_where_the_reader_has_gone() {
    let bench = Bench::new();
    assert_eq!(ends(&bench, &["plan", "tandem.toml", CARD], closed(), 2), "");
    assert_eq!(ends(&bench, &["show", "managers", "tandem.toml", CARD], closed(), 2), "");
    bench.ok(&["apply", "tandem.toml", "--yes", CARD]);
    assert_eq!(ends(&bench, &["plan", "tandem.toml", CARD], closed(), 0), "");
    assert_eq!(ends(&bench, &["watch", "--interval", "0.01", CARD], closed(), 0), "", "it ends when nobody watches");
}

#[test]
fn an_answer_that_nobody_could_get_is_none() {
    let bench = Bench::new();
    let stderr = ends(&bench, &["plan", "tandem.toml", CARD], full(), 1);
    assert!(stderr.contains("error: standard output: No space left on device"), "{stderr}");
}

#[test]
fn errors_that_nobody_can_read_are_no_panic() {
    let bench = Bench::new();
    for arguments in
        [&["plan", "nowhere.toml", CARD][..], &["apply", "tandem.toml", CARD], &["plan", "tandem.toml", "--card=vfio-user:none"]]
    {
        let status = bench.command(arguments).stdout(Stdio::null()).stderr(full()).status().unwrap();
        assert_eq!(status.code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn traffic_is_dropped_or_moved_only_where_that_is_asked_for() {
    let bench = Bench::applied();
    let before = bench.learn();
    let down: Vec<(String, String)> = ["alpha", "beta", "gamma", "delta"]
        .map(|name| (format!("name = \"{name}\"\nid"), format!("name = \"{name}\"\nstate = \"down\"\nid")))
        .into();
    let down: Vec<(&str, &str)> = down.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    bench.change("down.toml", &down);
    let refused = ends(&bench, &["apply", "down.toml", "--yes", CARD], Stdio::null(), 1);
    assert!(refused.contains("drops 100.00% of its traffic") && refused.contains("--force"), "{refused}");
    let plan = String::from_utf8(bench.run(&["plan", "down.toml", CARD]).stdout).unwrap();
    assert!(plan.contains("group web (0): drops 100.00% of its traffic") && plan.contains("drops traffic of 2 groups"), "{plan}");

    bench.change("next.toml", &[("weight = 4", "weight = 5")]);
    let refused = ends(&bench, &["apply", "next.toml", "--yes", "--max-moved", "1%", CARD], Stdio::null(), 1);
    assert!(refused.contains("more than the 1.00% of --max-moved"), "{refused}");
    assert_eq!(bench.learn(), before, "nothing was changed");
    ends(&bench, &["apply", "next.toml", "--yes", "--max-moved", "20%", CARD], Stdio::null(), 0);
    ends(&bench, &["apply", "down.toml", "--yes", "--force", CARD], Stdio::null(), 0);
    assert_eq!(bench.learn().generation, before.generation + 2);
    // It drops as before: that wants no force.
    ends(&bench, &["apply", "down.toml", "--yes", CARD], Stdio::null(), 0);
}
