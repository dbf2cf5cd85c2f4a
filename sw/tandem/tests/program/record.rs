//! What outlives a change: the tables that a card held last, its history, and a line in the journal.

use crate::bench::{Bench, CARD, folder, serve_in};
use control::CardTables;
use pcie::Model;
use serde_json::Value;
use std::collections::HashMap;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

/// Alpha gets more.
pub(crate) const NEXT: &[(&str, &str)] = &[("weight = 4", "weight = 5")];

/// The card's folder in the state folder of these tests.
pub(crate) fn kept(bench: &Bench) -> PathBuf {
    let mut cards = std::fs::read_dir(bench.path().join("state")).unwrap();
    let card = cards.next().unwrap().unwrap().path();
    assert!(cards.next().is_none(), "one card has one folder");
    card
}

fn kept_tables(bench: &Bench) -> CardTables {
    CardTables::from_json(&std::fs::read_to_string(kept(bench).join("tables.json")).unwrap()).unwrap()
}

#[test]
fn every_change_keeps_what_the_card_then_holds_for_its_owner_alone() {
    let bench = Bench::applied();
    // One manager leaves, another one comes.
    bench.change("next.toml", crate::change::EXCHANGES);
    let changes: [&[&str]; 3] =
        [&["apply", "next.toml", "--yes"], &["rollback", "--yes"], &["set", "tandem.toml", "delta", "draining", "--yes"]];
    for change in changes {
        let before = bench.learn().held.active;
        bench.ok(&[change, &[CARD]].concat());
        let (now, kept) = (bench.learn(), kept_tables(&bench));
        assert!(now.active != before && kept.tables == now.active && kept.generation == now.generation, "{change:?}");
    }
    let modes = [kept(&bench), kept(&bench).join("tables.json"), kept(&bench).join("history.jsonl")];
    let modes = modes.map(|path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777);
    assert_eq!(modes, [0o700, 0o600, 0o600]);
    // What was lost is kept again by an apply that changes nothing.
    std::fs::remove_dir_all(bench.path().join("state")).unwrap();
    bench.ok(&["set", "tandem.toml", "delta", "draining", "--yes", CARD]);
    assert!(kept_tables(&bench).tables == bench.learn().held.active);
}

#[test]
fn history_tells_what_changed_when_and_by_whom() {
    let bench = Bench::new();
    let none = bench.transcript(&["history", CARD]);
    assert!(none.contains("no change of vfio-user:card is on record in state/") && none.ends_with("[0]"), "{none}");
    let first = bench.json(&["apply", "tandem.toml", "--yes", CARD]);
    bench.ok(&["apply", "tandem.toml", "--yes", CARD]);
    let planned = bench.json(&["plan", "--tables", &export_drained(&bench), CARD])["moved"].clone();
    let drained = bench.json(&["set", "tandem.toml", "delta", "draining", "--yes", CARD]);
    bench.ok(&["rollback", "--yes", CARD]);
    assert_eq!(bench.run(&["apply", "tandem.toml", CARD]).status.code(), Some(0), "nothing to do");

    let history = bench.json(&["history", CARD]);
    let changes = history["changes"].as_array().unwrap();
    let column = |key: &str| changes.iter().map(|change| change[key].clone()).collect::<Vec<_>>();
    assert_eq!(column("command"), ["apply", "set delta draining", "rollback"]);
    assert_eq!((column("left"), column("generation")), (vec![0.into(), 1.into(), 2.into()], vec![1.into(), 2.into(), 1.into()]));
    assert_eq!(column("digest")[..2], [first["digest"].clone(), drained["digest"].clone()]);
    assert_eq!(column("digest")[2], format!("{:#}", bench.learn().active.digest()));
    // Delta's entries by the profiles: 410 of 4096 by weight, and half of them.
    assert_eq!((column("moved"), planned), (vec![first["moved"].clone(), 2458.into(), 2458.into()], 2458.into()));
    let file = bench.path().canonicalize().unwrap().join("tandem.toml");
    assert_eq!(column("file"), [file.to_str().unwrap().into(), file.to_str().unwrap().into(), Value::Null]);
    let uid = std::fs::metadata("/proc/self").unwrap().uid();
    assert!(column("who").iter().all(|who| who["uid"] == uid && who["sudo_user"] == Value::Null));
    let text = bench.ok(&["history", "--last", "2", CARD]);
    assert!(text.lines().count() == 3 && text.contains("1 -> 2") && text.contains("set delta draining"), "{text}");
    assert_eq!(column("time").iter().filter(|time| is_a_time(time.as_str().unwrap())).count(), 3);
}

