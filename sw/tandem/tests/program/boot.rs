//! Tables return to a card that was reset: by hand, and by the units of systemd.

use crate::bench::{Bench, CARD, folder};
use crate::record::{NEXT, kept};
use pcie::Port as _;
use std::path::Path;

fn reset(bench: &Bench) {
    bench.model().reset();
    assert_eq!(bench.learn().generation, 0);
}

#[test]
fn a_card_that_was_reset_gets_the_very_tables_back() {
    let bench = Bench::applied();
    bench.change("next.toml", NEXT);
    bench.ok(&["apply", "next.toml", "--yes", CARD]);
    bench.ok(&["apply", "tandem.toml", "--yes", CARD]);
    let before = bench.learn().held.active;
    assert_ne!(before.groups, bench_tables("tandem.toml", &bench).groups, "they have a history");
    reset(&bench);
    assert_eq!(bench.run(&["plan", "--restore", CARD]).status.code(), Some(2));
    let restored = bench.json(&["apply", "--restore", "--yes", CARD]);
    assert_eq!((&restored["applied"]["committed"], &restored["applied"]["generation"]), (&true.into(), &1.into()));
    assert_eq!(bench.learn().active.digest(), before.digest());
    assert!(bench.learn().active == before);
    let again = bench.transcript(&["apply", "--restore", "--yes", CARD]);
    assert!(again.contains("No changes") && again.ends_with("[0]"), "{again}");
}

/// What follows from a file alone.
fn bench_tables(file: &str, bench: &Bench) -> control::Tables {
    let text = std::fs::read_to_string(bench.path().join(file)).unwrap();
    control::Configuration::parse(&text, file).unwrap().tables(crate::bench::GROUPS).unwrap()
}

#[test]
fn a_restore_touches_no_card_that_serves_something_else() {
    let bench = Bench::new();
    let nothing = bench.transcript(&["apply", "--restore", "--yes", CARD]);
    assert!(nothing.contains("no tables are kept there") && nothing.contains("--state DIR") && nothing.ends_with("[1]"), "{nothing}");
    bench.ok(&["apply", "tandem.toml", "--yes", CARD]);
    bench.change("next.toml", NEXT);
    bench.ok(&["apply", "next.toml", "--yes", "--state", "elsewhere", CARD]);
    let before = bench.learn();
    let refused = bench.transcript(&["apply", "--restore", "--yes", CARD]);
    assert!(refused.contains("the card was not reset: it serves generation 2") && refused.ends_with("[1]"), "{refused}");
    assert_eq!(bench.learn(), before);
    // The remedy that it names does it.
    let remedy = refused.split("`tandem ").last().unwrap().split('`').next().unwrap();
    bench.ok(&remedy.split(' ').chain(["--yes", CARD]).collect::<Vec<_>>());
    assert_eq!(bench.learn().active.groups, bench_tables("tandem.toml", &bench).groups);

    std::fs::write(kept(&bench).join("tables.json"), "{").unwrap();
    reset(&bench);
    let damaged = bench.transcript(&["apply", "--restore", "--yes", CARD]);
    assert!(damaged.contains("tables.json: no tables of a card") && damaged.ends_with("[1]"), "{damaged}");
}

const SERVICE: &str = include_str!("../../systemd/tandem-restore@.service");

#[test]
fn the_unit_restores_a_card_after_its_reset() {
    let bench = Bench::applied();
    // All of a group's packets are dropped, as somebody has agreed.
    let down: &[(&str, &str)] = &[("weight = 2\n", "weight = 2\nstate = \"down\"\n"), ("weight = 1\n", "weight = 1\nstate = \"down\"\n")];
    bench.change("down.toml", down);
    bench.ok(&["apply", "down.toml", "--yes", "--force", CARD]);
    let before = bench.learn().held.active;
    reset(&bench);
    let command = SERVICE.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/tandem ")).unwrap();
    let command: Vec<String> = command.split(' ').map(|word| word.replace("%i", "vfio-user:card")).collect();
    bench.ok(&command.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(bench.learn().active == before);
    bench.ok(&command.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(bench.json(&["history", "--last", "1", CARD])["changes"][0]["command"], "apply --restore");
}

#[test]
fn systemd_takes_the_units_where_it_is_installed() {
    let folder = folder();
    let program = Path::new(env!("CARGO_BIN_EXE_tandem")).to_str().unwrap();
    std::fs::write(folder.path().join("tandem-restore@.service"), SERVICE.replace("/usr/bin/tandem", program)).unwrap();
    std::fs::write(folder.path().join("tandem-restore@.timer"), include_str!("../../systemd/tandem-restore@.timer")).unwrap();
    let slow_path = include_str!("../../systemd/tandem-slow-path@.service").replace("/usr/bin/tandem", program);
    std::fs::write(folder.path().join("tandem-slow-path@.service"), slow_path).unwrap();
    let manager = include_str!("../../systemd/tandem-manager.service").replace("/usr/bin/tandem-manager", program);
    std::fs::write(folder.path().join("tandem-manager.service"), manager).unwrap();
    for unit in ["tandem-restore@.service", "tandem-restore@.timer", "tandem-slow-path@.service", "tandem-manager.service"] {
        let mut verify = std::process::Command::new("systemd-analyze");
        verify.args(["verify", "--man=no"]).arg(folder.path().join(unit)).env("SYSTEMD_UNIT_PATH", format!("{}:", folder.path().display()));
        let Ok(output) = verify.output() else { return };
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !text.contains("tandem-"), "{unit}: {text}");
    }
}
