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
    let mut words = Words { addresses: [[0; 4]; LANES], last: [0; LANES] };
    let (blocks, rest) = messages.as_chunks();
    let (out_blocks, out_rest) = out.as_chunks_mut();
    for (block, out) in blocks.iter().zip(out_blocks) {
        cut(block, &mut words);
        hash_words(state, &words, out);
    }
    for (message, out) in rest.iter().zip(out_rest) {
        *out = super::hash(key, message);
    }
}

/// [`hash`](super::hash) of one address's endpoint keys: `out[port]` is that of `port`.
///
/// Takes the words of the address in once for all ports.
pub fn hash_ports(key: [u8; 8], address: Address, out: &mut [u32; 1 << 16]) {
    let (words, _) = address.as_chunks();
    let state = words.iter().fold(initial(key), |state, &word| absorb(state, u32::from_le_bytes(word)));
    finish_ports(state, out);
}

/// Keys as words: four of the address, and apart from them the last, with the port. Aligned, so that no vector straddles a cache line.
#[repr(align(64))]
struct Words {
    addresses: [[u32; 4]; LANES],
    last: [u32; LANES],
}

/// Cuts keys into words. Not inlined, so that it is compiled without the vectors, whose gathering loads are slower than plain ones.
#[inline(never)]
fn cut(block: &[Key; LANES], words: &mut Words) {
    for ((message, address), last) in block.iter().zip(&mut words.addresses).zip(&mut words.last) {
        let (whole, tail) = message.as_chunks();
        *address = std::array::from_fn(|i| u32::from_le_bytes(whole[i]));
        *last = LENGTH | u32::from(u16::from_le_bytes([tail[0], tail[1]]));
    }
}

/// One word of every lane.
#[repr(align(64))]
struct Lanes([u32; LANES]);

/// Takes a word in over all lanes before the next word: within a lane every step waits for the one before, and other lanes fill the wait.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn hash_words(state: [u32; 4], words: &Words, out: &mut [u32; LANES]) {
    let mut states = [const { Lanes([0; LANES]) }; 4];
    let mut columns = [const { Lanes([0; LANES]) }; 3];
    let [v0, v1, v2, v3] = states.each_mut().map(|lanes| &mut lanes.0);
    let [c1, c2, c3] = columns.each_mut().map(|lanes| &mut lanes.0);
    for (lane, address) in words.addresses.iter().enumerate() {
        [v0[lane], v1[lane], v2[lane], v3[lane]] = absorb(state, address[0]);
        [c1[lane], c2[lane], c3[lane]] = [address[1], address[2], address[3]];
    }
    for column in [c1, c2, c3, &words.last] {
        for lane in 0..LANES {
            [v0[lane], v1[lane], v2[lane], v3[lane]] = absorb([v0[lane], v1[lane], v2[lane], v3[lane]], column[lane]);
        }
    }
    for (lane, out) in out.iter_mut().enumerate() {
        *out = finish([v0[lane], v1[lane], v2[lane], v3[lane]]);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn finish_ports(state: [u32; 4], out: &mut [u32; 1 << 16]) {
    for (port, out) in out.iter_mut().enumerate() {
        *out = finish(absorb(state, LENGTH | u32::from((port as u16).swap_bytes())));
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
        fn all_ports_of_an_address_give_what_each_gives_alone(key: [u8; 8], address: [u8; 16]) {
            let mut out = vec![0; 1 << 16];
            hash_ports(key, address, out.as_mut_slice().try_into().unwrap());
            for (port, out) in (0..=u16::MAX).zip(out) {
                prop_assert_eq!(out, hash::hash(key, &endpoint(address, port)), "port {}", port);
            }
        }
    }
}
