//! Which entry of a group's allocation table holds which manager.
//!
//! A manager's share of the traffic is its number of entries out of 4096, because the hash is uniform over the buckets.
//! Source: seed 000, FIG. 6 and 7.

use crate::weight::Weight;
use contract::limits::{BUCKETS, MANAGERS};

/// The share that a manager is meant to have: its weight out of the sum of all weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Manager id.
    pub manager: u8,
    /// Its weight.
    pub weight: Weight,
}

/// Entries per target: the largest-remainder apportionment of 4096.
///
/// Every count is within one entry of the exact share and they sum to 4096; ties break by position. All counts are 0 if all weights are.
pub fn counts(targets: &[Target]) -> Vec<usize> {
    let weights = || targets.iter().map(|target| u128::from(target.weight.billionths()));
    let total: u128 = weights().sum();
    if total == 0 {
        return vec![0; targets.len()];
    }
    let exact = |weight: u128| weight * BUCKETS as u128;
    let mut counts: Vec<usize> = weights().map(|weight| (exact(weight) / total) as usize).collect();
    let remainders: Vec<u128> = weights().map(|weight| exact(weight) % total).collect();
    let mut by_remainder: Vec<usize> = (0..targets.len()).collect();
    by_remainder.sort_by_key(|&i| std::cmp::Reverse(remainders[i]));
    let missing = BUCKETS - counts.iter().sum::<usize>();
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
    let (old, new) = (tally(present), owned(targets));
    let surplus: Vec<usize> = old.iter().zip(&new).map(|(old, new)| old.saturating_sub(*new)).collect();
    let deficit: Vec<usize> = old.iter().zip(&new).map(|(old, new)| new.saturating_sub(*old)).collect();
    let freed = release(present, &old, &surplus);
    let buckets = (0..BUCKETS).filter(|&bucket| freed[bucket]);
    let mut table = *present;
    for (bucket, gainer) in buckets.zip(interleave(&deficit)) {
        table[bucket] = gainer as u8;
    }
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

/// Marks the entries that change their owner: of each owner as many as its surplus.
///
/// Each is the one of its owner's that lies nearest to where it would be if all freed entries had equal distances.
fn release(present: &[u8; BUCKETS], held: &[usize; OWNERS], surplus: &[usize]) -> [bool; BUCKETS] {
    // All entries by owner, each owner's in the order of their buckets; `next` is where its first untouched entry stands.
    let mut end = 0;
    let ends: [usize; OWNERS] = std::array::from_fn(|owner| {
        end += held[owner];
        end
    });
    let mut next: [usize; OWNERS] = std::array::from_fn(|owner| ends[owner] - held[owner]);
    let mut entries = [0; BUCKETS];
    let mut place = next;
    for (bucket, &owner) in present.iter().enumerate() {
        entries[place[usize::from(owner)]] = bucket;
        place[usize::from(owner)] += 1;
    }
    let losers = interleave(surplus);
    let mut left = surplus.to_vec();
    let mut freed = [false; BUCKETS];
    for (turn, &owner) in losers.iter().enumerate() {
        let ideal = (2 * turn + 1) * BUCKETS / (2 * losers.len());
        // The last entry that leaves enough behind it for the rest of the owner's surplus.
        let last = ends[owner] - left[owner];
        let candidates = &entries[next[owner]..=last];
        let nearer = |pair: &[usize]| pair[1].abs_diff(ideal) < pair[0].abs_diff(ideal);
        let chosen = next[owner] + candidates.windows(2).take_while(|pair| nearer(pair)).count();
        freed[entries[chosen]] = true;
        next[owner] = chosen + 1;
        left[owner] -= 1;
    }
    freed
}

/// A sequence in which index i comes `counts[i]` times, as evenly as can be: among the first k places each index has its exact share
/// of k, rounded down or up, for every k.
fn interleave(counts: &[usize]) -> Vec<usize> {
    let total: usize = counts.iter().sum();
    let mut given = vec![0; counts.len()];
    let next = |place: usize| {
        // An index may come again once its share of the places up to here exceeds what it has, and must before that share exceeds
        // what it has by one. Serving the earliest such deadline first meets them all.
        let may = |i: &usize| counts[*i] * (place + 1) > given[*i] * total;
        let next = (0..counts.len()).filter(may).min_by(|&a, &b| ((given[a] + 1) * counts[b]).cmp(&((given[b] + 1) * counts[a])));
        let next = next.expect("the shares of all indices exceed what they have by at least one");
        given[next] += 1;
        next
    };
    (0..total).map(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn targets(weights: &[&str]) -> Vec<Target> {
        (1..=255).zip(weights).map(|(manager, weight)| Target { manager, weight: weight.parse().unwrap() }).collect()
    }

    #[test]
    fn equal_weights_take_turns() {
        let table = canonical(&targets(&["1", "1", "1", "1"]));
        assert!(table.chunks(4).all(|four| four == [1, 2, 3, 4]));
    }

    #[test]
    fn unequal_weights_are_interleaved() {
        let table = canonical(&targets(&["2", "1", "1"]));
        assert!(table.chunks(4).all(|four| four == [1, 2, 1, 3]));
    }

    #[test]
    fn what_does_not_divide_goes_to_the_greatest_remainder_and_then_to_the_first() {
        assert_eq!(counts(&targets(&["1", "1", "1"])), [1366, 1365, 1365]);
        assert_eq!(counts(&targets(&["1", "1", "1", "1", "1", "1"])), [683, 683, 683, 683, 682, 682]);
        // 4096 * 0.1, 0.2, 0.7: 409.6, 819.2, 2867.2.
        assert_eq!(counts(&targets(&["0.1", "0.2", "0.7"])), [410, 819, 2867]);
        // 4096 / 10000 is 0.4096: the greater remainder is the other's, 0.5904.
        assert_eq!(counts(&targets(&["1", "9999"])), [0, 4096]);
    }

    #[test]
    fn a_weight_of_0_takes_no_entry_and_all_of_them_leave_the_table_empty() {
        assert_eq!(counts(&targets(&["0", "3", "0"])), [0, 4096, 0]);
        assert_eq!(canonical(&targets(&["0", "0"])), [0; BUCKETS]);
        assert_eq!(canonical(&[]), [0; BUCKETS]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn counts_are_within_one_of_the_exact_share_and_sum_to_the_table(
            weights in prop::collection::vec(prop_oneof![Just(0u64), 1..5u64, 1..1_000_000_000u64], 1..=255)
                .prop_filter("someone takes traffic", |weights| weights.iter().any(|&weight| weight > 0))
        ) {
            let written: Vec<String> = weights.iter().map(|weight| format!("0.{weight:09}")).collect();
            let targets = targets(&written.iter().map(String::as_str).collect::<Vec<_>>());
            let counts = counts(&targets);
            prop_assert_eq!(counts.iter().sum::<usize>(), BUCKETS);
            let total: f64 = weights.iter().map(|&weight| weight as f64).sum();
            for (&count, &weight) in counts.iter().zip(&weights) {
                prop_assert!((count as f64 - weight as f64 / total * 4096.0).abs() < 1.0 + 1e-6);
            }
        }

        #[test]
        fn every_prefix_of_the_table_holds_each_managers_share_rounded_down_or_up(weights in prop::collection::vec(1..100u64, 1..40)) {
            let written: Vec<String> = weights.iter().map(u64::to_string).collect();
            let targets = targets(&written.iter().map(String::as_str).collect::<Vec<_>>());
            let (table, counts) = (canonical(&targets), counts(&targets));
            for (target, count) in targets.iter().zip(counts) {
                let mut seen = 0;
                for (k, &manager) in (1..).zip(&table) {
                    seen += usize::from(manager == target.manager);
                    prop_assert!((count * k / BUCKETS..=(count * k).div_ceil(BUCKETS)).contains(&seen), "{} of {k}", seen);
                }
                prop_assert_eq!(seen, count);
            }
        }
    }
}
