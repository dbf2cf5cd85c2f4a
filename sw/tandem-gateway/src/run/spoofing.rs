//! Whether the network lets a replica of mode B send in its servers' name. The servers' gateway probes it by tagged SYNs of its own; each answer leaves with a
//! server's address, and the gateway resets each that arrives. Both are counted by the host's nftables.

use super::install::{Counted, Rules};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// Answers without a single RST after which the network is said to drop them.
const ANSWERS: u64 = 5;
/// Between two looks, until a RST has come.
const LOOK: Duration = Duration::from_secs(1);

/// What is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Known {
    /// No probe has come, or none long enough ago.
    Unknown,
    /// An answer has arrived.
    Passes,
    /// None has.
    Dropped,
}

impl Known {
    fn of(counted: Counted) -> Self {
        match counted {
            Counted { resets: 1.., .. } => Self::Passes,
            Counted { answers: ANSWERS.., .. } => Self::Dropped,
            _ => Self::Unknown,
        }
    }

    /// As `show` names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Passes => "passes",
            Self::Dropped => "dropped",
        }
    }
}

/// What is known so far.
#[derive(Default)]
pub(super) struct Spoofing(AtomicU8);

impl Spoofing {
    pub(super) fn known(&self) -> Known {
        [Known::Unknown, Known::Passes, Known::Dropped][usize::from(self.0.load(Ordering::Relaxed))]
    }

    /// Looks until a RST has come, and warns once if the network drops what is sent.
    pub(super) fn look(&self, rules: &Rules) {
        while self.known() != Known::Passes {
            std::thread::sleep(LOOK);
            let Some(counted) = rules.counted() else { return };
            let (known, before) = (Known::of(counted), self.known());
            self.0.store(known as u8, Ordering::Relaxed);
            if known == Known::Dropped && before != known {
                operator::output::tell(format_args!(
                    "warning: {} answers to the gateway's probes have left with a server's address, and none has arrived: the network drops what comes from \
                     addresses that are not its own (BCP 38), or the gateway has no keys for its probes. Use mode A or C",
                    counted.answers
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reset_tells_that_answers_arrive_and_five_answers_without_one_that_they_do_not() {
        let known = |answers, resets| Known::of(Counted { answers, resets });
        assert_eq!([known(0, 0), known(4, 0)], [Known::Unknown; 2]);
        assert_eq!([known(5, 0), known(500, 0)], [Known::Dropped; 2]);
        assert_eq!([known(1, 1), known(500, 1)], [Known::Passes; 2]);
    }
}
