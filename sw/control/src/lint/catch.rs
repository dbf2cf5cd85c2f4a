//! Rules whose range holds clients' own ports: they take flows of services that they are not meant for.
//!
//! A rule matches either port of a packet, so that both directions of a flow fall under the same one. The price is this hazard.

use super::load::{Flows, subject, with_first};
use super::{Hazard, Service, TOLERANCE};
use crate::Configuration;
use crate::hazard::HazardKind;
use crate::reach::padded;
use crate::self_source::Transport;
use contract::row::RuleRow;
use model::classifier;
use std::ops::RangeInclusive;

pub(super) fn hazards(configuration: &Configuration, clients: &RangeInclusive<u16>) -> Vec<Hazard> {
    (0..configuration.rules.len()).filter_map(|index| hazard(configuration, index, clients)).collect()
}

fn hazard(configuration: &Configuration, index: usize, clients: &RangeInclusive<u16>) -> Option<Hazard> {
    let rules = &configuration.rules;
    let bystander = bystander(rules, index, clients)?;
    let choice = |rules: &[RuleRow], client| {
        let packet = subject(bystander, client);
        classifier::classify(&padded(rules), packet.protocol, packet.ports).1
    };
    let caught = clients.clone().filter(|&client| choice(rules, client) == rules[index]).count() as f64 / clients.len() as f64;
    if caught <= TOLERANCE {
        return None;
    }
    let (before, _) = Flows::of_clients(configuration, rules, bystander, clients).worst(configuration)?;

    // The group in which the flow would be, were it not for this rule.
    let others: Vec<RuleRow> = rules.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, rule)| *rule).collect();
    let home = configuration.group(choice(&others, *clients.start()).group)?;
    let first = RuleRow {
        lowest: 1,
        highest: *clients.start() - 1,
        protocol: rules[index].protocol,
        group: home.id,
        key_on_peer: false,
        in_use: true,
    };
    let mended = with_first(first, rules);
    let after = mended.and_then(|rules| Flows::of_clients(configuration, &rules, bystander, clients).worst(configuration));
    let protocol = rules[index].protocol.map_or(String::new(), |_| format!("protocol = \"{}\"\n", bystander.transport));
    let effect = if rules[index].key_on_peer {
        "and each server's endpoint decides them: they go to one manager"
    } else {
        "and takes them to its own group"
    };
    Some(Hazard {
        kind: HazardKind::RuleCatchesClients,
        subject: format!("rule {}", index + 1),
        problem: format!(
            "the ports {}-{} are clients' ports as well: the rule takes {:.1}% of the flows of every service that no other rule names, {effect}",
            rules[index].lowest,
            rules[index].highest,
            caught * 100.0,
        ),
        before,
        after: after.map(|(load, _)| load),
        remedy: format!("take services below the clients' ports out first; add before rule {}:", index + 1),
        lines: format!("[[rule]]\n{protocol}ports = \"1-{}\"\ngroup = {:?}\n", first.highest, home.name),
    })
}

/// A service below the clients' ports that neither this rule nor one before it is for.
fn bystander(rules: &[RuleRow], index: usize, clients: &RangeInclusive<u16>) -> Option<Service> {
    let transport = match rules[index].protocol {
        None => Transport::Tcp,
        Some(protocol) => [Transport::Tcp, Transport::Udp].into_iter().find(|transport| transport.protocol() == protocol)?,
    };
    let port = (1..*clients.start()).find(|&port| !rules[..=index].iter().any(|rule| classifier::covers(rule, port)))?;
    Some(Service { transport, port })
}
