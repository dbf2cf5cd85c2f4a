//! Announcements: neighbours learn at once which MAC a group's address has, at start and after a take-over.

use super::{arp, discovery};
use crate::Time;
use contract::row::Mac;
use model::ethernet;
use std::net::IpAddr;

/// Announcements of an address; one could be lost.
pub const ROUNDS: u8 = 3;
/// Time between two of them.
pub const INTERVAL: Time = Time::from_secs(1);

/// When the addresses are announced next.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Schedule {
    next: Time,
    rounds: u8,
}

impl Schedule {
    pub(super) fn starting(now: Time) -> Self {
        Self { next: now, rounds: ROUNDS }
    }

    /// Whether a round is due; it then counts as done.
    pub(super) fn is_due(&mut self, now: Time) -> bool {
        let is_due = self.rounds > 0 && self.next <= now;
        if is_due {
            // A second after now, and not after the last: a program that was late must not send two rounds at once.
            (self.next, self.rounds) = (now + INTERVAL, self.rounds - 1);
        }
        is_due
    }

    pub(super) fn next(&self) -> Option<Time> {
        (self.rounds > 0).then_some(self.next)
    }
}

/// The announcement of an address: MAC that it goes to, EtherType and packet.
pub(super) fn of(address: IpAddr, mac: Mac) -> (Mac, [u8; 2], Vec<u8>) {
    match address {
        IpAddr::V4(address) => ([0xff; 6], ethernet::ARP.to_be_bytes(), arp::announcement(address, mac)),
        IpAddr::V6(address) => discovery::announcement(address, mac),
    }
}
