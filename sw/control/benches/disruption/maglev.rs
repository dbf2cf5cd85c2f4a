//! Maglev's lookup table, as its paper describes the population (Eisenbud et al., NSDI 2016, section 3.4), with weights by turns: in every
//! round a backend's credit grows by its weight, and it takes an entry when the credit reaches the greatest weight. For comparison only.
//!
//! The crate `maglev` is not used: it knows no weights, does not show its table, and lays out every permutation in full (half a gigabyte for
//! 1000 backends), so its times would not be the algorithm's.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A backend: its name, from which its permutation follows, and its weight.
#[derive(Clone, Copy)]
pub(crate) struct Backend {
    pub(crate) name: u16,
    pub(crate) weight: u64,
}

fn seeded(name: u16, seed: u64) -> usize {
    let mut hasher = DefaultHasher::new();
    (seed, name).hash(&mut hasher);
    hasher.finish() as usize
}

/// The lookup table of these backends. `size` must be a prime, which makes every permutation reach every entry.
pub(crate) fn populate(backends: &[Backend], size: usize) -> Vec<u16> {
    const FREE: u16 = u16::MAX;
    let greatest = backends.iter().map(|backend| backend.weight).max().unwrap_or(0);
    let mut table = vec![FREE; size];
    if greatest == 0 {
        return table;
    }
    // Place in the permutation, its step, and the credit.
    let start = |backend: &Backend| (seeded(backend.name, 1) % size, seeded(backend.name, 2) % (size - 1) + 1, 0);
    let mut turns: Vec<(usize, usize, u64)> = backends.iter().map(start).collect();
    let mut filled = 0;
    loop {
        for (backend, (place, skip, credit)) in backends.iter().zip(&mut turns) {
            *credit += backend.weight;
            if *credit < greatest {
                continue;
            }
            *credit -= greatest;
            while table[*place] != FREE {
                *place = (*place + *skip) % size;
            }
            table[*place] = backend.name;
            filled += 1;
            if filled == size {
                return table;
            }
        }
    }
}
