//! A change under live connections: a manager comes, and those connections break that the plan names.

use crate::promises::{PATIENCE, Promises};
use anyhow::Result;
use std::collections::BTreeSet;
use std::time::Duration;
use testbench::site::capture::Recording;
use testbench::site::client::Held;
use testbench::site::{Site, VIRTUAL, http};

/// Connections that live long, and the first of their ports.
const CONNECTIONS: u16 = 60;
const FIRST: u16 = 41_000;

/// A connection is broken that is not answered for so long.
const SILENCE: Duration = Duration::from_secs(8);

impl Promises<'_> {
    /// One manager more.
    pub(crate) fn of_a_change(&mut self, site: &mut Site) -> Result<()> {
        let managers = site.managers.len() + 1;
        site.add_manager(managers)?;
        let (card, capture) = (&site.cards[0], site.path("live.pcap"));
        let recording = Recording::begin(&site.wires, "c1.eth0", &capture)?;
        let held = Held::open(&site.client, http(VIRTUAL[0]), FIRST, CONNECTIONS, PATIENCE, SILENCE)?;
        std::thread::sleep(Duration::from_secs(1));
        recording.end()?;
        let next = site.configuration(card, managers, "");
        let forecast = site.forecast(card, &next, &capture)?;
        site.apply(card, &next)?;
        // Whoever is to break has been asked again by then, and was not answered.
        std::thread::sleep(SILENCE + Duration::from_secs(1));
        let broke: BTreeSet<u16> = held.end().into_iter().collect();
        let seen = format!("{} of {CONNECTIONS} forecast, {} broke", forecast.ports.len(), broke.len());
        self.tell(broke == forecast.ports, "a manager comes: what plan named breaks", &seen);
        self.tell(forecast.stale.len() == managers - 1, "plan names stale port lists", &forecast.stale.join(" "));
        Ok(())
    }
}
