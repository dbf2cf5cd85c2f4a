//! What is different on a terminal: the question, and colours. `script` of util-linux lends one.

use crate::bench::{Bench, CARD};
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

/// Of the machine that tests run on, neither the state folder nor the journal is touched.
const NOT_THE_MACHINES: [(&str, &str); 2] = [("TANDEM_STATE", "state"), ("TANDEM_JOURNAL", "journal")];

/// Applies the file on a terminal at which somebody types this answer: what is on it then, and whether the program succeeded.
fn apply(bench: &Bench, answer: &str, environment: &[(&str, &str)]) -> (String, bool) {
    let line = format!("{} apply tandem.toml {CARD}", env!("CARGO_BIN_EXE_tandem"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(bench.path()).envs(NOT_THE_MACHINES);
    script.env_remove("NO_COLOR").env("TERM", "xterm").envs(environment.iter().copied());
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("`script` is there: apt-get install bsdutils");
    child.stdin.take().unwrap().write_all(answer.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success())
}

#[test]
fn only_yes_goes_ahead() {
    let bench = Bench::new();
    let before = bench.learn();
    for answer in ["no\n", "y\n", "\n"] {
        let (text, succeeded) = apply(&bench, answer, &[]);
        assert!(!succeeded && text.contains("not confirmed; nothing was changed"), "{text}");
        assert_eq!(bench.learn(), before);
    }
    let (text, succeeded) = apply(&bench, "yes\n", &[]);
    assert!(succeeded && text.contains("Apply this? Type \"yes\" to continue") && text.contains("generation 1 in force"), "{text}");
    assert_eq!(bench.learn().generation, 1);
}

#[test]
fn is_coloured_unless_that_is_not_wanted() {
    let bench = Bench::new();
    let added = "\x1b[32m+ alpha (1)";
    assert!(apply(&bench, "no\n", &[]).0.contains(added));
    let plain = apply(&bench, "no\n", &[("NO_COLOR", "1")]).0;
    assert!(plain.contains("+ alpha (1)") && !plain.contains("\x1b[32m"), "{plain}");
}

#[test]
fn the_card_is_free_while_a_person_thinks_and_what_others_do_meanwhile_is_noticed() {
    let bench = Bench::new();
    let line = format!("{} apply tandem.toml --json {CARD}", env!("CARGO_BIN_EXE_tandem"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(bench.path()).envs(NOT_THE_MACHINES);
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("`script` is there: apt-get install bsdutils");
    // It has asked as soon as it lets go of the card.
    let mut asked = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    while !asked.contains("Type \"yes\"") {
        let mut byte = [0];
        out.read_exact(&mut byte).unwrap();
        asked.push(byte[0].into());
    }
    assert!(asked.contains("+ alpha (1)"), "the plan is shown before the question, also under --json: {asked}");
    bench.ok(&["show", "managers", CARD]);
    bench.change("other.toml", &[("weight = 4", "weight = 5")]);
    bench.ok(&["apply", "other.toml", "--yes", CARD]);
    let there = bench.learn();
    child.stdin.take().unwrap().write_all(b"yes\n").unwrap();
    out.read_to_string(&mut asked).unwrap();
    assert!(!child.wait().unwrap().success() && asked.contains("was changed by another process"), "{asked}");
    assert_eq!(bench.learn(), there);
}

/// Runs the program on a terminal of 24 lines with so many columns: what is on it then, line by line, without colours.
fn on(columns: &str, environment: &str, arguments: &str) -> Vec<String> {
    let line = format!("stty rows 24 cols {columns}; {environment} {} {arguments}", env!("CARGO_BIN_EXE_tandem"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--command", &line, "/dev/null"]).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data"));
    script.env_remove("COLUMNS").env("NO_COLOR", "1");
    let output = script.stdin(Stdio::null()).output().expect("`script` is there: apt-get install bsdutils");
    String::from_utf8(output.stdout).unwrap().lines().map(|line| line.trim_end_matches('\r').to_owned()).collect()
}

fn longest(lines: &[String]) -> usize {
    lines.iter().map(|line| line.chars().count()).max().unwrap_or(0)
}

#[test]
fn lint_and_check_fit_a_narrow_terminal() {
    let lint = "lint tandem.toml --service udp/51820";
    let (wide, narrow) = (on("400", "", lint), on("60", "", lint));
    assert!(longest(&wide) > 150, "there is something to break: {wide:#?}");
    assert!(longest(&narrow) <= 60, "{narrow:#?}");
    let words = |lines: &[String]| lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(&narrow), words(&wide), "the words are the same");
    assert!(narrow.contains(&"      equal_ports = \"hash\"".to_owned()), "lines to copy stay as they are: {narrow:#?}");
    assert!(longest(&on("60", "", "check tandem.toml")) <= 60);
    assert!(longest(&on("400", "COLUMNS=50", lint)) <= 50, "COLUMNS has the last word");
}

#[test]
fn explain_puts_the_reply_below_the_packet_on_a_narrow_terminal() {
    let explain = "explain --src 10.0.0.1:40000 --dst 192.0.2.10:443 --proto tcp --config tandem.toml";
    let (wide, narrow) = (on("120", "", explain), on("80", "", explain));
    assert!(wide.iter().any(|line| line.contains("this packet") && line.contains("its reply")), "{wide:#?}");
    assert!(longest(&narrow) <= 80, "{narrow:#?}");
    let place = |text: &str| narrow.iter().position(|line| line.trim() == text).unwrap_or_else(|| panic!("{text}: {narrow:#?}"));
    assert!(place("this packet") < place("its reply"));
    let stages = |text: &str| narrow.iter().filter(|line| line.starts_with(text)).count();
    assert_eq!([stages("ethernet"), stages("verdict"), stages("Both directions go to")], [2, 2, 1]);
}
