//! What a configuration would change on a card, before anything is changed.

mod drop;
mod group;
mod manager;
mod name;
mod renumbered;
mod rule;
mod stale;
mod unbanked;

pub use drop::DropForecast;
pub use group::{GroupChange, MemberAction, MemberChange};
pub use manager::{ManagerAction, ManagerChange, ManagerEntry};
pub use name::Named;
pub use renumbered::{Renumbered, RenumberedGroup};
pub use rule::{Rule, RuleChange};
pub use unbanked::Unbanked;

use crate::allocate;
use crate::configuration::Configuration;
use crate::tables::{MissingGroups, Tables};
use contract::limits::PORTS;
use contract::row::mac_text;
use document::ConfigError;
use name::Names;
use serde::Serialize;

/// Something that is one thing now and is to be another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change<T> {
    /// What the card holds.
    pub from: T,
    /// What the configuration asks for.
    pub to: T,
}

impl<T: PartialEq> Change<T> {
    /// The change, if it is one.
    fn of(from: T, to: T) -> Option<Self> {
        (from != to).then_some(Self { from, to })
    }
}

/// The difference between what a card holds and what a configuration asks for.
///
/// It lists what differs and nothing else. Group MACs count as a set: their order on the card has no meaning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The tables that the card is to hold.
    #[serde(skip)]
    pub next: Tables,
    /// Whether frames are decided.
    pub enabled: Option<Change<bool>>,
    /// Group MACs that the card is to answer for and does not.
    pub group_macs_added: Vec<String>,
    /// Group MACs that it answers for and is not to.
    pub group_macs_removed: Vec<String>,
    /// Where neighbour questions to everybody go: `bridge` or `host`.
    pub neighbours: Option<Change<&'static str>>,
    /// Egress port of bridged frames, by ingress port.
    pub pairs: Option<Change<[u8; PORTS]>>,
    /// Rows of the manager table, by id.
    pub managers: Vec<ManagerChange>,
    /// Managers that the card has under other ids.
    pub renumbered: Vec<Renumbered>,
    /// Groups that the card has under other ids.
    pub renumbered_groups: Vec<RenumberedGroup>,
    /// Groups, by id.
    pub groups: Vec<GroupChange>,
    /// Rules, in their order.
    pub rules: Vec<RuleChange>,
    /// Changes of a card in service that do not come in force by the commit, all at once, but one by one around it.
    pub not_at_once: Vec<Unbanked>,
    /// Groups of which traffic is dropped once this is done, whether or not it was before.
    pub dropped: Vec<DropForecast>,
    /// Managers whose lists of self-source ports go stale: ports that lead to one of these now lead elsewhere once this is done.
    pub stale_ports: Vec<Named>,
}

impl Plan {
    /// What has to change on a card that holds `now`.
    ///
    /// Allocation tables change by [`allocate::adjust`]. A group that the configuration does not name is emptied. The row of a manager
    /// that it does not name is disabled and keeps its address and port, so that the tables before can be put in force again.
    ///
    /// # Errors
    /// If a group has an id that the card does not have.
    pub fn new(now: &Tables, configuration: &Configuration) -> Result<Self, ConfigError> {
        let present = |group: &crate::Group| now.groups.get(usize::from(group.id)).map(|held| &held.entries);
        let next = configuration.tables_with(now.groups.len(), |group| match present(group) {
            Some(present) => allocate::adjust(present, &group.targets),
            None => allocate::canonical(&group.targets),
        })?;
        Ok(Self::to(now, next, Names(Some(configuration))))
    }

    /// What has to change for the tables that follow from the configuration alone, whatever the card's history: cards that are given the same
    /// configuration this way send every flow to the same machine. More entries move than by [`Plan::new`].
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn canonical(now: &Tables, configuration: &Configuration) -> Result<Self, ConfigError> {
        Ok(Self::to(now, configuration.tables(now.groups.len())?, Names(Some(configuration))))
    }

    /// What has to change for these very tables, entry by entry, such as those of another card. Nothing has a name.
    ///
    /// # Errors
    /// If they use a group that the card does not have.
    pub fn copy(now: &Tables, tables: &Tables) -> Result<Self, MissingGroups> {
        Ok(Self::to(now, tables.with_groups(now.groups.len())?, Names(None)))
    }

    /// Whether the tables that the card is to hold decide as those do that follow from the configuration alone.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn is_canonical(&self, configuration: &Configuration) -> Result<bool, ConfigError> {
        Ok(configuration.tables(self.next.groups.len())?.decision_digest() == self.next.decision_digest())
    }

    fn to(now: &Tables, next: Tables, names: Names<'_>) -> Self {
        let macs = |tables: &Tables| tables.group_macs.iter().filter(|row| row.enabled).map(|row| mac_text(row.mac)).collect::<Vec<_>>();
        let (old_macs, new_macs) = (macs(now), macs(&next));
        let mut plan = Self {
            enabled: Change::of(now.enabled, next.enabled),
            group_macs_added: new_macs.iter().filter(|mac| !old_macs.contains(mac)).cloned().collect(),
            group_macs_removed: old_macs.iter().filter(|mac| !new_macs.contains(mac)).cloned().collect(),
            neighbours: Change::of(now.neighbours.name(), next.neighbours.name()),
            pairs: Change::of(now.port_pairs, next.port_pairs),
            managers: manager::changes(now, &next, names),
            renumbered: names.0.map_or_else(Vec::new, |configuration| renumbered::managers(now, configuration)),
            renumbered_groups: names.0.map_or_else(Vec::new, |configuration| renumbered::groups(now, configuration)),
            groups: group::changes(now, &next, names),
            rules: rule::changes(now, &next, names),
            not_at_once: Vec::new(),
            dropped: drop::forecast(now, &next, names),
            stale_ports: stale::managers(now, &next, names),
            next,
        };
        plan.not_at_once = plan.unbanked(now);
        plan
    }

    /// Whether the card does already what the configuration asks for.
    pub fn is_empty(&self) -> bool {
        let switches = self.enabled.is_none() && self.neighbours.is_none() && self.pairs.is_none();
        let card = switches && self.group_macs_added.is_empty() && self.group_macs_removed.is_empty();
        card && self.managers.is_empty() && self.groups.is_empty() && self.rules.is_empty()
    }

    /// Entries that change their machine, in all groups together.
    pub fn moved(&self) -> usize {
        self.groups.iter().map(|group| group.moved).sum()
    }

    /// The fewest entries that any allocation would move that gives the machines as many, in all groups together.
    pub fn minimum(&self) -> usize {
        self.groups.iter().map(|group| group.minimum).sum()
    }
}
