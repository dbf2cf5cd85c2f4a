//! Changes of a card's state while packets flow.

use super::{Rng, random_group, random_manager, random_neighbours, random_rules, weighted};
use contract::limits::{GROUP_MACS, PORTS};
use contract::register::{self, ENTRY_WORDS, MANAGER_ENABLE_WORDS, STATUS, UNIT_MANAGERS, UNIT_RULES};
use contract::row::GroupMac;
use control::Tables;
use driver::script;
use rand::RngExt;
use sim::{RegisterAccess, When};

/// Register accesses that change the card's state again and again while source `source` sends `frames` frames, `apart` frames from one
/// change to the next: enough that a change is complete before the next one begins. Both banks must have been written before.
pub fn changes(rng: &mut Rng, tables: &Tables, source: usize, frames: usize, apart: usize) -> Vec<RegisterAccess> {
    let mut script = Vec::new();
    for (number, frame) in (apart..frames.saturating_sub(apart)).step_by(apart).enumerate() {
        let when = When::Accepted { source, frame };
        // What the next writes may touch is idle again, and the switch is known to be complete.
        script.push(RegisterAccess::read(when, STATUS.at(0)));
        script.extend(in_flight(when, &change(rng, tables, number as u32)));
        if rng.random_bool(0.3) {
            script.push(RegisterAccess::read(when, register::GENERATION.at(0)));
            script.push(RegisterAccess::read(when, register::ACTIVE.at(0)));
        }
    }
    script
}

/// A host's script as accesses of a batch. Where the host would wait for a commit, STATUS is read once: whether it is complete by then
/// the scoreboard sees in the answer.
pub fn in_flight(when: When, script: &[script::ScriptStep]) -> Vec<RegisterAccess> {
    let translate = |access: &script::ScriptStep| match *access {
        script::ScriptStep::Write { address, value } => RegisterAccess::write(when, address, value),
        script::ScriptStep::WaitCommit => RegisterAccess::read(when, STATUS.at(0)),
    };
    script.iter().map(translate).collect()
}

fn change(rng: &mut Rng, tables: &Tables, generation: u32) -> Vec<script::ScriptStep> {
    let groups = tables.groups.len();
    match weighted(&[(3, 0), (2, 1), (4, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (2, 9)], rng) {
        0 => {
            let group = rng.random_range(0..groups);
            [touch_group(rng, group), script::commit(1 << group, generation).into()].concat()
        }
        1 => {
            let units = 1 << UNIT_RULES | rng.random_range(0..1 << groups);
            [script::rules(&random_rules(rng, groups)), script::commit(units, generation).into()].concat()
        }
        2 => {
            let rows = (0..4).flat_map(|_| script::manager(rng.random_range(1..=255), random_manager(rng).row()));
            rows.collect::<Vec<_>>().into_iter().chain(script::commit(1 << UNIT_MANAGERS, generation)).collect()
        }
        3 => {
            // What is written here does not become active now: another bank is committed, with what it held before.
            let group = rng.random_range(0..groups);
            [touch_group(rng, group), script::commit(1 << ((group + 1) % groups), generation).into()].concat()
        }
        4 => vec![script::enable(rng.random_bool(0.75))],
        5 => {
            let place = rng.random_range(0..GROUP_MACS);
            script::group_mac(place, GroupMac { mac: tables.group_macs[place].mac, enabled: rng.random() }).into()
        }
        6 => vec![script::port_pair(rng.random_range(0..PORTS), rng.random_range(0..PORTS as u8))],
        // Some managers of 32 take no traffic.
        7 => {
            let place = rng.random_range(0..MANAGER_ENABLE_WORDS);
            let word = rng.random::<u32>() | rng.random::<u32>() | rng.random::<u32>();
            vec![script::managers_enabled(place, if place == 0 { word & !1 } else { word })]
        }
        8 => vec![script::neighbours(random_neighbours(rng))],
        // Nothing: a unit that the card does not have, a reserved address, a word that cannot be written.
        _ => [(register::COMMIT.at(0), 1 << 10), (0xffc, 1), (register::IDENTITY.at(0), 0)].map(write).into(),
    }
}

/// A new key and policy, and a few new entries, in a group's idle bank.
fn touch_group(rng: &mut Rng, group: usize) -> Vec<script::ScriptStep> {
    let registers = [register::GROUP_KEY_LO, register::GROUP_KEY_HI, register::GROUP_POLICY].map(|register| register.at(group));
    let mut writes: Vec<_> = registers.into_iter().zip(random_group(rng).row.words()).map(write).collect();
    for _ in 0..4 {
        writes.push(write((register::ENTRY_INDEX.at(0), group as u32 * ENTRY_WORDS + rng.random_range(0..ENTRY_WORDS))));
        writes.push(write((register::ENTRY_DATA.at(0), rng.random())));
    }
    writes
}

fn write((address, value): (u32, u32)) -> script::ScriptStep {
    script::ScriptStep::Write { address, value }
}
