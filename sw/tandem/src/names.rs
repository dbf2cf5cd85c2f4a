//! What the operator calls things. A card knows numbers only.

use contract::row::RuleRow;
use control::Configuration;
use control::plan::Rule;
use model::icmp::{ICMP, ICMPV6};
use model::transport::{TCP, UDP};

/// Names of managers and groups, where a configuration gives them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Names<'a>(Option<&'a Configuration>);

impl<'a> Names<'a> {
    /// The names of a configuration, if there is one.
    pub(crate) fn of(configuration: Option<&'a Configuration>) -> Self {
        Self(configuration)
    }

    /// A manager's name, if it has one.
    pub(crate) fn of_manager(self, id: u8) -> Option<&'a str> {
        Some(self.0?.manager(id)?.name.as_str())
    }

    /// A group's name, if it has one.
    pub(crate) fn of_group(self, id: u8) -> Option<&'a str> {
        Some(self.0?.groups.iter().find(|group| group.id == id)?.name.as_str())
    }

    /// A manager as text calls it: its name and number, or `manager 3`.
    pub(crate) fn manager(self, id: u8) -> String {
        self.of_manager(id).map_or_else(|| format!("manager {id}"), |name| format!("{name} ({id})"))
    }

    /// A group as text calls it: `group web (0)`, or `group 0`.
    pub(crate) fn group(self, id: u8) -> String {
        self.of_group(id).map_or_else(|| format!("group {id}"), |name| format!("group {name} ({id})"))
    }

    /// A rule as people read it.
    pub(crate) fn rule(self, row: &RuleRow) -> Rule {
        Rule {
            protocol: row.protocol.map_or("any".into(), protocol),
            lowest: row.lowest,
            highest: row.highest,
            group: self.of_group(row.group).map_or_else(|| format!("group {}", row.group), str::to_owned),
            key_on_peer: row.key_on_peer,
        }
    }
}

/// A protocol as `tandem.toml` writes it.
pub(crate) fn protocol(number: u8) -> String {
    match number {
        TCP => "tcp".into(),
        UDP => "udp".into(),
        ICMP => "icmp".into(),
        ICMPV6 => "icmpv6".into(),
        other => other.to_string(),
    }
}
