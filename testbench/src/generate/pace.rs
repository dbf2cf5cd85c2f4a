//! Random `tvalid` and `tready`.

use super::{Rng, weighted};
use rand::{Rng as _, RngExt};
use sim::Pace;

/// A pace drawn at random; none of them stays unwilling for ever.
pub fn random_pace(rng: &mut Rng) -> Pace {
    let seed = rng.next_u64();
    let bursts = Pace::Bursts { seed, on: rng.random_range(1..40), off: rng.random_range(1..40) };
    let share = Pace::Random { seed, percent: rng.random_range(30..=95) };
    let pattern = Pace::Pattern { bits: rng.next_u64() | 1, length: rng.random_range(1..=64) };
    let pause = Pace::Pause { from: rng.random_range(0..2000), until: rng.random_range(2000..5000) };
    weighted(&[(4, Pace::Always), (3, share), (2, bursts), (1, pattern), (1, pause)], rng)
}
