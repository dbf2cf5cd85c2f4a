//! Where the flows of a service go, counted client port by client port.

use super::Service;
use crate::reach::padded;
use crate::{Configuration, Group, allocate};
use contract::limits::{BUCKETS, GROUPS, RULES};
use contract::row::RuleRow;
use model::transport::Ports;
use model::{Choice, Subject, key};
use serde::Serialize;
use std::ops::RangeInclusive;

/// Any client and any server; which addresses they have does not matter.
const CLIENT: [u8; 16] = [1; 16];
const SERVER: [u8; 16] = [2; 16];

/// How evenly a service's flows fall on a group's managers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Load {
    /// Share of the flows that all go to one manager: to the same one for each server, or to the designated one.
    pub on_one_manager: f64,
    /// The most loaded manager's share of the flows over the share that it is meant to have; with equal shares, maximum over mean.
    /// 1 is even. An expectation over hash keys, for one server with many clients.
    pub max_over_mean: f64,
}

impl Load {
    /// Every manager gets what it is meant to get.
    pub(super) const EVEN: Self = Self { on_one_manager: 0.0, max_over_mean: 1.0 };
}

/// Flows by what decides them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// By the server's endpoint: one key for all.
    pinned: f64,
    /// By none; the designated manager takes them.
    designated: f64,
    /// By the client's endpoint or the pair of addresses: a key for each client.
    spread: f64,
}

impl Tally {
    fn total(self) -> f64 {
        self.pinned + self.designated + self.spread
    }

    /// The load of a group's managers, were these the only flows; even if there are none.
    fn load(self, group: &Group) -> Load {
        let counts = allocate::counts(&group.targets);
        let managers = counts.iter().filter(|&&count| count > 0).count() as f64;
        let total = self.total();
        if managers == 0.0 || total == 0.0 {
            return Load::EVEN;
        }
        let [pinned, designated, spread] = [self.pinned, self.designated, self.spread].map(|flows| flows / total);
        // The server's key falls on a manager of share w with probability w, and weighs 1 / w there: on average the number of managers.
        let by_server = pinned * managers;
        let count = group.targets.iter().zip(&counts).find(|(target, _)| target.manager == group.row.designated).map(|(_, &count)| count);
        let share = count.filter(|&count| count > 0).map_or(1.0 / managers, |count| count as f64 / BUCKETS as f64);
        let by_designation = designated / share;
        Load { on_one_manager: pinned.max(designated), max_over_mean: by_server.max(by_designation) + spread }
    }
}

/// The flows of a service, group by group.
pub(super) struct Flows([Tally; GROUPS]);

impl Flows {
    /// Of clients with all these ports alike.
    pub(super) fn of_clients(configuration: &Configuration, rules: &[RuleRow], service: Service, clients: &RangeInclusive<u16>) -> Self {
        Self::count(configuration, rules, service, clients.clone())
    }

    /// Of peers that use the service's port at both ends.
    pub(super) fn of_peers(configuration: &Configuration, rules: &[RuleRow], service: Service) -> Self {
        Self::count(configuration, rules, service, [service.port])
    }

    fn count(configuration: &Configuration, rules: &[RuleRow], service: Service, clients: impl IntoIterator<Item = u16>) -> Self {
        let rules = padded(rules);
        let mut flows = Self([Tally::default(); GROUPS]);
        for client in clients {
            let subject = subject(service, client);
            let hashed = |id| configuration.group(id).is_some_and(|group| group.row.equal_ports_hash);
            let choice = Choice::by(&rules, hashed, &subject);
            let tally = &mut flows.0[usize::from(choice.group)];
            match choice.key {
                None => tally.designated += 1.0,
                Some(key) if key == key::endpoint(SERVER, service.port) => tally.pinned += 1.0,
                Some(_) => tally.spread += 1.0,
            }
        }
        flows
    }

    /// The load of the group that is loaded most unevenly, and that group.
    pub(super) fn worst<'c>(&self, configuration: &'c Configuration) -> Option<(Load, &'c Group)> {
        let loads = configuration.groups.iter().filter(|group| self.0[usize::from(group.id)].total() > 0.0);
        let loads = loads.map(|group| (self.0[usize::from(group.id)].load(group), group));
        loads.max_by(|(one, _), (other, _)| one.max_over_mean.total_cmp(&other.max_over_mean))
    }
}

/// What a packet of a service's client is decided by.
pub(super) fn subject(service: Service, client: u16) -> Subject {
    let ports = Ports { source: client, destination: service.port };
    Subject { protocol: service.transport.protocol(), source: CLIENT, destination: SERVER, ports: Some(ports), embedded: false }
}

/// The rules with another before them, if there is room on the card.
pub(super) fn with_first(rule: RuleRow, rules: &[RuleRow]) -> Option<Vec<RuleRow>> {
    (rules.len() < RULES).then(|| [&[rule], rules].concat())
}
