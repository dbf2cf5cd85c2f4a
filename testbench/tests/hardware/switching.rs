//! Changes while packets flow: every packet is decided by one state, and each core goes from the old to the new once.

use crate::{SEED, agreed};
use contract::code::{Reason, Verdict};
use contract::limits::BUCKETS;
use contract::register::{COMMIT, GENERATION, GROUP_KEY_LO, STATUS, UNIT_MANAGERS, UNIT_RULES, VIEW, VIEW_IDLE_BANK, every_unit};
use contract::row::{ManagerRow, RuleRow};
use driver::script;
use model::manager_table::Manager;
use rand::RngExt;
use sim::{AccessError, Batch, Design, Frames, RegisterAccess, Source, When};
use std::collections::BTreeSet;
use testbench::generate::{TrafficGenerator, in_flight, random_group, random_manager, random_pace, random_rules, random_tables, rng};
use testbench::measure::{straight_through, udp};
use testbench::scoreboard::{Bench, Checked, Mismatch};

const FRAMES: usize = 20_000;

/// Random frames for every source, in a state drawn at random, with the accesses of `script` meanwhile.
fn traffic(bench: &mut Bench, seed: u64, script: Vec<RegisterAccess>, paced: bool) -> Checked {
    let design = bench.sim.design();
    let rng = &mut rng(SEED, seed);
    let mut tables = random_tables(rng, design.groups());
    tables.enabled = true;
    agreed(bench.apply(&script::upload(&tables)));
    let sources = (0..design.sources()).map(|_| {
        let traffic = TrafficGenerator::new(rng.random(), &tables).up_to(200);
        let pace = if paced { random_pace(rng) } else { sim::Pace::Always };
        Source { frames: (0..FRAMES as u64).map(|number| traffic.frame(number).bytes).collect(), pace, ..Source::default() }
    });
    let batch = Batch { sources: sources.collect(), script, budget: 20_000_000, ..Batch::default() };
    agreed(bench.run(&batch))
}

/// Every state must have decided frames on every core, or nothing was shown.
fn assert_every_state_was_met(checked: &Checked, design: Design) {
    for fates in &checked.fates {
        let met: BTreeSet<usize> = fates.iter().map(|fate| fate.epoch).collect();
        assert_eq!(met.len(), checked.epochs, "{design:?}: states that decided frames: {met:?}");
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
            let units = if number == 1 { every_unit(design.groups()) } else { rng.random_range(1..=every_unit(design.groups())) };
            let units = units & every_unit(design.groups());
            let when = When::Accepted { source: 0, frame: number as usize * FRAMES / 22 };
            let mut accesses = in_flight(when, &script::commit(units, 100 + number)[..2]);
            let later = When::Accepted { source: 0, frame: number as usize * FRAMES / 22 + 300 };
            accesses.push(RegisterAccess::read(later, STATUS.at(0)));
            for core in 0..design.cores() as u32 {
                accesses.extend([RegisterAccess::write(later, VIEW.at(0), core), RegisterAccess::read(later, GENERATION.at(0))]);
            }
            accesses
        });
        let checked = traffic(&mut bench, 4, commits.collect(), false);
        assert_eq!(checked.epochs, 21, "{design:?}");
        assert_every_state_was_met(&checked, design);
        agreed(bench.compare_counters());
    }
}

/// Commits everything again and again among frames that follow each other without a pause. One state sends all of them to group 1 and the
/// other to group 0, and of each group's two banks one is never to be used: a packet that sees half a commit goes to a manager of its own, or
/// to an address or a port that this manager has in the other state.
pub(crate) fn commit_everything_again_and_again(bench: &mut Bench) -> Result<Checked, Mismatch> {
    const COMMITS: usize = 100;
    const APART: usize = 150;
    let design = bench.sim.design();
    for group in [0, 1] {
        let mut tables = straight_through(design);
        tables.rules[0] = RuleRow { lowest: 0, highest: u16::MAX, group, ..tables.rules[0] };
        for manager in 1..=4 {
            tables.managers[manager] = Manager { mac: [2, 0, 0, 0, 2 + group, manager as u8], egress: group, enabled: true };
        }
        // With the rule for group 0 come managers 3 and 4, with that for group 1 managers 2 and 1; 2 and 4 must never be seen.
        for (table, manager) in tables.groups.iter_mut().zip(if group == 0 { [3, 4] } else { [2, 1] }) {
            table.entries = [manager; BUCKETS];
        }
        bench.apply(&script::upload(&tables))?;
    }
    let commit = |number: usize| {
        let when = When::Accepted { source: 0, frame: number * APART };
        let done = RegisterAccess::read(When::Accepted { source: 0, frame: number * APART + APART / 2 }, STATUS.at(0));
        in_flight(when, &script::commit(every_unit(design.groups()), number as u32)[..2]).into_iter().chain([done])
    };
    let script = (1..=COMMITS).flat_map(commit).collect();
    let frames: Frames = (0..(COMMITS + 2) * APART).map(|number| udp(60, number, 0)).collect();
    let sources = vec![Source { frames, ..Source::default() }; design.sources()];
    bench.run(&Batch { sources, script, ..Batch::default() })
}

