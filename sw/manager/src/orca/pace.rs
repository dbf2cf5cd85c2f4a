//! How often a server reports. Pure.

use std::time::{Duration, Instant};

/// Whether the reports of a server come as often as they may.
///
/// A few reports may come close together, because the network held them up; in the long run no more than twice as many as were asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    interval: Duration,
    since: Instant,
    credit: f64,
}

impl Pace {
    const MOST: f64 = 10.0;

    pub(super) fn new(interval: Duration) -> Self {
        Self { interval, since: Instant::now(), credit: Self::MOST }
    }

    /// Takes a report into account. Returns whether it may be.
    pub(super) fn note(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.since).as_secs_f64() / self.interval.as_secs_f64();
        (self.since, self.credit) = (now, (self.credit + 2.0 * passed).min(Self::MOST) - 1.0);
        self.credit >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_may_come_twice_as_often_as_asked_for_and_a_few_at_once() {
        let interval = Duration::from_secs(2);
        let mut pace = Pace::new(interval);
        let begin = pace.since;
        assert!((0..100).all(|number| pace.note(begin + interval / 2 * number)), "twice as often");
        let mut pace = Pace::new(interval);
        let taken = (0..100).take_while(|_| pace.note(begin)).count();
        assert_eq!(taken, 10, "at once");
        let mut pace = Pace::new(interval);
        let taken = (0..100).take_while(|number| pace.note(begin + interval / 4 * *number)).count();
        // By hand: 10 at first; each costs 1 and each quarter of an interval gives 0.5, so the credit is 9 after the first, and -0.5 after the 20th.
        assert_eq!(taken, 19, "four times as often");
    }
}
