//! Token buckets: how many answers a source gets.

use crate::Time;
use std::hash::{BuildHasher, Hash, RandomState};

/// Buckets that there are. Sources with the same hash share one, so that no number of sources takes more memory.
const BUCKETS: usize = 4096;

/// How many answers a source gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Answers a second in the long run.
    pub per_second: f64,
    /// Answers at once, after a pause.
    pub burst: f64,
}

impl Default for Rate {
    fn default() -> Self {
        Self { per_second: 10.0, burst: 20.0 }
    }
}

/// The buckets of all sources.
#[derive(Clone, Debug)]
pub struct Buckets {
    rate: Rate,
    /// Random, so that nobody can tell whose bucket another's questions empty.
    hash: RandomState,
    buckets: Vec<Bucket>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    filled: Time,
}

impl Buckets {
    /// Full buckets.
    pub fn new(rate: Rate) -> Self {
        let full = Bucket { tokens: rate.burst, filled: Time::ZERO };
        Self { rate, hash: RandomState::new(), buckets: vec![full; BUCKETS] }
    }

    /// Takes a token of this source, if it has one.
    pub fn take(&mut self, now: Time, source: impl Hash) -> bool {
        let bucket = &mut self.buckets[self.hash.hash_one(source) as usize % BUCKETS];
        let since = now.saturating_sub(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + since * self.rate.per_second).min(self.rate.burst);
        bucket.filled = now;
        let has = bucket.tokens >= 1.0;
        bucket.tokens -= f64::from(u8::from(has));
        has
    }
}
