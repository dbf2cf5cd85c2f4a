//! The time that the gateway decides by: that of the day at its start, counted on without a step.

use gateway::Time;
use std::time::{Instant, SystemTime};

#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    since: Time,
    start: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { since, start: Instant::now() }
    }

    pub(super) fn now(&self) -> Time {
        self.since + self.start.elapsed()
    }

    /// When it was started.
    pub(super) fn since(&self) -> String {
        humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + self.since).to_string()
    }
}
