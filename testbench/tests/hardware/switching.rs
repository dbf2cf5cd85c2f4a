//! Changes while packets flow: every packet is decided by one state, and each core goes from the old to the new once.

use crate::{SEED, agreed};
use contract::code::{Reason, Verdict};
use contract::register::{GENERATION, STATUS, VIEW};
use contract::row::ManagerRow;
use driver::script;
use rand::RngExt;
use sim::{Access, Batch, Design, Source, When};
use std::collections::BTreeSet;
use testbench::generate::{Traffic, in_flight, random_group, random_pace, random_rules, random_tables, rng};
use testbench::judge::{Bench, Judged};
use testbench::measure::{straight_through, udp};

const FRAMES: usize = 20_000;

/// Random frames for every source, in a state drawn at random, with the accesses of `script` meanwhile.
fn traffic(bench: &mut Bench, seed: u64, script: Vec<Access>, paced: bool) -> Judged {
    let design = bench.sim.design();
    let rng = &mut rng(SEED, seed);
    let mut tables = random_tables(rng, design.groups());
    tables.enabled = true;
    agreed(bench.apply(&script::upload(&tables)));
    let sources = (0..design.sources()).map(|_| {
        let traffic = Traffic::new(rng.random(), &tables).up_to(200);
        let pace = if paced { random_pace(rng) } else { sim::Pace::Always };
        Source { frames: (0..FRAMES as u64).map(|number| traffic.frame(number).bytes).collect(), pace, ..Source::default() }
    });
    let batch = Batch { sources: sources.collect(), script, budget: 20_000_000, ..Batch::default() };
    agreed(bench.run(&batch))
}

/// Every state must have decided frames on every core, or nothing was shown.
fn assert_every_state_was_met(judged: &Judged, design: Design) {
    for fates in &judged.fates {
        let met: BTreeSet<usize> = fates.iter().map(|fate| fate.epoch).collect();
        assert_eq!(met.len(), judged.epochs, "{design:?}: states that decided frames: {met:?}");
    }
}

#[test]
fn commits_of_groups_and_rules_switch_each_core_once_between_two_frames() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        let rng = &mut rng(SEED, 3);
        // The banks that will come into force hold other keys, entries, policies and rules; they were written before.
        let idle = random_tables(rng, design.groups());
        agreed(bench.apply(&script::upload(&idle)));
        let commits = (1..=20u32).flat_map(|number| {
            let units =
                if number == 1 { script::every_unit(design.groups()) } else { rng.random_range(1..=script::every_unit(design.groups())) };
            let units = units & script::every_unit(design.groups());
            let when = When::Accepted { source: 0, frame: number as usize * FRAMES / 22 };
            let mut accesses = in_flight(when, &script::commit(units, 100 + number)[..2]);
            let later = When::Accepted { source: 0, frame: number as usize * FRAMES / 22 + 300 };
            accesses.push(Access::read(later, STATUS.at(0)));
            for core in 0..design.cores() as u32 {
                accesses.extend([Access::write(later, VIEW.at(0), core), Access::read(later, GENERATION.at(0))]);
            }
            accesses
        });
        let judged = traffic(&mut bench, 4, commits.collect(), false);
        assert_eq!(judged.epochs, 21, "{design:?}");
        assert_every_state_was_met(&judged, design);
        agreed(bench.compare_counters());
    }
}

#[test]
fn new_keys_entries_and_rules_written_in_flight_take_effect_with_the_commit_alone() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        let rng = &mut rng(SEED, 5);
        let when = When::Accepted { source: 0, frame: 500 };
        let mut host = [script::group(1, &random_group(rng)), script::rules(&random_rules(rng, design.groups()))].concat();
        let written = host.len();
        host.extend(&script::commit(1 << 1 | 1 << contract::register::UNIT_RULES, 7)[..2]);
        let judged = traffic(&mut bench, 6, in_flight(when, &host), true);
        assert_eq!(judged.epochs, 2, "{design:?}: only the commit puts a state in force");
        let begun = judged.outcome.accesses[0].started;
        let committed = judged.outcome.accesses[written + 1].started;
        let while_written = judged.outcome.decisions[0].iter().filter(|decision| (begun..committed).contains(&decision.cycle)).count();
        assert!(while_written > 500, "{design:?}: the writes were to take their time among frames, and took {while_written}");
    }
}

#[test]
fn a_manager_that_is_disabled_in_flight_gets_no_frame_afterwards() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        let tables = straight_through(design);
        agreed(bench.apply(&script::upload(&tables)));
        let down = ManagerRow { enabled: false, ..tables.managers[1] };
        let moved = ManagerRow { mac: [2, 9, 9, 9, 9, 9], egress: 0, enabled: true };
        let steps = [(2000, down), (4000, moved), (6000, tables.managers[1])];
        let script =
            steps.iter().flat_map(|(frame, row)| in_flight(When::Accepted { source: 0, frame: *frame }, &script::manager(1, *row)));
        let frames = (0..8000).map(|number| udp(60 + number % 80, number, 0)).collect();
        let batch = Batch { sources: vec![Source { frames, ..Source::default() }], script: script.collect(), ..Batch::default() };
        let judged = agreed(bench.run(&batch));
        assert_every_state_was_met(&Judged { fates: judged.fates[..1].to_vec(), ..judged }, design);
        agreed(bench.compare_counters());
    }
}

#[test]
fn the_frames_of_a_disabled_manager_are_dropped_in_one_piece() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        let tables = straight_through(design);
        agreed(bench.apply(&script::upload(&tables)));
        let down = ManagerRow { enabled: false, ..tables.managers[1] };
        let script = in_flight(When::Accepted { source: 0, frame: 1000 }, &script::manager(1, down));
        let frames = (0..3000).map(|number| udp(1518, number, 0)).collect();
        let judged = agreed(bench.run(&Batch { sources: vec![Source { frames, ..Source::default() }], script, ..Batch::default() }));
        let fates: Vec<_> = judged.fates[0].iter().map(|fate| (fate.decision.verdict, fate.decision.reason)).collect();
        let kept = fates
            .iter()
            .take_while(|fate| {
                **fate == (Verdict::ToManager, Reason::DestinationSide) || **fate == (Verdict::ToManager, Reason::SourceSide)
            })
            .count();
        assert!((1000..1100).contains(&kept), "{design:?}: the switch came behind frame {kept}");
        assert!(fates[kept..].iter().all(|fate| *fate == (Verdict::Drop, Reason::NoManager)), "{design:?}");
    }
}
