//! A valid configuration: every name is known, every number in range, nothing twice.

use crate::allocate::Target;
use crate::profile::Profile;
use crate::weight::Weight;
use contract::limits::PORTS;
use contract::row::{GroupRow, Mac, Neighbours, RuleRow};
use model::manager_table;
use serde::Serialize;
use std::net::IpAddr;

/// What an operator wants of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// Whether frames are decided at all; if not, every frame is bridged.
    pub enabled: bool,
    /// The addresses that the card answers for.
    pub group_macs: Vec<Mac>,
    /// Where neighbour questions to everybody go.
    pub neighbours: Neighbours,
    /// Egress port of bridged frames, by ingress port.
    pub port_pairs: [u8; PORTS],
    /// The traffic managers, as they are listed.
    pub managers: Vec<Manager>,
    /// The groups, as they are listed.
    pub groups: Vec<Group>,
    /// The rules, as they are asked.
    pub rules: Vec<RuleRow>,
    /// Name of the file that it was read from.
    pub file: String,
}

/// A traffic manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// Its name.
    pub name: String,
    /// Its id on the card, from 1.
    pub id: u8,
    /// Where it is reached, and whether it takes traffic.
    pub row: manager_table::Manager,
    /// What its operator has it do.
    pub state: ManagerState,
    /// Its weight in groups that give it no other.
    pub weight: Weight,
}

/// What a traffic manager is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagerState {
    /// It takes its share of the traffic.
    Enabled,
    /// It gets no entries; what still names it, such as a group's `designated`, reaches it.
    Draining,
    /// It gets no entries; what still names it is dropped.
    Down,
}

/// A group of managers.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its id on the card.
    pub id: u8,
    /// Hash key, designated manager and equal-ports policy.
    pub row: GroupRow,
    /// How its traffic is shared out.
    pub profile: Profile,
    /// Ids of its members, whatever their state.
    pub members: Vec<u8>,
    /// The share that each of its enabled members is meant to have, by their ids.
    pub targets: Vec<Target>,
    /// The addresses for which neighbour questions are answered.
    pub addresses: Vec<IpAddr>,
    /// The group MAC that is the answer.
    pub mac: Mac,
    /// Whether the file gives it its id; otherwise its place in the file does.
    pub(crate) has_id: bool,
    /// Line and column of the file at which the group gets its id.
    pub(crate) position: (usize, usize),
}

impl Configuration {
    /// The group with this id.
    pub fn group(&self, id: u8) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The manager with this id.
    pub fn manager(&self, id: u8) -> Option<&Manager> {
        self.managers.iter().find(|manager| manager.id == id)
    }
}
