//! A card in service changes its state.

mod common;

use common::{Faulty, card, frames, site};
use contract::limits::{GROUP_MACS, MANAGERS, PORTS, RULES};
use contract::register::*;
use control::Tables;
use control::self_source::{self, PortTables, Transport};
use driver::deploy::{self, OVERHEAD};
use driver::snapshot::{held, in_force, in_force_of, learn};
use driver::{Card, DeployError, Idle, Meter, ScriptStep, Word, script};
use model::State;
use modelcard::ModelCard;

fn apply(card: &mut impl Card, next: &Tables) -> deploy::Applied {
    let now = learn(card).unwrap();
    deploy::apply(card, &now, next).unwrap()
}

fn refused(card: &mut impl Card, next: &Tables) -> DeployError {
    let now = learn(card).unwrap();
    deploy::apply(card, &now, next).unwrap_err()
}

/// The same site without its last manager.
fn smaller() -> Tables {
    let mut site = site();
    site.managers.pop();
    site.tables()
}

/// Writes the rows of all managers into their idle bank.
fn managers(tables: &Tables) -> Vec<ScriptStep> {
    (1..=u8::MAX).flat_map(|id| script::manager(id, tables.managers[usize::from(id)].row())).collect()
}

#[test]
fn a_fresh_card_takes_a_state_and_knows_that_there_was_none_before() {
    let mut card = card();
    let applied = apply(&mut card, &site().tables());
    assert_eq!((applied.generation, applied.committed, applied.digest), (1, true, site().tables().digest()));
    let found = learn(&mut card).unwrap();
    assert_eq!((&found.active, found.generation, found.idle_generation), (&site().tables(), 1, Idle::Nothing));
    assert_eq!(deploy::rollback(&mut card, &found), Err(DeployError::NothingBefore));
}

#[test]
fn a_removed_manager_leaves_and_a_rollback_brings_it_back_as_it_was() {
    let mut card = card();
    apply(&mut card, &site().tables());
    apply(&mut card, &smaller());
    assert_eq!(card.state().managers(), smaller().managers);
    assert_eq!(card.state().idle_manager_rows()[3], site().tables().managers[3].row());
    let now = learn(&mut card).unwrap();
    deploy::rollback(&mut card, &now).unwrap();
    assert_eq!(card.state().managers(), site().tables().managers);
}

#[test]
fn a_rollback_takes_out_the_managers_that_came_with_the_generation_that_is_left() {
    let mut card = card();
    apply(&mut card, &smaller());
    apply(&mut card, &site().tables());
    let now = learn(&mut card).unwrap();
    assert!(deploy::rollback(&mut card, &now).unwrap().enabled.is_empty());
    assert_eq!(learn(&mut card).unwrap().active, smaller());
}

#[test]
fn a_rollback_brings_the_previous_generation_back_once() {
    let mut card = card();
    apply(&mut card, &site().tables());
    assert_eq!(apply(&mut card, &smaller()).generation, 2);
    let now = learn(&mut card).unwrap();
    assert_eq!(now.idle_generation, Idle::Generation(1));
    let back = deploy::rollback(&mut card, &now).unwrap();
    assert_eq!((back.generation, back.left, back.enabled), (1, 2, vec![3]));
    let found = learn(&mut card).unwrap();
    assert_eq!((&found.active, found.generation, found.idle_generation), (&site().tables(), 1, Idle::Generation(2)));
    assert_eq!(deploy::rollback(&mut card, &found), Err(DeployError::NotOlder { active: 1, idle: 2 }));
    assert_eq!(apply(&mut card, &smaller()).generation, 3, "a number that was given is not given again");
}

#[test]
fn a_rollback_to_a_manager_whose_address_is_gone_is_refused() {
    let mut card = card();
    apply(&mut card, &site().tables());
    apply(&mut card, &smaller());
    driver::apply(&mut card, &script::manager(3, Default::default())).unwrap();
    let now = learn(&mut card).unwrap();
    assert_eq!(deploy::rollback(&mut card, &now), Err(DeployError::RowLost { manager: 3 }));
}

#[test]
fn what_is_not_banked_changes_without_a_commit() {
    let mut card = card();
    let mut tables = site().tables();
    apply(&mut card, &tables);
    tables.managers[2].enabled = false;
    tables.port_pairs = [0, 1];
    tables.enabled = false;
    let applied = apply(&mut card, &tables);
    assert_eq!((applied.generation, applied.committed, applied.words), (1, false, 4));
    let found = learn(&mut card).unwrap();
    assert_eq!((&found.active, found.idle_generation), (&tables, Idle::Nothing));
    assert_eq!(apply(&mut card, &tables).words, 0, "there is nothing left to do");
}

