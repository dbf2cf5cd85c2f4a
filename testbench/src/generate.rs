//! Stimulus: frames and card states drawn at random, most of them where mistakes are likely. Everything follows from one `u64` seed.

mod change;
mod ip;
mod pace;
mod shape;
mod tables;
mod traffic_generator;

pub use change::{changes, in_flight};
pub use pace::random_pace;
pub use shape::{Layer, Shape};
pub use tables::{random_group, random_manager, random_neighbours, random_rules, random_tables};
pub use traffic_generator::{GeneratedFrame, TrafficGenerator};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The generator's source of randomness.
pub type Rng = ChaCha8Rng;

/// Randomness for item `stream` of a run: independent of every other item, so that any frame can be made again alone.
pub fn rng(seed: u64, stream: u64) -> Rng {
    let mut rng = Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}

/// One of the values, each as likely as its weight.
fn weighted<T: Copy>(values: &[(u32, T)], rng: &mut Rng) -> T {
    let total: u32 = values.iter().map(|(weight, _)| weight).sum();
    let mut at = rng.random_range(0..total);
    for (weight, value) in values {
        if at < *weight {
            return *value;
        }
        at -= weight;
    }
    unreachable!("`at` started below the sum of the weights")
}

/// One of the values.
fn pick<T: Copy>(values: &[T], rng: &mut Rng) -> T {
    values[rng.random_range(0..values.len())]
}

#[cfg(test)]
mod tests;
