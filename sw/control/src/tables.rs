//! Everything that a card holds for a configuration.

use crate::allocate;
use crate::configuration::Configuration;
use crate::error::ConfigError;
use contract::limits::{GROUP_MACS, MANAGERS, PORTS, RULES};
use contract::row::{GroupMac, ManagerRow, RuleRow};
use model::entry::Group;
use model::manager::Managers;
use model::rule::Rules;

/// The tables of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// Whether frames are decided.
    pub enabled: bool,
    /// The addresses that the card answers for.
    pub group_macs: [GroupMac; GROUP_MACS],
    /// Egress port of bridged frames, by ingress port.
    pub port_pairs: [u8; PORTS],
    /// The manager table, by id.
    pub managers: Managers,
    /// Every group that the card has; those without use are empty.
    pub groups: Vec<Group>,
    /// The ordered rules; those behind the last are not in use.
    pub rules: Rules,
}

impl Configuration {
    /// What a card with this many groups has to hold.
    ///
    /// # Errors
    /// If a group has an id that the card does not have.
    pub fn tables(&self, groups: usize) -> Result<Tables, ConfigError> {
        let mut tables = Tables {
            enabled: self.enabled,
            group_macs: std::array::from_fn(|i| self.group_macs.get(i).map_or(GroupMac::default(), |&mac| GroupMac { mac, enabled: true })),
            port_pairs: self.port_pairs,
            managers: [ManagerRow::default(); MANAGERS + 1],
            groups: vec![Group::default(); groups],
            rules: [RuleRow::default(); RULES],
        };
        for manager in &self.managers {
            tables.managers[usize::from(manager.id)] = manager.row;
        }
        for group in &self.groups {
            let slot = tables.groups.get_mut(usize::from(group.id)).ok_or_else(|| ConfigError {
                file: self.file.clone(),
                line: group.position.0,
                column: group.position.1,
                problem: format!("group {:?} has id {}, and this card has {groups} groups", group.name, group.id),
                remedy: format!("use ids from 0 to {}, or a card with more groups", groups.saturating_sub(1)),
            })?;
            *slot = Group { row: group.row, entries: allocate::canonical(&group.targets) };
        }
        tables.rules[..self.rules.len()].copy_from_slice(&self.rules);
        Ok(tables)
    }
}
