//! Token buckets: how much happens in a second, in all and for each network.

use crate::{Address, Time};
use foldhash::fast::RandomState;
use std::hash::BuildHasher;

/// Buckets of networks. Networks with the same hash share one, so that no number of them takes more memory.
const BUCKETS: usize = 4096;

/// How much is allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// In the long run.
    pub per_second: f64,
    /// At once, after a pause.
    pub burst: f64,
}

impl Rate {
    /// As much at once as in a second.
    pub fn per_second(per_second: f64) -> Self {
        Self { per_second, burst: per_second }
    }
}

/// One bucket.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    rate: Rate,
    tokens: f64,
    filled: Time,
}

impl Bucket {
    /// A full bucket.
    pub fn new(rate: Rate) -> Self {
        Self { rate, tokens: rate.burst, filled: Time::ZERO }
    }

    /// Takes a token, if there is one.
    pub fn take(&mut self, now: Time) -> bool {
        let since = now.saturating_sub(self.filled).as_secs_f64();
        self.tokens = (self.tokens + since * self.rate.per_second).min(self.rate.burst);
        self.filled = now;
        let has = self.tokens >= 1.0;
        self.tokens -= f64::from(u8::from(has));
        has
    }
}

/// A bucket for all, and one for each /24 or /48.
#[derive(Clone, Debug)]
pub struct Buckets {
    all: Bucket,
    /// Random, so that nobody can tell whose bucket another's frames empty.
    hash: RandomState,
    networks: Vec<Bucket>,
}

impl Buckets {
    /// Full buckets.
    pub fn new(all: Rate, network: Rate) -> Self {
        Self { all: Bucket::new(all), hash: RandomState::default(), networks: vec![Bucket::new(network); BUCKETS] }
    }

    /// Takes a token of this address's network and one of all, if both are there.
    pub fn take(&mut self, now: Time, address: Address) -> bool {
        let network = crate::Prefix::of_limit(address);
        let bucket = self.hash.hash_one(network) as usize % BUCKETS;
        self.networks[bucket].take(now) && self.all.take(now)
    }
}
