//! Changes under live connections: those break that the plan names, and no others.

use crate::promises::{PATIENCE, Promises};
use anyhow::Result;
use std::time::Duration;
use testbench::site::change::{CONNECTIONS, Changed};
use testbench::site::client::requests;
use testbench::site::{SERVERS, Site, VIRTUAL, http};

/// A connection is broken that is not answered for so long.
const SILENCE: Duration = Duration::from_secs(8);

/// Requests while a server drains.
const REQUESTS: u16 = 50;

impl Promises<'_> {
    /// A server drains, and every manager's program is replaced: no connection breaks.
    pub(crate) fn of_maintenance(&mut self, site: &mut Site) -> Result<()> {
        let held = site.hold(42_000, SILENCE)?;
        site.reload_managers(Some(SERVERS))?;
        let answers = requests(&site.client, http(VIRTUAL[0]), 43_000..43_000 + REQUESTS, PATIENCE)?;
        let others: usize = answers.by_server.iter().filter(|(server, _)| **server != format!("s{SERVERS}")).map(|(_, count)| count).sum();
        self.tell_count("a server drains: the others take all", others, REQUESTS.into());
        (1..=site.managers.len()).try_for_each(|number| site.restart_manager(number))?;
        std::thread::sleep(Duration::from_secs(1));
        let broke = held.end().len();
        self.tell(broke == 0, "every manager restarts: nothing breaks", &format!("{broke} of {CONNECTIONS} broke"));
        site.reload_managers(None)
    }

    /// One manager more.
    pub(crate) fn of_a_manager_that_comes(&mut self, site: &mut Site) -> Result<()> {
        let managers = site.managers.len() + 1;
        site.add_manager(managers)?;
        let next = site.configuration(&site.cards[0], managers, "");
        let changed = site.change(&next, 41_000, SILENCE, |_| {})?;
        self.tell_changed("a manager comes", &changed);
        let stale = &changed.forecast.stale;
        self.tell(stale.len() == managers - 1, "plan names stale port lists", &stale.join(" "));
        Ok(())
    }

    /// One manager is killed, and the card is told.
    pub(crate) fn of_a_manager_that_dies(&mut self, site: &mut Site) -> Result<()> {
        let last = site.managers.len();
        let without = site.configuration(&site.cards[0], last, "state = \"down\"\n");
        let changed = site.change(&without, 44_000, SILENCE, |site| site.kill_manager(last))?;
        self.tell_changed("a manager dies", &changed);
        Ok(())
    }

    fn tell_changed(&mut self, what: &str, Changed { forecast, broke }: &Changed) {
        let seen = format!("{} of {CONNECTIONS} forecast, {} broke", forecast.ports.len(), broke.len());
        self.tell(*broke == forecast.ports, &format!("{what}: what plan named breaks"), &seen);
    }
}
