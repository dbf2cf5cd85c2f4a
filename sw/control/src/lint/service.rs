//! Servers whose port is greater than their clients': the server's endpoint decides, and all those clients meet on one manager.

use super::load::{Flows, Load, subject, with_first};
use super::{Hazard, TOLERANCE};
use crate::Configuration;
use crate::hazard::HazardKind;
use crate::reach::padded;
use crate::self_source::Transport;
use contract::row::RuleRow;
use model::classifier;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// The widest port range of a rule that is taken for one service's; a wider one is a region of ports.
const WIDEST_SERVICE: u16 = 1024;

/// A port that servers listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    /// TCP or UDP.
    pub transport: Transport,
    /// The port.
    pub port: u16,
}

/// Not a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a service as its transport and port, such as tcp/50051 or udp/51820")]
pub struct NotAService;

impl FromStr for Service {
    type Err = NotAService;

    fn from_str(text: &str) -> Result<Self, NotAService> {
        let (transport, port) = text.split_once('/').ok_or(NotAService)?;
        Ok(Self { transport: transport.parse().map_err(|_| NotAService)?, port: port.parse().map_err(|_| NotAService)? })
    }
}

impl std::fmt::Display for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.transport, self.port)
    }
}

pub(super) fn hazards(configuration: &Configuration, named: &[Service], clients: &RangeInclusive<u16>) -> Vec<Hazard> {
    let mut services = Vec::new();
    for service in configuration.rules.iter().flat_map(of_rule).chain(named.iter().copied()) {
        if !services.contains(&service) {
            services.push(service);
        }
    }
    let mut hazards: Vec<Hazard> = services.into_iter().filter_map(|service| hazard(configuration, service, clients)).collect();
    // A rule for any protocol makes two services, and one change mends both.
    hazards.dedup_by(|later, earlier| later.lines == earlier.lines && later.remedy == earlier.remedy);
    hazards
}

/// The services that a rule is for: each transport at the rule's greatest port, which has the most smaller client ports below it.
fn of_rule(rule: &RuleRow) -> Vec<Service> {
    if rule.highest - rule.lowest >= WIDEST_SERVICE {
        return Vec::new();
    }
    let transports = [Transport::Tcp, Transport::Udp].into_iter();
    let matching = transports.filter(|transport| rule.protocol.is_none_or(|protocol| protocol == transport.protocol()));
    matching.map(|transport| Service { transport, port: rule.highest }).collect()
}

fn hazard(configuration: &Configuration, service: Service, clients: &RangeInclusive<u16>) -> Option<Hazard> {
    let rules = &configuration.rules;
    let (before, group) = Flows::of_clients(configuration, rules, service, clients).worst(configuration)?;
    if before.max_over_mean <= 1.0 + TOLERANCE {
        return None;
    }
    let predict = |rules: &[RuleRow]| Flows::of_clients(configuration, rules, service, clients).worst(configuration).map(|(load, _)| load);
    let (remedy, lines, after) = match own_rule(rules, service, clients) {
        Some(index) => {
            let mut mended = rules.clone();
            mended[index].key_on_peer = true;
            (format!("add to rule {}, for group {:?}:", index + 1, group.name), "key_on = \"peer\"\n".to_owned(), predict(&mended))
        }
        None => {
            let Service { transport, port } = service;
            let rule = RuleRow {
                lowest: port,
                highest: port,
                protocol: Some(transport.protocol()),
                group: group.id,
                key_on_peer: true,
                in_use: true,
            };
            let lines = format!("[[rule]]\nprotocol = \"{transport}\"\nports = {port}\ngroup = {:?}\nkey_on = \"peer\"\n", group.name);
            match with_first(rule, rules) {
                Some(mended) => ("add before all other rules:".to_owned(), lines, predict(&mended)),
                None => ("join or drop rules until the card has room for one more, and add before all others:".to_owned(), lines, None),
            }
        }
    };
    let Load { on_one_manager, .. } = before;
    let managers = group.targets.len();
    let problem = format!(
        "{:.1}% of the clients (ports {}-{}) have a smaller port than the server: the server's endpoint decides their flows, and all of \
         them go to one of {managers} managers",
        on_one_manager * 100.0,
        clients.start(),
        clients.end(),
    );
    Some(Hazard { kind: HazardKind::GreaterServerPort, subject: service.to_string(), problem, before, after, remedy, lines })
}

/// The rule that is made for the service and takes its flows.
fn own_rule(rules: &[RuleRow], service: Service, clients: &RangeInclusive<u16>) -> Option<usize> {
    let packet = subject(service, *clients.start());
    let index = usize::from(classifier::classify(&padded(rules), packet.protocol, packet.ports).0?);
    of_rule(&rules[index]).contains(&service).then_some(index)
}
