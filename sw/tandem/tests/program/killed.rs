//! `kill -9` at any moment of an apply.

use crate::bench::{Bench, CARD};
use control::{Configuration, Plan, Tables};
use driver::Idle;
use model::{Decision, State};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// As many kills as this, at least.
const KILLS: u32 = 40;

/// A fleet like no other: its key, every weight, one of its managers and its rule depend on the number.
fn fleet(number: u32) -> String {
    let mut text = format!(
        "group_macs = [\"02:00:5e:10:00:01\"]\n[[group]]\nname = \"all\"\nkey = \"{:016x}\"\nprofile = \"weighted\"\n\
         [[rule]]\nports = {}\ngroup = \"all\"\nkey_on = \"peer\"\n",
        u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15),
        1 + number % 443,
    );
    for id in [1, 2, 3, 4, 5 + number % 3] {
        let weight = 1 + (number * 7 + id * 3) % 11;
        text += &format!("[[manager]]\nname = \"m{id}\"\nid = {id}\nmac = \"02:00:5e:20:00:{id:02x}\"\nport = 1\nweight = {weight}\n");
    }
    text
}

fn plan(now: &Tables, file: &Path) -> Tables {
    let text = std::fs::read_to_string(file).unwrap();
    Plan::new(now, &Configuration::parse(&text, "fleet.toml").unwrap()).unwrap().next
}

fn decisions(state: &State, frames: &[capture::Frame]) -> Vec<Decision> {
    frames.iter().map(|frame| model::decide(state, &frame.bytes, 0)).collect()
}

#[test]
fn leaves_the_old_state_or_the_new_and_is_repaired_by_the_next_apply() {
    let bench = Bench::with(1, 1);
    let frames = capture::read(&bench.path().join("web.pcap")).unwrap().frames;
    let file = bench.path().join("fleet.toml");
    let apply = ["apply", "fleet.toml", "--yes", CARD];
    std::fs::write(&file, fleet(0)).unwrap();
    bench.ok(&apply);

    let (mut old, mut new, mut writing) = (0, 0, 0);
    let (mut round, mut whole) = (0, Duration::from_millis(200));
    while old + new < KILLS {
        round += 1;
        std::fs::write(&file, fleet(round)).unwrap();
        let before = bench.learn().held.active;
        let after = plan(&before, &file);
        let mut child = bench.command(&apply).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Steps of a third and a bit spread over the whole time, so that every part of it is met.
        std::thread::sleep(whole.mul_f64(f64::from(round * 37 % 101) / 100.0));
        let ended = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        bench.wait_for_the_card();

        let served = decisions(bench.model().card.state(), &frames);
        let (is_old, is_new) = (served == decisions(&before.state(), &frames), served == decisions(&after.state(), &frames));
        assert!(is_old != is_new, "round {round}: a mixture of two states is served");
        if !ended {
            (old, new) = (old + u32::from(is_old), new + u32::from(is_new));
            writing += u32::from(bench.learn().idle_generation == Idle::Unfinished);
        }
        // How long a whole apply takes is measured anew each time: the machine may be busy with other things as well.
        let start = Instant::now();
        bench.ok(&apply);
        whole = start.elapsed();
        let repaired = bench.learn();
        assert_eq!(repaired.active, plan(&repaired.active, &file), "round {round}: the file is in force");
    }
    let met = format!("{old} kills before the commit, of which {writing} while the idle banks were written, {new} after it");
    assert!(old > 0 && new > 0 && writing > 0, "{met}");
    println!("{met}");
}

#[test]
fn a_rollback_after_a_repair_returns_to_what_was_served_before_it() {
    let bench = Bench::applied();
    let before = bench.learn();
    bench.change("next.toml", &[("weight = 4", "weight = 9"), ("5a1f0c77e2943bd8", "0f0e0d0c0b0a0908")]);
    bench.interrupt_while_writing();
    let refused = bench.transcript(&["rollback", "--yes", CARD]);
    assert!(refused.contains("an apply was interrupted") && refused.ends_with("[1]"), "{refused}");
    assert_eq!(bench.learn().held.active, before.held.active);
    bench.ok(&["apply", "next.toml", "--yes", CARD]);
    bench.ok(&["rollback", "--yes", CARD]);
    assert_eq!((bench.learn().held.active, bench.learn().generation), (before.held.active, before.held.generation));
}
