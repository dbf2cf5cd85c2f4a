//! Progress of long work, on a terminal's standard error and nowhere else.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A spinner that says what is done, for work whose end is not known; it vanishes when this is dropped.
pub(crate) struct Busy(ProgressBar);

/// Says what is done until the guard is dropped.
pub(crate) fn busy(what: impl Into<String>) -> Busy {
    let bar = ProgressBar::new_spinner().with_message(what.into());
    bar.enable_steady_tick(Duration::from_millis(100));
    Busy(bar)
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar over this many steps.
pub(crate) fn bar(steps: usize, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len}").expect("the template is sound");
    ProgressBar::new(steps as u64).with_message(what).with_style(style)
}

/// A bar over this many bytes.
pub(crate) fn bytes(bytes: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {binary_bytes} of {binary_total_bytes}").expect("the template is sound");
    ProgressBar::new(bytes).with_message(what).with_style(style)
}
