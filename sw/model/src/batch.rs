//! The decision of many packets at a time: the questions of [`crate::verdict_logic`], with the hashes made side by side.

use crate::entry_table::{self, Group};
use crate::hash::batch;
use crate::key::Key;
use crate::network::Address;
use crate::state::Active;
use crate::tuple_select::Subject;
use crate::verdict_logic::{Choice, Decided};

/// Ports that are hashed at a time, so that the hashes stay in the nearest cache.
const PORTS_AT_A_TIME: usize = 2048;

/// [`decide_subject`](crate::decide_subject) of every packet, in their order, each with the choice that led to its decision.
pub fn decide_subjects(active: &impl Active, subjects: impl Iterator<Item = Subject>) -> Vec<Decided> {
    let choices: Vec<Choice> = subjects.map(|subject| Choice::of(active, &subject)).collect();
    let mut hashes = vec![None; choices.len()];
    for number in 0..active.groups() {
        let (mut of_group, keys): (Vec<&mut Option<u32>>, Vec<Key>) = (hashes.iter_mut().zip(&choices))
            .filter(|(_, choice)| usize::from(choice.group) == number)
            .filter_map(|(hash, choice)| choice.key.map(|key| (hash, key)))
            .unzip();
        let mut out = vec![0; keys.len()];
        batch::hash(active.group(number as u8).row.key, &keys, &mut out);
        of_group.iter_mut().zip(out).for_each(|(hash, out)| **hash = Some(out));
    }
    choices.into_iter().zip(hashes).map(|(choice, hash)| Decided { choice, decision: choice.decide(active, hash) }).collect()
}

/// The manager that the entry of every endpoint key of an address names, by port; 0 is none.
pub fn managers_by_port(group: &Group, address: Address) -> Box<[u8; 1 << 16]> {
    let mut ids: Box<[u8; 1 << 16]> = vec![0; 1 << 16].try_into().expect("as many as ports");
    let mut hashes = [0; PORTS_AT_A_TIME];
    for (first, ids) in (0..1 << 16).step_by(PORTS_AT_A_TIME).zip(ids.as_chunks_mut::<PORTS_AT_A_TIME>().0) {
        batch::hash_ports(group.row.key, address, first as u16, &mut hashes);
        for (id, hash) in ids.iter_mut().zip(hashes) {
            *id = group.manager(entry_table::bucket(hash));
        }
    }
    ids
}
