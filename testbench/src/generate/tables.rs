//! States of a card, as a host might program them.

use super::{Rng, pick, weighted};
use contract::limits::{BUCKETS, GROUP_MACS, MANAGERS, PORTS, RULES};
use contract::row::{GroupMac, GroupRow, Neighbours, RuleRow};
use control::Tables;
use model::classifier::Rules;
use model::entry_table::Group;
use model::manager_table::Manager;
use rand::{Rng as _, RngExt};

/// Tables drawn at random, for a card with this many groups.
pub fn random_tables(rng: &mut Rng, groups: usize) -> Tables {
    let mut group_macs: [GroupMac; GROUP_MACS] = std::array::from_fn(|_| GroupMac { mac: rng.random(), enabled: rng.random_bool(0.6) });
    group_macs[rng.random_range(0..GROUP_MACS)].enabled = true;
    let mut managers = std::array::from_fn(|_| random_manager(rng));
    managers[0] = Manager::default();
    Tables {
        enabled: rng.random_bool(0.95),
        group_macs,
        neighbours: random_neighbours(rng),
        port_pairs: if rng.random_bool(0.8) { [1, 0] } else { std::array::from_fn(|_| rng.random_range(0..PORTS as u8)) },
        managers,
        groups: (0..groups).map(|_| random_group(rng)).collect(),
        rules: random_rules(rng, groups),
    }
}

/// Where neighbour questions go, drawn at random.
pub fn random_neighbours(rng: &mut Rng) -> Neighbours {
    if rng.random() { Neighbours::Host } else { Neighbours::Bridge }
}

/// A manager drawn at random: most of them enabled.
pub fn random_manager(rng: &mut Rng) -> Manager {
    Manager { mac: rng.random(), egress: rng.random_range(0..PORTS as u8), enabled: rng.random_bool(0.85) }
}

/// A group drawn at random: its entries name all managers or a few, and here and there none.
pub fn random_group(rng: &mut Rng) -> Group {
    let mut entries = [0; BUCKETS];
    rng.fill_bytes(&mut entries);
    if rng.random() {
        let few: [u8; 5] = rng.random();
        entries.iter_mut().for_each(|entry| *entry = few[usize::from(*entry) % few.len()]);
    }
    let designated = if rng.random_bool(0.1) { 0 } else { rng.random() };
    Group { row: GroupRow { key: rng.random(), designated, equal_ports_hash: rng.random() }, entries }
}

/// Rules drawn at random: wide, narrow, single ports, and ranges that no port lies in.
pub fn random_rules(rng: &mut Rng, groups: usize) -> Rules {
    let used = rng.random_range(0..=RULES);
    std::array::from_fn(|number| {
        let (one, other): (u16, u16) = rng.random();
        let (low, high) = (one.min(other), one.max(other));
        let ranges = [(3, (one, one.saturating_add(2000))), (2, (one, one)), (2, (low, high)), (1, (high, low)), (1, (0, 0))];
        let (lowest, highest) = weighted(&ranges, rng);
        let protocol = pick(&[None, Some(6), Some(17), Some(1), Some(58), Some(47)], rng);
        let in_use = number < used && rng.random_bool(0.9);
        RuleRow { lowest, highest, protocol, group: rng.random_range(0..groups as u8), key_on_peer: rng.random(), in_use }
    })
}

const _: () = assert!(MANAGERS == 255, "an entry is one byte, and every byte but 0 names a manager");
