//! How an interface of a pcapng file counts time.

use std::time::Duration;

const NANOSECONDS: u64 = 1_000_000_000;

/// An interface's unit of time, and where it counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    unit: Unit,
    /// Seconds to be added.
    offset: i64,
}

/// How many units make a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// No more than there are nanoseconds.
    Coarse(u64),
    Fine(u128),
}

impl Clock {
    /// The options `if_tsresol`, microseconds if it is not there, and `if_tsoffset`.
    pub(crate) fn new(resolution: Option<u8>, offset: i64) -> Self {
        let resolution = resolution.unwrap_or(6);
        let exponent = u32::from(resolution & 0x7f);
        // Units too fine for 128 bits never make a nanosecond.
        let units = if resolution & 0x80 != 0 { 1 << exponent } else { 10u128.saturating_pow(exponent) };
        let unit = u64::try_from(units).ok().filter(|units| *units <= NANOSECONDS).map_or(Unit::Fine(units), Unit::Coarse);
        Self { unit, offset }
    }

    /// Time since 1970, cut to nanoseconds; 0 if it is before.
    #[inline]
    pub(crate) fn time(&self, ticks: u64) -> Duration {
        let (seconds, nanoseconds) = match self.unit {
            Unit::Coarse(units) => (ticks / units, ticks % units * NANOSECONDS / units),
            Unit::Fine(units) => {
                let ticks = u128::from(ticks);
                // Both fit: there are more units than ticks could say nanoseconds with.
                ((ticks / units) as u64, (ticks % units * u128::from(NANOSECONDS) / units) as u64)
            }
        };
        if self.offset == 0 {
            return Duration::new(seconds, nanoseconds as u32);
        }
        let seconds = i128::from(seconds) + i128::from(self.offset);
        if seconds < 0 {
            return Duration::ZERO;
        }
        Duration::new(u64::try_from(seconds).unwrap_or(u64::MAX), nanoseconds as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_unit() {
        for (resolution, ticks, seconds, nanoseconds) in [
            (None, 5_250_000, 5, 250_000_000),
            (Some(0), 7, 7, 0),
            (Some(3), 7_001, 7, 1_000_000),
            (Some(9), 7_000_000_001, 7, 1),
            (Some(10), 70_000_000_019, 7, 1),
            (Some(12), 7_000_000_001_999, 7, 1),
            (Some(19), u64::MAX, 1, 844_674_407),
            (Some(28), u64::MAX, 0, 1),
            (Some(127), u64::MAX, 0, 0),
            (Some(0x80), 7, 7, 0),
            (Some(0x81), 3, 1, 500_000_000),
            (Some(0x80 | 30), (1 << 30) + (1 << 29), 1, 500_000_000),
            (Some(0x80 | 32), (3 << 32) + (1 << 30), 3, 250_000_000),
            (Some(0x80 | 64), 1 << 63, 0, 500_000_000),
            (Some(0xff), u64::MAX, 0, 0),
        ] {
            assert_eq!(Clock::new(resolution, 0).time(ticks), Duration::new(seconds, nanoseconds), "{resolution:?} {ticks}");
        }
    }

    #[test]
    fn adds_the_offset_and_stays_in_range() {
        for (offset, ticks, seconds, nanoseconds) in
            [(-3600, 3_600_000_001, 0, 1000), (-3600, 3_599_999_999, 0, 0), (10, 1_500_000, 11, 500_000_000), (i64::MIN, u64::MAX, 0, 0)]
        {
            assert_eq!(Clock::new(None, offset).time(ticks), Duration::new(seconds, nanoseconds), "{offset} {ticks}");
        }
        assert_eq!(Clock::new(Some(0), i64::MAX).time(u64::MAX), Duration::from_secs(u64::MAX));
    }
}
