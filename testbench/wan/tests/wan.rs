//! The wide-area network in a box, as `./justw wan` runs it, without what takes long.

use std::path::Path;
use std::process::Command;

/// `tandem-wan`, with `tandem-gateway` in its folder.
fn tandem_wan(arguments: &[&str]) -> (Option<i32>, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_tandem-wan"));
    let folder = program.parent().unwrap();
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--workspace", "--bin", "tandem-gateway"]).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    if folder.ends_with("release") {
        build.arg("--release");
    }
    assert!(
        build.status().unwrap().success() && folder.join("tandem-gateway").exists(),
        "tandem-gateway is built into {}",
        folder.display()
    );
    let output = Command::new(program).args(arguments).output().unwrap();
    (output.status.code(), [output.stdout, output.stderr].iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect())
}

#[test]
fn replicas_race_in_all_modes_at_once_and_the_next_one_wins_when_the_nearest_is_gone() {
    let (code, told) = tandem_wan(&["--only", "races,operation,failures", "--mode", "mixed"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("ABC: winners were first on the wire"), "{told}");
    assert!(told.contains("23 of 23 promises kept"), "every promise was put to the test: {told}");
}

#[test]
fn without_a_hold_the_origin_wins_and_the_promise_of_the_nearest_is_not_made() {
    let (code, told) = tandem_wan(&["--only", "races", "--mode", "C", "--hold", "off"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("C: origin wins most at"), "{told}");
}

/// In all modes for who forges; for hosts in the two whose packets differ most. `just wan` has every part in every mode.
#[test]
fn nothing_forged_late_strict_busy_or_restarted_breaks_a_connection() {
    for (arguments, kept) in [
        (["--only", "attacks", "--mode", "all"], "44 of 44 promises kept"),
        (["--only", "hosts", "--mode", "A"], "14 of 14 promises kept"),
        (["--only", "hosts", "--mode", "C"], "12 of 12 promises kept"),
    ] {
        let (code, told) = tandem_wan(&arguments);
        assert_eq!(code, Some(0), "{told}");
        assert!(told.contains(kept), "every promise was put to the test: {told}");
    }
}
