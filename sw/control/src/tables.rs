//! Everything that a card holds for a configuration.

use crate::allocate;
use crate::configuration::{self, Configuration};
use contract::limits::{BUCKETS, GROUP_MACS, MANAGERS, PORTS, RULES};
use contract::register::every_unit;
use contract::row::{GroupMac, Neighbours, RuleRow};
use document::ConfigError;
use model::State;
use model::classifier::Rules;
use model::entry_table::Group;
use model::manager_table::{Manager, Managers};
use model::state::port_pairs;

mod file;

pub use file::{CardTables, TablesError};

/// Tables that use groups which a card does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these tables use {used} groups, but the card has {has}; take tables of a card with as few, or a card with more groups")]
pub struct MissingGroups {
    /// As many groups as the tables use: the greatest number and one.
    pub used: usize,
    /// As many as the card has.
    pub has: usize,
}

/// The tables of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// Whether frames are decided.
    pub enabled: bool,
    /// The addresses that the card answers for.
    pub group_macs: [GroupMac; GROUP_MACS],
    /// Where neighbour questions to everybody go.
    pub neighbours: Neighbours,
    /// Egress port of bridged frames, by ingress port.
    pub port_pairs: [u8; PORTS],
    /// The managers, by id.
    pub managers: Managers,
    /// Every group that the card has; those without use are empty.
    pub groups: Vec<Group>,
    /// The ordered rules; those behind the last are not in use.
    pub rules: Rules,
}

impl Tables {
    /// What a card with this many groups holds after reset: it is disabled, and nothing is in any table.
    pub fn empty(groups: usize) -> Self {
        Self {
            enabled: false,
            group_macs: [GroupMac::default(); GROUP_MACS],
            neighbours: Neighbours::Bridge,
            port_pairs: port_pairs(),
            managers: [Manager::default(); MANAGERS + 1],
            groups: vec![Group::default(); groups],
            rules: [RuleRow::from_words([0, 0]); RULES],
        }
    }

    /// The same tables on a card with as many groups: further groups are empty, and only empty ones are left out.
    ///
    /// # Errors
    /// If a group that is not empty would be left out.
    pub fn with_groups(&self, has: usize) -> Result<Self, MissingGroups> {
        let used = self.groups.iter().rposition(|group| *group != Group::default()).map_or(0, |last| last + 1);
        if used > has {
            return Err(MissingGroups { used, has });
        }
        let mut tables = self.clone();
        tables.groups.resize(has, Group::default());
        Ok(tables)
    }

    /// The golden model with these tables in force, after one commit.
    ///
    /// # Panics
    /// If there are no groups, or more than a card has.
    pub fn state(&self) -> State {
        self.state_at(1)
    }

    /// The same at another generation, such as a card's own.
    ///
    /// # Panics
    /// As [`Tables::state`].
    pub fn state_at(&self, generation: u32) -> State {
        let mut state = State::new(self.groups.len());
        state.enabled = self.enabled;
        state.group_macs = self.group_macs;
        state.neighbours = self.neighbours;
        state.port_pairs = self.port_pairs;
        state.managers_enabled = self.managers.map(|manager| manager.enabled);
        *state.idle_manager_rows_mut() = self.managers.map(Manager::row);
        for (number, group) in self.groups.iter().enumerate() {
            *state.idle_group_mut(number as u8) = group.clone();
        }
        *state.idle_rules_mut() = self.rules;
        state.commit(every_unit(self.groups.len()), generation).expect("the model has exactly these units");
        state
    }
}

impl Configuration {
    /// What a card with this many groups has to hold, if nothing is known of what it holds now.
    ///
    /// # Errors
    /// If a group has an id that the card does not have.
    pub fn tables(&self, groups: usize) -> Result<Tables, ConfigError> {
        self.tables_with(groups, |group| allocate::canonical(&group.targets))
    }

    /// The same, with allocation tables made by `entries`.
    pub(crate) fn tables_with(
        &self,
        groups: usize,
        entries: impl Fn(&configuration::Group) -> [u8; BUCKETS],
    ) -> Result<Tables, ConfigError> {
        let mut tables = Tables {
            enabled: self.enabled,
            group_macs: std::array::from_fn(|i| self.group_macs.get(i).map_or(GroupMac::default(), |&mac| GroupMac { mac, enabled: true })),
            neighbours: self.neighbours,
            port_pairs: self.port_pairs,
            rules: [RuleRow::default(); RULES],
            ..Tables::empty(groups)
        };
        for manager in &self.managers {
            tables.managers[usize::from(manager.id)] = manager.row;
        }
        for group in &self.groups {
            let slot = tables.groups.get_mut(usize::from(group.id)).ok_or_else(|| ConfigError {
                file: self.file.clone(),
                line: group.position.0,
                column: group.position.1,
                problem: format!("group {:?} has id {}, but this card has {groups} groups", group.name, group.id),
                remedy: format!("use ids from 0 to {}, or a card with more groups", groups.saturating_sub(1)),
            })?;
            *slot = Group { row: group.row, entries: entries(group) };
        }
        tables.rules[..self.rules.len()].copy_from_slice(&self.rules);
        Ok(tables)
    }
}
