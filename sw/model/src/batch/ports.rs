//! The managers that all ports of an address lead to.

use crate::entry_table::{self, Group};
use crate::hash::batch;
use crate::network::Address;

/// Ports that are hashed at a time: few enough that their hashes stay in the nearest cache.
const PIECE: usize = 2048;

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
