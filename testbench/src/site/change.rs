//! A change under live connections, and which of them it breaks.

use super::capture::Recording;
use super::client::Held;
use super::{Figure, Forecast, Managers, Site, VIRTUAL, http};
use anyhow::Result;
use std::collections::BTreeSet;
use std::time::Duration;

/// Connections that live while something changes.
pub const CONNECTIONS: u16 = 60;

/// What a change was to break, and what it broke.
#[derive(Clone, Debug)]
pub struct Changed {
    /// What `tandem plan` said before.
    pub forecast: Forecast,
    /// Ports of the client whose connection broke.
    pub broke: BTreeSet<u16>,
}

impl Site {
    /// Opens connections from ports above `first`, to the first virtual address. One breaks that is not answered within `silence`.
    ///
    /// # Errors
    /// If one cannot be opened.
    pub fn hold(&self, first: u16, silence: Duration) -> Result<Held> {
        Held::open(&self.client, http(VIRTUAL[0]), first, CONNECTIONS, Duration::from_secs(30), silence)
    }

    /// Gives the card of FIG. 4 this configuration, and the managers what follows from it, under connections from ports above `first`.
    /// `after_plan` is done between `tandem plan` and `tandem apply`.
    ///
    /// # Errors
    /// If a program fails.
    ///
    /// # Panics
    /// If the site has another figure.
    pub fn change(&mut self, configuration: &str, first: u16, silence: Duration, after_plan: impl FnOnce(&mut Self)) -> Result<Changed> {
        assert_eq!(self.options.figure, Figure::Combined, "one card sees every flow");
        let capture = self.path("live.pcap");
        let recording = Recording::begin(&self.wires, "c1.eth0", &capture)?;
        let held = self.hold(first, silence)?;
        std::thread::sleep(Duration::from_secs(1));
        recording.end()?;
        let forecast = self.forecast(&self.cards[0], configuration, &capture)?;
        after_plan(self);
        self.apply(&self.cards[0], configuration)?;
        if self.options.kind == Managers::Tandem {
            self.reload_managers(None)?;
        }
        // Whoever is to break has been asked again by then, and was not answered.
        std::thread::sleep(silence + Duration::from_secs(1));
        Ok(Changed { forecast, broke: held.end().into_iter().collect() })
    }
}
