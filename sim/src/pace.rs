//! When a side of a stream is willing.

use crate::ffi;

/// In which clocks a source offers a beat, or a sink is ready. An offered beat stays until it is accepted, whatever the pace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// In every clock.
    #[default]
    Always,
    /// In a random share of all clocks.
    Random {
        /// Of the random numbers.
        seed: u64,
        /// The share.
        percent: u8,
    },
    /// In runs of random length, with gaps of random length; a gap of up to `off` clocks comes after every run.
    Bursts {
        /// Of the random numbers.
        seed: u64,
        /// Longest run, in clocks.
        on: u32,
        /// Longest gap, in clocks.
        off: u32,
    },
    /// In clocks whose bit is set; bit 0 first, and again from there after `length` bits. No bit set is never.
    Pattern {
        /// The bits.
        bits: u64,
        /// How many of them: 1 to 64.
        length: u8,
    },
    /// Always, but not in clocks `from..until` of the batch.
    Pause {
        /// First clock of the pause.
        from: u64,
        /// First clock after it.
        until: u64,
    },
}

impl Pace {
    /// In no clock.
    pub const NEVER: Self = Self::Pattern { bits: 0, length: 1 };

    pub(crate) fn to_ffi(self) -> ffi::Pace {
        let (kind, length, a, b) = match self {
            Self::Always => (0, 0, 0, 0),
            Self::Random { seed, percent } => (1, 0, seed, percent.into()),
            Self::Bursts { seed, on, off } => (2, on, seed, off.into()),
            Self::Pattern { bits, length } => (3, length.into(), bits, 0),
            Self::Pause { from, until } => (4, 0, from, until),
        };
        ffi::Pace { kind, length, a, b }
    }
}