/// Such as 2026-01-31T23:59:59Z.
fn is_a_time(text: &str) -> bool {
    let shape = text.bytes().map(|byte| if byte.is_ascii_digit() { '0' } else { char::from(byte) });
    shape.collect::<String>() == "0000-00-00T00:00:00Z"
}

/// Tables in which delta drains, of a card of its own.
fn export_drained(bench: &Bench) -> String {
    let other = Bench::applied();
    other.ok(&["set", "tandem.toml", "delta", "draining", "--yes", CARD]);
    let file = bench.path().join("drained.json").display().to_string();
    other.ok(&["export", &file, CARD]);
    file
}

#[test]
fn a_damaged_line_of_the_history_is_a_remark_and_the_others_stay() {
    let bench = Bench::applied();
    let path = kept(&bench).join("history.jsonl");
    // A line that is none, one of bytes that are no text, and one that broke off.
    std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{}\n\xff\xfe\n{\"time\":\"20").unwrap();
    bench.change("next.toml", NEXT);
    bench.ok(&["apply", "next.toml", "--yes", CARD]);
    let history = bench.json(&["history", CARD]);
    assert_eq!(history["changes"].as_array().unwrap().len(), 2);
    let remarks: Vec<&str> = history["remarks"].as_array().unwrap().iter().map(|remark| remark.as_str().unwrap()).collect();
    assert!(
        (2..5).zip(&remarks).all(|(line, remark)| remark.contains(&format!("history.jsonl:{line}: this line is damaged"))),
        "{remarks:?}"
    );
    let text = bench.transcript(&["history", CARD]);
    assert!(text.matches("note: ").count() == 3 && text.matches("apply").count() == 2 && text.ends_with("[0]"), "{text}");
}

#[test]
fn text_of_others_does_not_steer_the_terminal() {
    let bench = Bench::applied();
    let path = kept(&bench).join("history.jsonl");
    let line = std::fs::read_to_string(&path).unwrap().replace("\"apply\"", "\"\\u001b[2Japply\"");
    std::fs::write(&path, line).unwrap();
    assert!(bench.ok(&["history", CARD]).contains("\\u{1b}[2Japply"));
}

#[test]
fn a_state_folder_that_takes_nothing_is_a_warning_and_hides_nothing() {
    let bench = Bench::new();
    // Of what is no folder not even root makes one.
    let output = bench.run(&["apply", "tandem.toml", "--yes", "--json", "--state", "tandem.toml/state", CARD]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), bench.learn().generation), (Some(0), 1));
    assert!(text.matches("warning: ").count() == 1 && text.contains("--state DIR or TANDEM_STATE") && text.contains("not kept"), "{text}");
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["applied"]["generation"], 1);
    bench.change("next.toml", NEXT);
    bench.ok(&["apply", "next.toml", "--yes", CARD]);
    let back = bench.transcript(&["rollback", "--yes", "--state", "tandem.toml/state", CARD]);
    assert!(back.contains("warning: ") && back.contains("Rolled back") && back.ends_with("[0]"), "{back}");
    // The remedy that it names.
    let before = bench.learn();
    assert!(kept_tables(&bench).tables != before.active);
    bench.ok(&["export", "now.json", CARD]);
    bench.ok(&["apply", "--tables", "now.json", "--yes", CARD]);
    assert!(kept_tables(&bench).tables == before.active && bench.learn() == before);
}

