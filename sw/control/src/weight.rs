//! Weights, exact: a decimal fraction as it was written, never a binary one.

use std::str::FromStr;

/// Decimal places that a weight may have.
const PLACES: usize = 9;
const ONE: u64 = 10u64.pow(PLACES as u32);
/// Largest weight.
const MOST: u64 = 1_000_000;

/// A non-negative weight, in whole billionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight(u64);

/// Not a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a weight is a plain decimal number from 0 to {MOST} with at most {PLACES} decimal places")]
pub struct NotAWeight;

impl Weight {
    /// No share at all.
    pub const ZERO: Self = Self(0);
    /// The weight of whoever has none of its own.
    pub const ONE: Self = Self(ONE);

    /// The greatest weight times a number from 0 to 1, to the nearest billionth.
    pub(crate) fn fraction_of_most(fraction: f64) -> Self {
        Self((fraction * (MOST * ONE) as f64).round() as u64)
    }

    /// The weight in billionths.
    pub fn billionths(self) -> u64 {
        self.0
    }
}

impl FromStr for Weight {
    type Err = NotAWeight;

    /// Reads `3`, `0.25` or `1_000.5`.
    fn from_str(text: &str) -> Result<Self, NotAWeight> {
        let text = text.replace('_', "");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > PLACES {
            return Err(NotAWeight);
        }
        let whole: u64 = whole.parse().map_err(|_| NotAWeight)?;
        let fraction: u64 = format!("{fraction:0<PLACES$}").parse().map_err(|_| NotAWeight)?;
        if whole > MOST || (whole == MOST && fraction > 0) {
            return Err(NotAWeight);
        }
        Ok(Self(whole * ONE + fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_read_exactly() {
        for (text, billionths) in [
            ("0", 0),
            ("1", 1_000_000_000),
            ("0.1", 100_000_000),
            ("2.000000001", 2_000_000_001),
            ("1_000.5", 1_000_500_000_000),
            ("1000000", 1_000_000_000_000_000),
        ] {
            assert_eq!(text.parse(), Ok(Weight(billionths)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_plain_decimal_in_range_is_refused() {
        for text in
            ["", "-1", "1e3", "nan", "inf", ".5", "1.", "0x10", "1000000.1", "1000001", "0.0000000001", "1 ", "99999999999999999999"]
        {
            assert_eq!(text.parse::<Weight>(), Err(NotAWeight), "{text}");
        }
    }
}
