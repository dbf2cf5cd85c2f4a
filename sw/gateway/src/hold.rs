//! Holds: when a copy and the original leave, so that the first SYN-ACK ranks the distances to the client.

use crate::Time;

/// Probes in a row without an answer after which a replica's delay is unknown.
const LOST: u8 = 3;

/// What an operator sets for a class of servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// All leave at once. The server then wins wherever distances obey the triangle inequality.
    Off,
    /// All answer at the same instant.
    Equal,
    /// The server answers this late: near replicas have a head start.
    HeadStart(Time),
}

/// The one-way delay to a replica, from the round trips of its health probes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    smoothed: Option<Time>,
    lost: u8,
}

impl Delay {
    /// Takes a probe's round trip. Smoothed as by RFC 6298: an eighth of every new one.
    pub fn sample(&mut self, round_trip: Time) {
        self.smoothed = Some(self.smoothed.map_or(round_trip, |smoothed| (smoothed * 7 + round_trip) / 8));
        self.lost = 0;
    }

    /// Takes a probe that has had no answer in time. After three in a row nobody waits for the replica, and its next round trip counts alone.
    pub fn lost(&mut self) {
        self.lost = self.lost.saturating_add(1);
        if self.lost >= LOST {
            self.smoothed = None;
        }
    }

    /// Half the smoothed round trip; `None` if it is unknown.
    pub fn one_way(&self) -> Option<Time> {
        self.smoothed.map(|smoothed| smoothed / 2)
    }
}

/// How long after a SYN has come its copies and itself leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Of each replica, in their order.
    pub copies: Vec<Time>,
    /// Of the original.
    pub original: Time,
}

impl Schedule {
    /// The schedule for replicas with these one-way delays. With `Equal`, only those within the cap are waited for; whoever is not waited for gets its
    /// copy at once.
    pub fn new(hold: Hold, delays: &[Option<Time>], cap: Time) -> Self {
        let original = match hold {
            Hold::Off => Time::ZERO,
            Hold::Equal => delays.iter().flatten().copied().filter(|delay| *delay <= cap).max().unwrap_or_default(),
            Hold::HeadStart(hold) => hold,
        };
        let copies = delays.iter().map(|delay| delay.map_or(Time::ZERO, |delay| original.saturating_sub(delay))).collect();
        Self { copies, original }
    }
}