#[test]
fn tables_for_another_card_are_refused() {
    let mut card = ModelCard::new(4, 2, 64);
    assert_eq!(refused(&mut card, &site().tables()), DeployError::Groups { wanted: 2, has: 4 });
}

#[test]
fn the_accesses_of_a_change_are_proportional_to_the_entries_that_move() {
    for moved in [1, 41, 400] {
        let (mut card, tables) = (card(), site().tables());
        apply(&mut card, &tables);
        // The other bank in step as well.
        let both =
            [script::group(0, &tables.groups[0]), script::group(1, &tables.groups[1]), script::rules(&tables.rules), managers(&tables)]
                .concat();
        driver::apply(&mut card, &both).unwrap();
        let mut next = tables.clone();
        let places: Vec<usize> = (0..4096).filter(|&bucket| tables.groups[0].entries[bucket] == 1).step_by(4).take(moved).collect();
        places.iter().for_each(|&bucket| next.groups[0].entries[bucket] = 2);
        let applied = apply(&mut card, &next);
        let [words, reads, writes] = [applied.words as u64, applied.change.reads, applied.change.writes];
        assert!((1..=moved as u64).contains(&words), "{moved} entries in {words} words");
        assert!(reads >= 2 * words && writes > words, "every word is written once and read back from two cores");
        assert!(reads + writes <= 6 * words + OVERHEAD, "{moved} entries: {words} words, {reads} reads, {writes} writes");
    }
}

#[test]
fn who_looks_reads_one_side_who_plans_reads_every_side_and_who_changes_reads_both_banks() {
    let (mut card, tables) = (card(), site().tables());
    apply(&mut card, &tables);
    let banked = tables.groups.len() * (ENTRY_WORDS as usize + 3) + 2 * RULES + 2 * MANAGERS;
    let words = banked + 2 * GROUP_MACS + PORTS + MANAGER_ENABLE_WORDS + 1;
    let reads_of = |card: &ModelCard, read: fn(&mut Meter<ModelCard>)| {
        let mut meter = Meter::new(card.clone());
        read(&mut meter);
        meter.traffic.reads as usize
    };
    let reads = |read| reads_of(&card, read);
    let looked = reads(|card| drop(in_force(card).unwrap()));
    let planned = reads(|card| drop(held(card).unwrap()));
    let changed = reads(|card| drop(learn(card).unwrap()));
    // What a card holds is read once of each decision side and bank; what else it is asked for is little.
    let shared = card.clone().with_sides(1);
    let [planned_shared, changed_shared] =
        [reads_of(&shared, |card| drop(held(card).unwrap())), reads_of(&shared, |card| drop(learn(card).unwrap()))];
    let counted =
        [(looked, words), (planned, 2 * words), (changed, 2 * (words + banked)), (planned_shared, words), (changed_shared, words + banked)];
    for (reads, words) in counted {
        assert!((words..words + 8).contains(&reads), "{reads} reads of {words} words");
    }
    // A group, the rules, which managers take traffic; and CAPABILITIES and GENERATION.
    let asked = reads(|card| drop(in_force_of(card, |_| [0].into()).unwrap()));
    assert_eq!(asked, ENTRY_WORDS as usize + 3 + 2 * RULES + MANAGER_ENABLE_WORDS + 2);
    assert_eq!(apply(&mut card, &tables).audit.reads as usize, planned, "what a plan reads is what an apply confirms");
}

#[test]
fn self_source_ports_need_the_groups_that_they_name_and_no_other() {
    let (mut card, tables) = (card(), site().tables());
    apply(&mut card, &tables);
    let whole = tables.state();
    for (transport, above) in [(Transport::Tcp, 53), (Transport::Udp, 53), (Transport::Udp, 52), (Transport::Udp, 443)] {
        let part = in_force_of(&mut card, |rules| self_source::groups(rules, transport, above)).unwrap();
        let lists = |state: &State| self_source::ports_of_all(state, &PortTables::none(state), transport, [7; 16], above);
        assert_eq!(lists(&part.active.state_at(part.generation)), lists(&whole), "{transport} {above}");
    }
}

#[test]
fn a_write_that_is_lost_is_noticed_before_the_commit() {
    let mut sound = card();
    apply(&mut sound, &site().tables());
    let mut writes = 0;
    let lost = |address, value| {
        writes += u32::from(address == ENTRY_DATA.at(0));
        (address != ENTRY_DATA.at(0) || writes != 2).then_some(value)
    };
    let mut faulty = Faulty { card: sound.clone(), on_write: lost, on_read: |_: &mut ModelCard, _, value| value };
    let error = refused(&mut faulty, &smaller());
    assert!(matches!(error, DeployError::Readback { word: Word::Entry(_), core: 0, committed: false, .. }), "{error}");
    let mut card = faulty.card;
    assert_eq!(common::decisions(&card, &frames()), common::decisions(&sound, &frames()));
    let found = learn(&mut card).unwrap();
    assert_eq!((found.generation, found.idle_generation), (1, Idle::Unfinished));
    assert_eq!(deploy::rollback(&mut card, &found), Err(DeployError::Interrupted));
    assert_eq!(apply(&mut card, &smaller()).generation, 2, "the next one repairs it");
}

