//! What a site has counted: what must not happen, and who did the work.

use super::namespace::{Namespace, text};
use super::{Managers, Site};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::ops::Sub;

/// Reasons of a traffic manager for a packet of a flow that it does not have.
const STRANGE: [&str; 6] = ["no_connection", "no_service", "outbound", "no_route", "icmp_unknown", "server_syn"];

/// Counts of a site since it was built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Segments that client and servers sent again.
    pub retransmits: u64,
    /// Resets that they sent.
    pub resets: u64,
    /// Packets that came to a manager which has no flow for them.
    pub misses: u64,
    /// TCP connections that came to each manager.
    pub flows: Vec<u64>,
}

impl Health {
    /// Whether nothing happened that must not.
    pub fn is_good(&self) -> bool {
        self.retransmits + self.resets + self.misses == 0
    }
}

impl Sub for &Health {
    type Output = Health;

    fn sub(self, before: Self) -> Health {
        let flows = self.flows.iter().enumerate().map(|(place, flows)| flows - before.flows.get(place).copied().unwrap_or(0)).collect();
        Health {
            retransmits: self.retransmits - before.retransmits,
            resets: self.resets - before.resets,
            misses: self.misses - before.misses,
            flows,
        }
    }
}

impl Site {
    /// What has been counted so far. A manager that translates in another way counts anew.
    ///
    /// # Errors
    /// If a counter cannot be read.
    pub fn health(&self) -> Result<Health> {
        let mut health = Health::default();
        for host in self.servers.iter().chain([&self.client]) {
            health.retransmits += tcp(host, "RetransSegs")?;
            health.resets += tcp(host, "OutRsts")?;
        }
        for number in self.living() {
            let report = self.manager_report(number)?;
            let frames = |reason: &str| report["frames"]["reasons"][reason].as_u64().unwrap_or(0);
            health.misses += STRANGE.iter().map(|reason| frames(reason)).sum::<u64>();
            health.flows.push(frames("new_connection"));
        }
        for manager in self.managers.iter().filter(|_| self.options.kind == Managers::Linux) {
            let output = manager.run("nft", &["-j", "list", "counters"])?;
            ensure!(output.status.success(), "nft: {}", text(&output.stderr));
            let counters: Value = serde_json::from_slice(&output.stdout)?;
            let packets = |name: &str| {
                let mut list = counters["nftables"].as_array()?.iter().map(|item| &item["counter"]);
                list.find(|counter| counter["name"] == name)?["packets"].as_u64()
            };
            health.misses += packets("misses").context("a manager counts misses")?;
            health.flows.push(packets("flows").context("a manager counts flows")?);
        }
        Ok(health)
    }
}

/// A counter of TCP, of the kernel in this namespace.
fn tcp(host: &Namespace, name: &str) -> Result<u64> {
    let table = host.within(|| std::fs::read_to_string("/proc/thread-self/net/snmp"))??;
    let mut lines = table.lines().filter_map(|line| line.strip_prefix("Tcp: ")).map(|line| line.split(' '));
    let (names, mut values) = (lines.next().context("names")?, lines.next().context("values")?);
    let place = { names }.position(|found| found == name).with_context(|| format!("the kernel counts no {name}"))?;
    values.nth(place).context("a value for each name")?.parse().map_err(Into::into)
}
