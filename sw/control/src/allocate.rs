//! Which entry of a group's allocation table holds which manager.
//!
//! A manager's share of the traffic is its number of entries out of 4096, because the hash is uniform over the buckets.
//! Source: US 7,395,349, FIG. 6 and 7.

mod interleave;
mod rearrange;

use crate::weight::Weight;
use contract::limits::{BUCKETS, MANAGERS};
use interleave::interleave;
pub use rearrange::rearrange;

/// The share that a manager is meant to have: its weight out of the sum of all weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Manager id.
    pub manager: u8,
    /// Its weight.
    pub weight: Weight,
}

/// Entries per target: the largest-remainder [`apportion`]ment of 4096.
pub fn counts(targets: &[Target]) -> Vec<usize> {
    let weights: Vec<Weight> = targets.iter().map(|target| target.weight).collect();
    apportion(&weights, BUCKETS)
}

/// Shares `entries` out by weight, by largest remainder.
///
/// Every count is within one entry of the exact share and they sum to `entries`; ties break by position. All counts are 0 if all weights are.
pub fn apportion(weights: &[Weight], entries: usize) -> Vec<usize> {
    let weights = || weights.iter().map(|weight| u128::from(weight.billionths()));
    let total: u128 = weights().sum();
    if total == 0 {
        return weights().map(|_| 0).collect();
    }
    let exact = |weight: u128| weight * entries as u128;
    let mut counts: Vec<usize> = weights().map(|weight| (exact(weight) / total) as usize).collect();
    let remainders: Vec<u128> = weights().map(|weight| exact(weight) % total).collect();
    let mut by_remainder: Vec<usize> = (0..counts.len()).collect();
    by_remainder.sort_by_key(|&i| std::cmp::Reverse(remainders[i]));
    let missing = entries - counts.iter().sum::<usize>();
    by_remainder[..missing].iter().for_each(|&i| counts[i] += 1);
    counts
}

/// The table that follows from the targets alone: two hosts with the same configuration write the same one.
///
/// Every manager's entries are spread as evenly as can be: in the first k buckets each manager has its exact share of k, rounded
/// down or up, for every k. All entries are 0, no manager, if all weights are.
pub fn canonical(targets: &[Target]) -> [u8; BUCKETS] {
    let mut table = [0; BUCKETS];
    for (entry, target) in table.iter_mut().zip(interleave(&counts(targets))) {
        *entry = targets[target].manager;
    }
    table
}

/// The table for new targets that keeps as much of the present one as can be kept.
///
/// Every manager gets exactly its [`counts`]. Only managers whose count falls lose entries, and only as many as it falls by, so the
/// entries that change are the sum of max(0, old count - new count) over all owners, "none" among them: no table for these counts
/// has fewer. The entries that change lie evenly over the bucket range, and so do each loser's and each gainer's among them.
/// The result depends on nothing but the present table and the targets. A table without any manager has no history to keep: its
/// successor is the [`canonical`] one.
pub fn adjust(present: &[u8; BUCKETS], targets: &[Target]) -> [u8; BUCKETS] {
    if present.iter().all(|&manager| manager == 0) {
        return canonical(targets);
    }
    let mut table = *present;
    rearrange(&mut table, &owned(targets));
    table
}

/// Owners of entries: manager ids, and 0 for "none".
pub(crate) const OWNERS: usize = MANAGERS + 1;

/// How many entries each owner holds.
pub(crate) fn tally(table: &[u8; BUCKETS]) -> [usize; OWNERS] {
    let mut tally = [0; OWNERS];
    table.iter().for_each(|&owner| tally[usize::from(owner)] += 1);
    tally
}

/// How many entries each owner is to hold: "none" holds what no manager does.
pub(crate) fn owned(targets: &[Target]) -> [usize; OWNERS] {
    let mut owned = [0; OWNERS];
    for (target, count) in targets.iter().zip(counts(targets)) {
        owned[usize::from(target.manager)] += count;
    }
    owned[0] += BUCKETS - owned.iter().sum::<usize>();
    owned
}
