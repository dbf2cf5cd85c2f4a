//! The keyed hash of all lanes of a batch.

use super::lanes::{Column, Lanes, WIDTH};
use super::{Compiled, LANES};
use crate::hash::{absorb, finish, initial};
use crate::network::Address;
use contract::limits::GROUPS;
use multiversion::multiversion;
use std::ops::Range;

/// The state of the hash to start from, by group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Starts {
    by_group: [[u32; 4]; GROUPS],
    /// How many groups there are.
    groups: usize,
}

impl Starts {
    /// Before the first word of a key.
    pub(super) fn of(secrets: impl ExactSizeIterator<Item = [u8; 8]>) -> Self {
        let (mut by_group, groups) = ([[0; 4]; GROUPS], secrets.len());
        by_group.iter_mut().zip(secrets).for_each(|(start, secret)| *start = initial(secret));
        Self { by_group, groups }
    }

    /// After the words that the keys of all IPv4 endpoints begin with.
    pub(super) fn behind_v4_prefix(&self) -> Self {
        const PREFIX: Address = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0];
        let words = PREFIX.as_chunks().0[..3].iter().map(|word| u32::from_le_bytes(*word));
        let by_group = self.by_group.map(|start| words.clone().fold(start, absorb));
        Self { by_group, groups: self.groups }
    }

    #[inline(always)]
    fn group(&self, group: usize) -> [u32; 4] {
        self.by_group[group % GROUPS]
    }
}

impl Lanes {
    /// Hashes the lanes in use, and those that share a vector with them.
    pub(super) fn hash(&mut self, tables: &Compiled) {
        let (front, back) = (self.front.div_ceil(WIDTH), self.back / WIDTH);
        let Self { words: [w0, w1, w2, w3], last, group, hashes: [of_front, of_back], .. } = self;
        hash_vectors(&tables.starts_v4, &[w3, last], group, of_front, 0..front);
        hash_vectors(&tables.starts, &[w0, w1, w2, w3, last], group, of_back, back..LANES / WIDTH);
    }
}

/// Hashes a range of vectors: takes the columns in one after the other.
///
/// The loops are the plain hash, lane by lane; the compiler turns them into vector instructions, once for each of the instruction sets named
/// here, and the first call picks the best that the machine has. Elsewhere they stay plain loops.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw", "x86_64+avx2"))]
fn hash_vectors(starts: &Starts, columns: &[&Column], group: &Column, out: &mut Column, vectors: Range<usize>) {
    for vector in vectors {
        let [mut v0, mut v1, mut v2, mut v3] = start(starts, &group[vector]);
        for column in columns {
            let words = column[vector];
            for i in 0..WIDTH {
                [v0[i], v1[i], v2[i], v3[i]] = absorb([v0[i], v1[i], v2[i], v3[i]], words[i]);
            }
        }
        for (i, out) in out[vector].iter_mut().enumerate() {
            *out = finish([v0[i], v1[i], v2[i], v3[i]]);
        }
    }
}

/// Each lane's start: selected group by group, which is what vectors are good at.
#[inline(always)]
fn start(starts: &Starts, lanes: &[u32; WIDTH]) -> [[u32; WIDTH]; 4] {
    let mut states = starts.group(0).map(|word| [word; WIDTH]);
    for group in 1..starts.groups {
        for (state, word) in states.iter_mut().zip(starts.group(group)) {
            for lane in 0..WIDTH {
                state[lane] = if lanes[lane] == group as u32 { word } else { state[lane] };
            }
        }
    }
    states
}
