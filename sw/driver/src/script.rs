//! Which register accesses put a state in force.
//!
//! Banked state (groups, rules, managers' rows) is written into idle banks and waits for [`commit`]; the rest is in force at once. After a commit
//! the idle bank holds what was in force before, so a unit is always written whole.

use crate::card::{Card, Fault, wait_for_commit};
use crate::word::enable_words;
use contract::limits::BUCKETS;
use contract::register::*;
use contract::row::{GroupMac, ManagerRow, Neighbours};
use control::Tables;
use model::classifier::Rules;
use model::entry_table::Group;
use model::manager_table::Manager;

/// One access of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptStep {
    /// Write a word.
    Write {
        /// Byte address in the window.
        address: u32,
        /// The word.
        value: u32,
    },
    /// Read STATUS until no commit is in progress.
    WaitCommit,
}

/// Makes the accesses of a script, one after the other.
///
/// # Errors
/// At the first access that is refused, and at a commit that does not become complete. The rest is not done.
pub fn apply(card: &mut impl Card, script: &[ScriptStep]) -> Result<(), Fault> {
    for access in script {
        match *access {
            ScriptStep::Write { address, value } => card.write(address, value)?,
            ScriptStep::WaitCommit => wait_for_commit(card)?,
        }
    }
    Ok(())
}

/// The generation that [`upload`] announces; a card after reset is at 0.
pub const FIRST_GENERATION: u32 = 1;

/// Programs a whole card from reset. It bridges until the last access, which enables it if the tables say so.
pub fn upload(tables: &Tables) -> Vec<ScriptStep> {
    let mut script = Vec::new();
    for (number, table) in (0..).zip(&tables.groups) {
        script.extend(group(number, table));
    }
    script.extend(rules(&tables.rules));
    for (id, row) in (0..=u8::MAX).zip(tables.managers.map(Manager::row)).skip(1) {
        script.extend(manager(id, row));
    }
    for (place, word) in enable_words(&tables.managers).into_iter().enumerate() {
        script.push(managers_enabled(place, word));
    }
    for (place, mac) in tables.group_macs.into_iter().enumerate() {
        script.extend(group_mac(place, mac));
    }
    for (ingress, egress) in tables.port_pairs.into_iter().enumerate() {
        script.push(port_pair(ingress, egress));
    }
    script.push(neighbours(tables.neighbours));
    script.extend(commit(every_unit(tables.groups.len()), FIRST_GENERATION));
    script.push(enable(tables.enabled));
    script
}

/// Writes a group into its idle bank: entries, key and policy.
pub fn group(number: u8, group: &Group) -> Vec<ScriptStep> {
    let place = usize::from(number);
    let mut script = Vec::with_capacity(BUCKETS / 4 + 4);
    script.push(write(ENTRY_INDEX.at(0), u32::from(number) * ENTRY_WORDS));
    for [a, b, c, d] in group.entries.as_chunks().0 {
        script.push(write(ENTRY_DATA.at(0), u32::from_le_bytes([*a, *b, *c, *d])));
    }
    for (register, value) in [GROUP_KEY_LO, GROUP_KEY_HI, GROUP_POLICY].iter().zip(group.row.words()) {
        script.push(write(register.at(place), value));
    }
    script
}

/// Writes the list of rules into its idle bank.
pub fn rules(rules: &Rules) -> Vec<ScriptStep> {
    let rows = rules.iter().enumerate();
    rows.flat_map(|(place, rule)| [RULE_PORTS, RULE_MATCH].map(|register| register.at(place)).into_iter().zip(rule.words()))
        .map(|(address, value)| write(address, value))
        .collect()
}

/// Makes idle banks active, and waits until no frame in flight holds an old one: `units` by the bits of COMMIT.
pub fn commit(units: u32, generation: u32) -> [ScriptStep; 3] {
    [write(NEXT_GENERATION.at(0), generation), write(COMMIT.at(0), units), ScriptStep::WaitCommit]
}

/// Writes a manager's row into its idle bank.
pub fn manager(id: u8, row: ManagerRow) -> [ScriptStep; 3] {
    let [low, high] = row.words();
    let index = u32::from(id) * MANAGER_WORDS;
    [write(MANAGER_INDEX.at(0), index), write(MANAGER_DATA.at(0), low), write(MANAGER_DATA.at(0), high)]
}

/// Says at once which of the managers `32 * place` and the 31 behind it take traffic, by bit.
pub fn managers_enabled(place: usize, word: u32) -> ScriptStep {
    write(MANAGER_ENABLE.at(place), word)
}

/// Puts one of the card's addresses in force.
pub fn group_mac(place: usize, mac: GroupMac) -> [ScriptStep; 2] {
    let [low, high] = mac.words();
    [write(GROUP_MAC_LO.at(place), low), write(GROUP_MAC_HI.at(place), high)]
}

/// Says where frames from an ingress port are bridged to.
pub fn port_pair(ingress: usize, egress: u8) -> ScriptStep {
    write(PORT_PAIR.at(ingress), egress.into())
}

/// Says where neighbour questions to everybody go.
pub fn neighbours(neighbours: Neighbours) -> ScriptStep {
    write(NEIGHBOURS.at(0), neighbours.word())
}

/// Starts or stops deciding frames.
pub fn enable(enabled: bool) -> ScriptStep {
    write(CONTROL.at(0), enabled.into())
}

fn write(address: u32, value: u32) -> ScriptStep {
    ScriptStep::Write { address, value }
}
