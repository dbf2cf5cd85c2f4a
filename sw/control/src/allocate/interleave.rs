//! Sequences in which everyone takes turns as evenly as can be.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A sequence in which index i comes `counts[i]` times: among its first k places each index has its exact share of k, rounded down or
/// up, for every k.
///
/// An index may come again once its share of the places so far exceeds what it has, and must before that share exceeds what it has by
/// one. Serving the earliest such deadline first, and of equal ones the lower index, meets them all.
/// Source: R. Tijdeman, "The chairman assignment problem", 1980.
pub(super) fn interleave(counts: &[usize]) -> Vec<usize> {
    let total: usize = counts.iter().sum();
    // By place, those who may come again from there on: a list through `following` for each place, as everyone waits for one place only.
    let mut waiting = vec![None; total];
    let mut following = vec![None; counts.len()];
    let mut given = vec![0; counts.len()];
    let mut ready = BinaryHeap::new();
    // Deadlines are fractions with counts below the line: times `scale`, two that differ do so in their whole part.
    let scale = total * total;
    let deadline = |index: usize, given: usize| Reverse(((given + 1) * scale / counts[index], index));
    ready.extend((0..counts.len()).filter(|&index| counts[index] > 0).map(|index| deadline(index, 0)));
    let mut sequence = Vec::with_capacity(total);
    for place in 0..total {
        let mut next = waiting[place];
        while let Some(index) = next {
            ready.push(deadline(index, given[index]));
            next = following[index];
        }
        let Some(Reverse((_, index))) = ready.pop() else { break };
        sequence.push(index);
        given[index] += 1;
        let again = (place + 1).max(given[index] * total / counts[index]);
        if again < total {
            following[index] = waiting[again].replace(index);
        }
    }
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rule as it is stated, without any means to be quick.
    fn stated(counts: &[usize]) -> Vec<usize> {
        let total: usize = counts.iter().sum();
        let mut given = vec![0; counts.len()];
        let next = |place: usize| {
            let may = |i: &usize| counts[*i] * (place + 1) > given[*i] * total;
            let by_deadline = |a: &usize, b: &usize| ((given[*a] + 1) * counts[*b]).cmp(&((given[*b] + 1) * counts[*a]));
            let next = (0..counts.len()).filter(may).min_by(by_deadline).unwrap();
            given[next] += 1;
            next
        };
        (0..total).map(next).collect()
    }

    #[test]
    fn nobody_makes_an_empty_sequence() {
        assert_eq!(interleave(&[]), [0usize; 0]);
        assert_eq!(interleave(&[0, 0]), [0usize; 0]);
    }

    proptest! {
        #[test]
        fn it_is_the_sequence_that_the_rule_states(counts in prop::collection::vec(prop_oneof![0..3usize, 0..50usize, 0..400usize], 0..12)) {
            prop_assert_eq!(interleave(&counts), stated(&counts));
        }

        #[test]
        fn everyone_has_their_share_of_every_prefix(counts in prop::collection::vec(0..60usize, 1..40)) {
            let total: usize = counts.iter().sum();
            let sequence = interleave(&counts);
            prop_assert_eq!(sequence.len(), total);
            let mut seen = vec![0; counts.len()];
            for (k, &index) in (1..).zip(&sequence) {
                seen[index] += 1;
                for (&seen, &count) in seen.iter().zip(&counts) {
                    prop_assert!((count * k / total..=(count * k).div_ceil(total)).contains(&seen));
                }
            }
        }
    }
}