#[test]
fn no_packet_sees_half_a_commit() {
    for design in Design::ALL {
        let checked = agreed(commit_everything_again_and_again(&mut Bench::new(design)));
        assert_eq!(checked.epochs, 101, "{design:?}");
        assert_every_state_was_met(&checked, design);
        let managers: BTreeSet<_> = checked.fates.iter().flatten().map(|fate| fate.decision.manager).collect();
        assert_eq!(managers, BTreeSet::from([Some(1), Some(3)]), "{design:?}");
    }
}

#[test]
fn new_keys_entries_rules_and_addresses_written_in_flight_take_effect_with_the_commit_alone() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        let rng = &mut rng(SEED, 5);
        let when = When::Accepted { source: 0, frame: 500 };
        let mut host = [script::group(1, &random_group(rng)), script::rules(&random_rules(rng, design.groups()))].concat();
        host.extend((1..=200).flat_map(|id| script::manager(id, random_manager(rng).row())));
        let written = host.len();
        host.extend(&script::commit(1 << 1 | 1 << UNIT_RULES | 1 << UNIT_MANAGERS, 7)[..2]);
        let checked = traffic(&mut bench, 6, in_flight(when, &host), true);
        assert_eq!(checked.epochs, 2, "{design:?}: only the commit puts a state in force");
        let begun = checked.run_log.accesses[0].started;
        let committed = checked.run_log.accesses[written + 1].started;
        let while_written = checked.run_log.decisions[0].iter().filter(|decision| (begun..committed).contains(&decision.cycle)).count();
        assert!(while_written > 500, "{design:?}: the writes were to take their time among frames, and took {while_written}");
    }
}

#[test]
fn a_manager_that_is_disabled_in_flight_gets_no_frame_afterwards() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        let tables = straight_through(design);
        agreed(bench.apply(&script::upload(&tables)));
        let moved = script::manager(1, ManagerRow { mac: [2, 9, 9, 9, 9, 9], egress: 0 });
        let moved = [&moved[..], &script::commit(1 << UNIT_MANAGERS, 2)].concat();
        let [without, with] = [0b100, 0b110].map(|word| vec![script::managers_enabled(0, word)]);
        let steps = [(2000, without), (4000, with), (6000, moved)];
        let script = steps.iter().flat_map(|(frame, steps)| in_flight(When::Accepted { source: 0, frame: *frame }, steps));
        let frames = (0..8000).map(|number| udp(60 + number % 80, number, 0)).collect();
        let batch = Batch { sources: vec![Source { frames, ..Source::default() }], script: script.collect(), ..Batch::default() };
        let checked = agreed(bench.run(&batch));
        assert_every_state_was_met(&Checked { fates: checked.fates[..1].to_vec(), ..checked }, design);
        agreed(bench.compare_counters());
    }
}

#[test]
fn the_frames_of_a_disabled_manager_are_dropped_in_one_piece() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        let tables = straight_through(design);
        agreed(bench.apply(&script::upload(&tables)));
        let script = in_flight(When::Accepted { source: 0, frame: 1000 }, &[script::managers_enabled(0, 0b100)]);
        let frames = (0..3000).map(|number| udp(1518, number, 0)).collect();
        let checked = agreed(bench.run(&Batch { sources: vec![Source { frames, ..Source::default() }], script, ..Batch::default() }));
        let fates: Vec<_> = checked.fates[0].iter().map(|fate| (fate.decision.verdict, fate.decision.reason)).collect();
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

#[test]
fn idle_banks_refuse_writes_until_no_frame_holds_the_old_state() {
    for design in Design::ALL {
        let mut bench = Bench::new(design);
        agreed(bench.apply(&script::upload(&straight_through(design))));
        agreed(bench.apply(&script::rules(&random_rules(&mut rng(SEED, 8), design.groups()))));
        // By hand: how long a commit takes is the hardware's affair, and the model's are complete at once.
        let soon = When::Accepted { source: 0, frame: 500 };
        let later = When::Accepted { source: 0, frame: 1500 };
        let key = GROUP_KEY_LO.at(1);
        let script = vec![
            RegisterAccess::write(soon, key, 0x1111),
            RegisterAccess::write(soon, COMMIT.at(0), 1),
            RegisterAccess::write(soon, key, 0x2222),
            RegisterAccess::read(soon, STATUS.at(0)),
            RegisterAccess::write(later, VIEW.at(0), VIEW_IDLE_BANK),
            RegisterAccess::read(later, STATUS.at(0)),
            RegisterAccess::read(later, key),
            RegisterAccess::write(later, key, 0x3333),
            RegisterAccess::read(later, key),
        ];
        let frames = (0..2000).map(|number| udp(60, number, 0)).collect();
        let run_log = bench.sim.run(&Batch { sources: vec![Source { frames, ..Source::default() }], script, ..Batch::default() });
        let answers: Vec<_> = run_log.accesses.iter().map(|access| access.response).collect();
        let refused = Err(AccessError::Slverr { address: key });
        assert_eq!(answers, [Ok(0), Ok(0), refused, Ok(1), Ok(0), Ok(0), Ok(0x1111), Ok(0), Ok(0x3333)], "{design:?}");
    }
}
