//! The same hash of many keys at a time: as many side by side as the machine's vectors hold.
//!
//! The loops are the plain hash, lane by lane. The compiler turns them into vector instructions, once for each of the instruction sets
//! named at the function, and the first call picks the best that the machine has. Everywhere else they stay plain loops.

use super::{absorb, finish, initial};
use crate::key::Key;
use crate::network::Address;
use multiversion::multiversion;

/// Keys that are hashed together: several vectors full, few enough to stay in the nearest cache.
const LANES: usize = 128;

/// Length of a key in the topmost byte of its last word, where the hash wants it.
const LENGTH: u32 = (size_of::<Key>() as u32) << 24;

/// [`hash`](super::hash) of every message, in their order.
///
/// # Panics
/// If `out` is not as long as `messages`.
pub fn hash(key: [u8; 8], messages: &[Key], out: &mut [u32]) {
    assert_eq!(messages.len(), out.len(), "a hash for every message");
    let state = initial(key);
    let mut block = Block::EMPTY;
    let (blocks, rest) = messages.as_chunks();
    let (out_blocks, out_rest) = out.as_chunks_mut();
    for (messages, out) in blocks.iter().zip(out_blocks) {
        block.hash(state, messages, out);
    }
    if !rest.is_empty() {
        let (mut messages, mut hashes) = ([Key::default(); LANES], [0; LANES]);
        messages[..rest.len()].copy_from_slice(rest);
        block.hash(state, &messages, &mut hashes);
        out_rest.copy_from_slice(&hashes[..rest.len()]);
    }
}

/// [`hash`](super::hash) of one address's endpoint keys with `out.len()` ports from `first` on, in their order; after port 65535 comes 0.
///
/// Takes the words of the address in once for all ports.
pub fn hash_ports(key: [u8; 8], address: Address, first: u16, out: &mut [u32]) {
    let (words, _) = address.as_chunks();
    let state = words.iter().fold(initial(key), |state, &word| absorb(state, u32::from_le_bytes(word)));
    finish_ports(state, first, out);
}

/// Keys on their way through the hash, a lane for each. Aligned, so that no vector straddles two cache lines.
#[repr(align(64))]
struct Block {
    /// Lane by lane: the four words of the address.
    addresses: [[u32; 4]; LANES],
    /// Word by word from here on: the last of the key, with the port and the length.
    last: [u32; LANES],
    /// The words of the address but the first.
    columns: [[u32; LANES]; 3],
    /// The state of the hash.
    states: [[u32; LANES]; 4],
}

impl Block {
    const EMPTY: Self = Self { addresses: [[0; 4]; LANES], last: [0; LANES], columns: [[0; LANES]; 3], states: [[0; LANES]; 4] };

    fn hash(&mut self, state: [u32; 4], messages: &[Key; LANES], out: &mut [u32; LANES]) {
        self.cut(messages);
        hash_block(state, self, out);
    }

    /// Cuts keys into words. Not inlined, so that it is compiled without the vectors, whose gathering loads are slower than plain ones.
    #[inline(never)]
    fn cut(&mut self, messages: &[Key; LANES]) {
        for ((message, address), last) in messages.iter().zip(&mut self.addresses).zip(&mut self.last) {
            let (whole, tail) = message.as_chunks();
            *address = std::array::from_fn(|i| u32::from_le_bytes(whole[i]));
            *last = LENGTH | u32::from(u16::from_le_bytes([tail[0], tail[1]]));
        }
    }
}

/// Takes a word in over all lanes before the next word: within a lane every step waits for the one before, and other lanes fill the wait.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn hash_block(state: [u32; 4], block: &mut Block, out: &mut [u32; LANES]) {
    let [c1, c2, c3] = &mut block.columns;
    let [v0, v1, v2, v3] = &mut block.states;
    for (lane, address) in block.addresses.iter().enumerate() {
        [v0[lane], v1[lane], v2[lane], v3[lane]] = absorb(state, address[0]);
        [c1[lane], c2[lane], c3[lane]] = [address[1], address[2], address[3]];
    }
    for column in [c1, c2, c3, &block.last] {
        for lane in 0..LANES {
            [v0[lane], v1[lane], v2[lane], v3[lane]] = absorb([v0[lane], v1[lane], v2[lane], v3[lane]], column[lane]);
        }
    }
    for (lane, out) in out.iter_mut().enumerate() {
        *out = finish([v0[lane], v1[lane], v2[lane], v3[lane]]);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn finish_ports(state: [u32; 4], first: u16, out: &mut [u32]) {
    for (i, out) in out.iter_mut().enumerate() {
        let port = first.wrapping_add(i as u16);
        *out = finish(absorb(state, LENGTH | u32::from(port.swap_bytes())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash;
    use crate::key::endpoint;
    use proptest::prelude::*;

    #[test]
    fn the_published_vector_of_a_key_of_18_bytes_holds_in_every_lane() {
        let published = include_str!("../../tests/data/halfsiphash-2-4-32.txt").lines().find_map(|line| line.strip_prefix("18 ")).unwrap();
        let published = u32::from_str_radix(published, 16).unwrap().swap_bytes();
        let message: Key = std::array::from_fn(|i| i as u8);
        let mut out = [0; 3 * LANES + 5];
        super::hash([0, 1, 2, 3, 4, 5, 6, 7], &[message; 3 * LANES + 5], &mut out);
        assert_eq!(out, [published; 3 * LANES + 5]);
    }

    proptest! {
        #[test]
        fn many_at_a_time_give_what_each_gives_alone(
            key: [u8; 8],
            messages in prop::collection::vec(any::<[u8; 18]>(), 0..3 * LANES)
        ) {
            let mut out = vec![0; messages.len()];
            super::hash(key, &messages, &mut out);
            let alone: Vec<u32> = messages.iter().map(|message| hash::hash(key, message)).collect();
            prop_assert_eq!(out, alone);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn the_ports_of_an_address_give_what_each_gives_alone(key: [u8; 8], address: [u8; 16], first: u16, count in 0..70_000usize) {
            let mut out = vec![0; count];
            hash_ports(key, address, first, &mut out);
            for (i, out) in out.into_iter().enumerate() {
                let port = first.wrapping_add(i as u16);
                prop_assert_eq!(out, hash::hash(key, &endpoint(address, port)), "port {}", port);
            }
        }
    }
}
