//! Many decisions at a time, by the same stages as [`decide`](crate::decide::decide): only the hash takes many keys at once.

use crate::choice::Choice;
use crate::decide::subject;
use crate::decision::Decision;
use crate::entry_table::{self, Group};
use crate::hash::batch;
use crate::key::Key;
use crate::network::Address;
use crate::state::State;
use crate::verdict_logic;

/// Ports that are hashed at a time: few enough that their hashes stay in the nearest cache.
const PIECE: usize = 2048;

/// Decides packets by their choices, which were made in the same state; in their order.
pub fn decide(state: &State, choices: &[Choice]) -> Vec<Decision> {
    let mut hashes: Vec<Option<u32>> = vec![None; choices.len()];
    for number in 0..state.groups() as u8 {
        let of_group = choices.iter().zip(&mut hashes).filter(|(choice, _)| choice.group == number);
        let (mut of_group, keys): (Vec<&mut Option<u32>>, Vec<Key>) =
            of_group.filter_map(|(choice, hash)| choice.key.map(|key| (hash, key))).unzip();
        let mut hashed = vec![0; keys.len()];
        batch::hash(state.group(number).row.key, &keys, &mut hashed);
        for (hash, hashed) in of_group.iter_mut().zip(hashed) {
            **hash = Some(hashed);
        }
    }
    choices.iter().zip(hashes).map(|(choice, hash)| verdict_logic::decide(state, choice, hash)).collect()
}

/// Decides frames, each with the port by which it came in; in their order.
pub fn decide_frames<'f>(state: &State, frames: impl IntoIterator<Item = (&'f [u8], u8)>) -> Vec<Decision> {
    let mut choices = Vec::new();
    let early: Vec<Option<Decision>> = frames
        .into_iter()
        .map(|(frame, ingress)| match subject(state, frame, ingress) {
            Ok(subject) => {
                choices.push(Choice::of(state, &subject));
                None
            }
            Err(decision) => Some(decision),
        })
        .collect();
    let mut decided = decide(state, &choices).into_iter();
    early.into_iter().filter_map(|early| early.or_else(|| decided.next())).collect()
}

/// The managers that a group's entries name for one address's endpoint keys, with `out.len()` ports from `first` on; 0 is none. After
/// port 65535 comes 0.
pub fn managers_of_ports(group: &Group, address: Address, first: u16, out: &mut [u8]) {
    let mut hashes = [0; PIECE];
    for (start, out) in (0..out.len()).step_by(PIECE).zip(out.chunks_mut(PIECE)) {
        let hashes = &mut hashes[..out.len()];
        batch::hash_ports(group.row.key, address, first.wrapping_add(start as u16), hashes);
        for (id, hash) in out.iter_mut().zip(hashes) {
            *id = group.entries[usize::from(entry_table::bucket(*hash))];
        }
    }
}
