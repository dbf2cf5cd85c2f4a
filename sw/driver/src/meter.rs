//! Counts the accesses of a card.

use crate::card::{BusError, Card, CardAccess};
use serde::Serialize;
use std::ops::Sub;

/// Accesses on the bus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AccessCounts {
    /// Words read: each waits for its answer.
    pub reads: u64,
    /// Words written.
    pub writes: u64,
}

impl Sub for AccessCounts {
    type Output = Self;

    /// What came in between.
    fn sub(self, earlier: Self) -> Self {
        Self { reads: self.reads - earlier.reads, writes: self.writes - earlier.writes }
    }
}

/// A card whose accesses are counted.
#[derive(Debug)]
pub struct Meter<C> {
    /// The card.
    pub card: C,
    /// What it was asked so far.
    pub traffic: AccessCounts,
}

impl<C> Meter<C> {
    /// Counts from now on.
    pub fn new(card: C) -> Self {
        Self { card, traffic: AccessCounts::default() }
    }
}

impl<C: Card> Card for Meter<C> {
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        self.traffic.writes += 1;
        self.card.write(address, value)
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        self.traffic.reads += 1;
        self.card.read(address)
    }

    fn batch(&mut self, accesses: &[CardAccess]) -> Result<Vec<u32>, BusError> {
        let reads = accesses.iter().filter(|access| matches!(access, CardAccess::Read { .. })).count();
        self.traffic.reads += reads as u64;
        self.traffic.writes += (accesses.len() - reads) as u64;
        self.card.batch(accesses)
    }
}
