//! How shares follow the load of servers: pure. Source: WO 00/30322, FIG. 4, resource manager 52 and master module 54; `docs/load.md`.

use contract::limits::BUCKETS;

/// How strongly a share follows. With reports two updates old and a utilisation of 1, more than 0.6 would oscillate; and up to 4/27 nothing
/// overshoots, which 0.2 keeps up to a utilisation of 0.74. `docs/load.md`, section 2.
const GAIN: f64 = 0.2;
/// Of all entries, those that one update moves at most.
const STEP: f64 = 0.1;
/// Utilisations that lie this near to their mean are equal.
const DEAD_BAND: f64 = 0.02;
/// The greatest utilisation that counts.
pub const MOST: f64 = 2.0;

/// What is known of a server's load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Load {
    /// Its utilisation, from 0 to [`MOST`].
    Known(f64),
    /// Its last report is old: its share stays.
    Stale,
    /// It has not reported for long: it gets an even share.
    Gone,
}

/// The shares after one update. They sum to 1, and none is less than an entry.
///
/// A share grows by [`GAIN`] times what its server's utilisation is below the mean of those that are known.
///
/// # Panics
/// If there are not as many loads as shares.
pub fn update(shares: &[f64], loads: &[Load]) -> Vec<f64> {
    assert_eq!(shares.len(), loads.len(), "each server has a share and a load");
    let known: Vec<f64> = loads.iter().filter_map(|load| if let Load::Known(load) = load { Some(*load) } else { None }).collect();
    let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
    let is_level = known.iter().all(|load| (load - mean).abs() <= DEAD_BAND);
    let even = 1.0 / shares.len() as f64;
    let wanted = shares.iter().zip(loads).map(|(share, load)| match load {
        Load::Known(load) if !is_level => share * (1.0 + GAIN * (mean - load)),
        Load::Known(_) | Load::Stale => *share,
        Load::Gone => even,
    });
    let least = 1.0 / BUCKETS as f64;
    let wanted = normalised(wanted.map(|share| share.max(least)).collect());
    let moved: f64 = shares.iter().zip(&wanted).map(|(old, new)| (new - old).max(0.0)).sum();
    let scale = if moved > STEP { STEP / moved } else { 1.0 };
    normalised(shares.iter().zip(&wanted).map(|(old, new)| old + (new - old) * scale).collect())
}

/// The same shares, with the sum 1.
pub fn normalised(mut shares: Vec<f64>) -> Vec<f64> {
    let sum: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= sum);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// Servers of these capacities, whose reports are so many updates old, under a load that would use so much of all of them.
    fn run(capacities: &[f64], used: f64, age: usize, updates: usize) -> Vec<Vec<f64>> {
        let load = used * capacities.iter().sum::<f64>();
        let of = |shares: &[f64]| -> Vec<f64> { shares.iter().zip(capacities).map(|(share, capacity)| load * share / capacity).collect() };
        let mut shares = vec![1.0 / capacities.len() as f64; capacities.len()];
        let mut reports: VecDeque<Vec<f64>> = std::iter::repeat_n(of(&shares), age + 1).collect();
        (0..updates)
            .map(|_| {
                let loads: Vec<Load> = reports[0].iter().map(|load| Load::Known(load.min(MOST))).collect();
                shares = update(&shares, &loads);
                reports.pop_front();
                reports.push_back(of(&shares));
                of(&shares)
            })
            .collect()
    }

    #[test]
    fn utilisations_become_equal_within_20_updates_without_oscillation() {
        for used in [0.5, 0.7, 0.9] {
            let run = run(&[4.0, 2.0, 1.0], used, 2, 60);
            for (server, _) in run[0].iter().enumerate() {
                let far = |update: usize| run[update][server] - used;
                assert!(far(19).abs() < 0.1 * used, "{used}: server {server} is at {} after 20 updates", run[19][server]);
                assert!(far(59).abs() < 0.05, "{used}: server {server} is at {}", run[59][server]);
                // It may pass the mean, but does not swing back beyond it.
                let crossings = (1..60).filter(|update| far(*update) * far(update - 1) < 0.0 && far(*update).abs() > DEAD_BAND).count();
                assert!(crossings <= 1, "{used}: server {server} crosses the mean {crossings} times");
            }
        }
    }

    #[test]
    fn utilisations_settle_below_the_bound_and_swing_above_it() {
        // docs/load.md: a linear loop oscillates from gain x u = 2 sin(pi / (4 age + 2)) on.
        let bound = |age: usize| 2.0 * (std::f64::consts::PI / (4 * age + 2) as f64).sin() / GAIN;
        for used in [0.5, 0.9, 1.5] {
            for age in 1..=20 {
                let run = run(&[1.0, 1.0, 2.0], used, age, 2000);
                let spread = |utilisations: &Vec<f64>| utilisations.iter().fold(0.0_f64, |most, one| most.max((one - used).abs()));
                let last = run[1900..].iter().map(spread).fold(0.0, f64::max);
                assert_eq!(last < DEAD_BAND, used < bound(age), "{used}, {age} updates old: {last} off in the end, bound {}", bound(age));
            }
        }
    }

    #[test]
    fn an_update_moves_a_tenth_of_the_entries_at_most_and_leaves_nobody_without_one() {
        let mut shares = vec![0.25; 4];
        for _ in 0..200 {
            let next = update(&shares, &[Load::Known(2.0), Load::Known(0.0), Load::Known(0.0), Load::Known(0.0)]);
            let moved: f64 = shares.iter().zip(&next).map(|(old, new)| (new - old).max(0.0)).sum();
            assert!(moved <= STEP + 1e-9 && (next.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            shares = next;
        }
        assert!(shares[0] >= 0.9 / BUCKETS as f64, "{shares:?}");
    }

    #[test]
    fn small_differences_and_old_reports_change_nothing_and_a_silent_server_gets_an_even_share() {
        let shares = [0.5, 0.3, 0.2];
        assert_eq!(update(&shares, &[Load::Known(0.70), Load::Known(0.72), Load::Known(0.71)]), shares);
        let held = update(&shares, &[Load::Stale, Load::Stale, Load::Stale]);
        assert_eq!(held, shares);
        let mut silent = shares.to_vec();
        for _ in 0..20 {
            silent = update(&silent, &[Load::Stale, Load::Stale, Load::Gone]);
        }
        assert!((silent[2] - 1.0 / 3.0).abs() < 0.01, "{silent:?}");
    }
}
