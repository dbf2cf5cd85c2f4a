//! Card states, as a host would program them through the registers.

use super::{Rng, pick, weighted};
use contract::limits::{GROUP_MACS, MANAGERS, PORTS, RULES};
use contract::register::{
    self, COMMIT, CONTROL, ENTRY_DATA, ENTRY_INDEX, ENTRY_WORDS, MANAGER_DATA, MANAGER_INDEX, NEXT_GENERATION, UNIT_RULES,
};
use contract::row::{GroupMac, GroupRow, ManagerRow, RuleRow};
use model::entry::Group;
use model::manager::Managers;
use model::rule::Rules;
use rand::{Rng as _, RngExt};

/// One register write: byte address and word.
pub type Write = (u32, u32);

/// Everything that a host programs: what is banked once, because one bank is what it writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Frames are decided.
    pub enabled: bool,
    /// Addresses that the card answers for.
    pub group_macs: [GroupMac; GROUP_MACS],
    /// Egress port of bridged frames, by ingress port.
    pub port_pairs: [u8; PORTS],
    /// The groups, as many as the card has.
    pub groups: Vec<Group>,
    /// The list of rules.
    pub rules: Rules,
    /// The manager table.
    pub managers: Managers,
}

impl Card {
    /// A state drawn at random, for a card with this many groups.
    pub fn random(rng: &mut Rng, groups: usize) -> Self {
        let mut group_macs: [GroupMac; GROUP_MACS] = std::array::from_fn(|_| GroupMac { mac: rng.random(), enabled: rng.random_bool(0.6) });
        group_macs[rng.random_range(0..GROUP_MACS)].enabled = true;
        let mut managers: Managers = std::array::from_fn(|_| random_manager(rng));
        managers[0] = ManagerRow::default();
        Self {
            enabled: rng.random_bool(0.95),
            group_macs,
            port_pairs: if rng.random_bool(0.8) { [1, 0] } else { std::array::from_fn(|_| rng.random_range(0..PORTS as u8)) },
            groups: (0..groups).map(|_| Self::random_group(rng)).collect(),
            rules: Self::random_rules(rng, groups),
            managers,
        }
    }

    /// A group drawn at random: a few managers or all of them, and some entries with none.
    pub fn random_group(rng: &mut Rng) -> Group {
        let few: [u8; 5] = rng.random();
        let all = rng.random_bool(0.5);
        let mut entries = [0; contract::limits::BUCKETS];
        rng.fill_bytes(&mut entries);
        if !all {
            entries.iter_mut().for_each(|entry| *entry = few[usize::from(*entry) % few.len()]);
        }
        let designated = if rng.random_bool(0.1) { 0 } else { rng.random() };
        Group { row: GroupRow { key: rng.random(), designated, equal_ports_hash: rng.random() }, entries }
    }

    /// Rules drawn at random: wide, narrow, single ports, and ranges that no port lies in.
    pub fn random_rules(rng: &mut Rng, groups: usize) -> Rules {
        let used = rng.random_range(0..=RULES);
        std::array::from_fn(|number| {
            let start: u16 = rng.random();
            let end: u16 = rng.random();
            let (lowest, highest) = weighted(
                &[
                    (3, (start, start.saturating_add(2000))),
                    (2, (start, start)),
                    (2, (start.min(end), start.max(end))),
                    (1, (start.max(end), start.min(end))),
                    (1, (0, 0)),
                ],
                rng,
            );
            let protocol = pick(&[None, Some(6), Some(17), Some(1), Some(58), Some(47)], rng);
            let in_use = if number < used { rng.random_bool(0.9) } else { false };
            RuleRow { lowest, highest, protocol, group: rng.random_range(0..groups as u8), key_on_peer: rng.random(), in_use }
        })
    }

    /// The writes that put this state in force on a card whose idle banks may be written, announced as `generation`.
    pub fn writes(&self, generation: u32) -> Vec<Write> {
        let mut writes = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            writes.extend(group_writes(number, group));
        }
        writes.extend(rule_writes(&self.rules));
        writes.push((MANAGER_INDEX.at(0), 2));
        writes.extend(self.managers[1..].iter().flat_map(|row| row.words()).map(|word| (MANAGER_DATA.at(0), word)));
        for (number, group_mac) in self.group_macs.iter().enumerate() {
            let [low, high] = group_mac.words();
            writes.extend([(register::GROUP_MAC_LO.at(number), low), (register::GROUP_MAC_HI.at(number), high)]);
        }
        writes.extend(self.port_pairs.iter().enumerate().map(|(port, pair)| (register::PORT_PAIR.at(port), u32::from(*pair))));
        let every_unit = ((1 << self.groups.len()) - 1) | 1 << UNIT_RULES;
        writes.extend(commit_writes(every_unit, generation));
        writes.push((CONTROL.at(0), self.enabled.into()));
        writes
    }
}

/// The writes that put a group into its idle bank.
pub fn group_writes(number: usize, group: &Group) -> Vec<Write> {
    let [low, high, policy] = group.row.words();
    let mut writes = vec![
        (register::GROUP_KEY_LO.at(number), low),
        (register::GROUP_KEY_HI.at(number), high),
        (register::GROUP_POLICY.at(number), policy),
        (ENTRY_INDEX.at(0), number as u32 * ENTRY_WORDS),
    ];
    writes.extend(group.entries.chunks_exact(4).map(|four| (ENTRY_DATA.at(0), u32::from_le_bytes([four[0], four[1], four[2], four[3]]))));
    writes
}

/// The writes that put a list of rules into its idle bank.
pub fn rule_writes(rules: &Rules) -> Vec<Write> {
    let words = |(number, rule): (usize, &RuleRow)| {
        let [ports, matches] = rule.words();
        [(register::RULE_PORTS.at(number), ports), (register::RULE_MATCH.at(number), matches)]
    };
    rules.iter().enumerate().flat_map(words).collect()
}

/// The writes that put a manager's row in place.
pub fn manager_writes(id: u8, row: ManagerRow) -> Vec<Write> {
    let [low, high] = row.words();
    vec![(MANAGER_INDEX.at(0), u32::from(id) * 2), (MANAGER_DATA.at(0), low), (MANAGER_DATA.at(0), high)]
}

/// The writes that make idle banks active.
pub fn commit_writes(units: u32, generation: u32) -> Vec<Write> {
    vec![(NEXT_GENERATION.at(0), generation), (COMMIT.at(0), units)]
}

fn random_manager(rng: &mut Rng) -> ManagerRow {
    ManagerRow { mac: rng.random(), egress: rng.random_range(0..PORTS as u8), enabled: rng.random_bool(0.85) }
}

const _: () = assert!(MANAGERS == 255, "an entry is one byte, and every byte but 0 names a manager");