/// The fields of a datagram in the journal's native protocol; a value of several lines comes after its length.
fn fields(mut datagram: &[u8]) -> HashMap<String, String> {
    let mut fields = HashMap::new();
    while !datagram.is_empty() {
        let end = datagram.iter().position(|byte| b"=\n".contains(byte)).unwrap();
        let (name, rest) = (&datagram[..end], &datagram[end + 1..]);
        let (value, rest) = match datagram[end] {
            b'=' => rest.split_at(rest.iter().position(|byte| *byte == b'\n').unwrap()),
            _ => rest[8..].split_at(u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize),
        };
        assert_eq!(rest[0], b'\n');
        fields.insert(String::from_utf8(name.into()).unwrap(), String::from_utf8(value.into()).unwrap());
        datagram = &rest[1..];
    }
    fields
}

#[test]
fn the_journal_gets_a_line_for_every_change() {
    let bench = Bench::new();
    let journal = UnixDatagram::bind(bench.path().join("journal")).unwrap();
    journal.set_nonblocking(true).unwrap();
    let next = || {
        let mut datagram = [0; 65536];
        journal.recv(&mut datagram).ok().map(|length| fields(&datagram[..length]))
    };
    let file = "a\nPRIORITY=0\n.toml";
    std::fs::copy(bench.path().join("tandem.toml"), bench.path().join(file)).unwrap();
    let mut command = bench.command(&["apply", file, "--yes", "--json", CARD]);
    let applied: Value = serde_json::from_slice(&command.env("SUDO_USER", "alice").output().unwrap().stdout).unwrap();
    let told = next().unwrap();
    let root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    assert!(told["TANDEM_FILE"].ends_with(file) && told["PRIORITY"] == "5" && told["SYSLOG_IDENTIFIER"] == "tandem");
    assert_eq!((told["TANDEM_WHO"] == "alice", told["TANDEM_GENERATION"].as_str()), (root, "1"));
    assert_eq!((&applied["digest"], &applied["moved"].to_string()), (&told["TANDEM_DIGEST"].as_str().into(), &told["TANDEM_MOVED"]));
    assert!(told["MESSAGE"].ends_with("generation 0 -> 1, 8192 entries moved"), "{}", told["MESSAGE"]);

    bench.ok(&["plan", "tandem.toml", CARD]);
    bench.ok(&["apply", "tandem.toml", "--yes", CARD]);
    assert!(next().is_none(), "nothing was changed");
    bench.ok(&["set", "tandem.toml", "alpha", "draining", "--yes", CARD]);
    assert_eq!(next().unwrap()["TANDEM_COMMAND"], "set alpha draining");
    bench.ok(&["rollback", "--yes", CARD]);
    assert_eq!(next().unwrap()["TANDEM_LEFT"], "2");
    // A journal that is gone ends no change.
    drop(journal);
    bench.ok(&["set", "tandem.toml", "alpha", "draining", "--yes", CARD]);
}

#[test]
fn a_change_that_failed_is_on_record() {
    let folder = folder();
    let model = crate::refusals::Forgetful(Model::new(modelcard::ModelCard::new(crate::bench::GROUPS, 2, 64)));
    let _server = serve_in(&folder, model);
    let run = |arguments: &[&str]| crate::bench::command(folder.path(), arguments).output().unwrap();
    assert_eq!(run(&["apply", "tandem.toml", "--yes", CARD]).status.code(), Some(1));
    let history: Value = serde_json::from_slice(&run(&["history", "--json", CARD]).stdout).unwrap();
    let change = &history["changes"][0];
    assert!(change["problem"].as_str().unwrap().contains("nothing was committed") && change["generation"] == Value::Null, "{change}");
    // A rollback that has nothing to return to is no change.
    assert_eq!(run(&["rollback", "--yes", CARD]).status.code(), Some(1));
    let history: Value = serde_json::from_slice(&run(&["history", "--json", CARD]).stdout).unwrap();
    assert_eq!(history["changes"].as_array().unwrap().len(), 1);
}