/// Shows the given bit of entry word 7 stuck at one, on core 1 alone.
fn stuck_on_core_1(card: &mut ModelCard, address: u32, value: u32) -> u32 {
    if address == ENTRY_DATA.at(0) && card.read(VIEW.at(0)).unwrap() & 0xff == 1 && card.read(ENTRY_INDEX.at(0)) == Ok(8) {
        return value | 0x80;
    }
    value
}

#[test]
fn a_core_that_does_not_hold_what_the_others_hold_is_noticed() {
    let mut sound = card();
    apply(&mut sound, &site().tables());
    let mut faulty = Faulty { card: sound, on_write: |_, value| Some(value), on_read: stuck_on_core_1 };
    let now = learn(&mut faulty).unwrap();
    for found in [&now.disagreements, &now.idle_disagreements] {
        let words: Vec<_> = found.iter().map(|odd| (odd.word, odd.core, odd.other ^ odd.first)).collect();
        assert_eq!(words, [(Word::Entry(7), 1, 0x80)]);
    }
    let error = deploy::apply(&mut faulty, &now, &site().tables()).unwrap_err();
    assert!(matches!(error, DeployError::Readback { word: Word::Entry(7), core: 1, committed: false, .. }), "{error}");
}

#[test]
fn a_word_that_was_disturbed_is_written_anew() {
    let (mut sound, tables) = (card(), site().tables());
    apply(&mut sound, &tables);
    let mut faulty = Faulty { card: sound.clone(), on_write: |_, value| Some(value), on_read: stuck_on_core_1 };
    let disturbed = learn(&mut faulty).unwrap();
    let applied = deploy::apply(&mut sound, &disturbed, &tables).unwrap();
    assert!(applied.committed, "the active bank cannot be written, so a sound one takes its place");
    assert_eq!(learn(&mut sound).unwrap().active, tables);
}

#[test]
fn a_commit_that_does_not_end_is_given_up_in_time() {
    let busy = |_: &mut ModelCard, address, value| if address == STATUS.at(0) { 1 } else { value };
    let mut faulty = Faulty { card: card(), on_write: |_, value| Some(value), on_read: busy };
    let start = std::time::Instant::now();
    let error = refused(&mut faulty, &site().tables());
    assert!(matches!(error, DeployError::CommitStuck(_)), "{error}");
    assert!(start.elapsed() < 2 * driver::card::PATIENCE, "took {:?}", start.elapsed());
}

#[test]
fn a_commit_that_the_card_did_not_make_is_noticed() {
    let lost = |address, value| (address != COMMIT.at(0)).then_some(value);
    let mut faulty = Faulty { card: card(), on_write: lost, on_read: |_: &mut ModelCard, _, value| value };
    assert_eq!(refused(&mut faulty, &site().tables()), DeployError::Generation { core: 0, wanted: 1, read: 0 });
}

#[test]
fn a_switch_that_does_not_move_is_noticed_after_the_commit() {
    let lost = |address, value| (address != CONTROL.at(0)).then_some(value);
    let mut faulty = Faulty { card: card(), on_write: lost, on_read: |_: &mut ModelCard, _, value| value };
    let error = refused(&mut faulty, &site().tables());
    assert_eq!(error, DeployError::Readback { word: Word::Register(0x020), core: 0, wanted: 1, read: 0, committed: true });
    assert!(error.to_string().starts_with("CONTROL reads 0x00000000 on core 0 where 0x00000001 was written"), "{error}");
}

#[test]
fn a_card_programmed_by_a_script_is_understood() {
    let mut card = card();
    driver::apply(&mut card, &script::upload(&site().tables())).unwrap();
    let found = learn(&mut card).unwrap();
    assert_eq!((found.generation, found.idle_generation), (1, Idle::Generation(1)));
    assert_eq!(deploy::rollback(&mut card, &found), Err(DeployError::Interrupted), "nobody said what the idle banks hold");
    driver::apply(&mut card, &[ScriptStep::Write { address: NEXT_GENERATION.at(0), value: u32::MAX - 1 }]).unwrap();
    assert_eq!(apply(&mut card, &smaller()).generation, 1, "the numbers are used up, and begin anew");
}
