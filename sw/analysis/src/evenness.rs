//! How evenly the hash fills the buckets: distinct keys are counted, because packets of one flow share their bucket by design.

use contract::limits::BUCKETS;
use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Keys that a cell must expect, for the statistic to follow its distribution: the usual rule of five.
const EXPECTED: usize = 5;

/// Pearson's chi-square test of keys over buckets, against a hash that prefers none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Evenness {
    /// Cells compared: every bucket, or several buckets each where there are too few keys for that.
    pub cells: usize,
    /// The statistic; about `cells` - 1 for an even hash.
    pub chi_square: f64,
    /// How likely an even hash gives at least this statistic. Below 0.001 something is wrong, or keys were chosen by somebody.
    pub p_value: f64,
}

impl Evenness {
    /// Tests the distinct keys of each bucket; `None` if they are too few for any test.
    pub fn of(keys: &[u64]) -> Option<Self> {
        let all: u64 = keys.iter().sum();
        let most = all as usize / EXPECTED;
        let cells = if most < 2 { return None } else { (1 << most.ilog2()).min(BUCKETS) };
        let expected = all as f64 / cells as f64;
        let cell = |number: usize| keys.iter().skip(number).step_by(cells).sum::<u64>() as f64;
        let chi_square = (0..cells).map(|number| (cell(number) - expected).powi(2) / expected).sum();
        let p_value = ChiSquared::new((cells - 1) as f64).ok()?.sf(chi_square);
        Some(Self { cells, chi_square, p_value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statistic_and_its_p_value_are_those_worked_out_by_hand() {
        let mut keys = vec![0; BUCKETS];
        (keys[0], keys[1]) = (3, 7);
        let test = Evenness::of(&keys).unwrap();
        // 10 keys, 2 cells of 5: (2^2 + 2^2) / 5 = 1.6 at one degree of freedom; p = erfc(sqrt(0.8)) = 0.2059.
        assert_eq!(test.cells, 2);
        assert!((test.chi_square - 1.6).abs() < 1e-12 && (test.p_value - 0.2059).abs() < 1e-4, "{test:?}");
    }

    #[test]
    fn needs_ten_keys_and_uses_every_bucket_from_five_a_bucket_on() {
        assert_eq!(Evenness::of(&[0; BUCKETS]), None);
        assert_eq!(Evenness::of(&[&[9][..], &[0; BUCKETS - 1]].concat()), None);
        let even = Evenness::of(&[5; BUCKETS]).unwrap();
        assert_eq!((even.cells, even.chi_square, even.p_value), (BUCKETS, 0.0, 1.0));
    }
}
