//! What in real traffic loads managers unevenly or tears flows apart, and what to do about it.

mod sums;

use crate::decide::{FlowDecision, decide};
use crate::flow::End;
use crate::flow_set::FlowSet;
use crate::keys::{Keys, PROTOCOLS};
use crate::share::{GroupShares, Share, share_out};
use contract::limits::RULES;
use contract::row::RuleRow;
use control::hazard::HazardKind;
use control::{Configuration, Tables};
use model::batch::Compiled;
use model::transport::TCP;
use serde::Serialize;
use std::collections::BTreeMap;
use sums::{GroupSums, Sums};

/// Flows that a port must decide before it is taken for a service's, all its endpoints together, and each in the mean: a client's port has
/// one flow, or a few.
const SERVICE_FLOWS: u64 = 16;
const FLOWS_PER_ENDPOINT: u64 = 3;
/// The part of a group's flows below which nothing is worth a remedy.
const WORTH: f64 = 0.01;

/// The part by which a load has to fall for a remedy to count as one.
const BETTER: f64 = 0.01;

/// Something to mend.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hazard {
    /// What kind.
    pub kind: HazardKind,
    /// What was seen.
    pub problem: String,
    /// What to do about it, or why what comes to mind would not help.
    pub remedy: String,
    /// Lines for the configuration, if they are the remedy: they were tried on this traffic, and help.
    pub lines: Option<String>,
    /// The greatest load of a manager of the group, as a multiple of its target, in flows of this capture.
    pub load: Option<f64>,
    /// The same with the remedy in force.
    pub load_after: Option<f64>,
    /// The greatest load in packets.
    pub packet_load: Option<f64>,
    /// The same with the remedy in force.
    pub packet_load_after: Option<f64>,
}

impl Hazard {
    fn new(kind: HazardKind, problem: String) -> Self {
        Self {
            kind,
            problem,
            remedy: kind.remedy().into(),
            lines: None,
            load: None,
            load_after: None,
            packet_load: None,
            packet_load_after: None,
        }
    }
}

/// Everything that hazards are found in.
pub(crate) struct TrafficSummary<'a> {
    pub(crate) flows: &'a FlowSet,
    pub(crate) decisions: &'a [FlowDecision],
    pub(crate) keys: &'a Keys,
    pub(crate) groups: &'a [GroupShares],
    pub(crate) tables: &'a Tables,
    pub(crate) configuration: &'a Configuration,
}

/// A port by which flows of a group are decided: group, protocol, port.
type Service = (u8, u8, u16);

impl TrafficSummary<'_> {
    /// All hazards, those that a remedy helps most first.
    pub(crate) fn hazards(&self) -> Vec<Hazard> {
        let sums = Sums::of(self.flows, self.decisions);
        let mut hazards = self.greater_ports(&sums);
        hazards.extend(self.groups.iter().filter_map(|group| self.equal_ports(group, &sums)));
        hazards.extend(sums.torn());
        hazards
    }

    fn greater_ports(&self, sums: &Sums) -> Vec<Hazard> {
        // An endpoint with a single flow is a client's.
        let mut services: BTreeMap<Service, Vec<u64>> = BTreeMap::new();
        for known in self.keys.iter() {
            let decided = &self.decisions[known.flow as usize];
            let flows = PROTOCOLS.iter().zip(known.greater).filter(|(_, flows)| *flows > 1);
            for (protocol, flows) in flows {
                let port = decided.key.map_or(0, |key| End::of_key(&key).port);
                services.entry((decided.group(), *protocol, port)).or_default().push(flows.into());
            }
        }
        let mut hazards: Vec<_> = services.into_iter().filter_map(|(service, ends)| self.greater_port(sums, service, &ends)).collect();
        hazards.sort_by(|(a, _), (b, _)| b.cmp(a));
        hazards.into_iter().map(|(_, hazard)| hazard).collect()
    }

    /// A service's hazard with the flows that it decides, `ends` by its endpoints.
    fn greater_port(&self, sums: &Sums, (group, protocol, port): Service, ends: &[u64]) -> Option<(u64, Hazard)> {
        let shares = self.groups.iter().find(|shares| shares.id == group)?;
        let (flows, most): (u64, u64) = (ends.iter().sum(), *ends.iter().max()?);
        let part = flows as f64 / sums.flows_of(group) as f64;
        if flows < SERVICE_FLOWS.max(FLOWS_PER_ENDPOINT * ends.len() as u64) || part < WORTH {
            return None;
        }
        let name = if protocol == TCP { "tcp" } else { "udp" };
        let problem = format!(
            "{name} port {port} is greater than its peers' ports: {flows} flows, {:.1}% of group {:?}, are known by {} of the service and not \
             by their clients; {most} flows meet at one of these",
            part * 100.0,
            shares.name,
            if ends.len() == 1 { "one endpoint".into() } else { format!("{} endpoints", ends.len()) },
        );
        let mut hazard = Hazard::new(HazardKind::GreaterServerPort, problem);
        let lines = format!("[[rule]]\nprotocol = \"{name}\"\nports = {port}\ngroup = {:?}\nkey_on = \"peer\"\n", shares.name);
        let mut mended = self.tables.clone();
        if mended.rules[RULES - 1].in_use {
            hazard.remedy += "; the card has no rule left, so join others first";
        }
        mended.rules.rotate_right(1);
        mended.rules[0] = RuleRow { lowest: port, highest: port, protocol: Some(protocol), group, key_on_peer: true, in_use: true };
        Some((flows, self.tried(hazard, lines, group, &mended)))
    }

    fn equal_ports(&self, group: &GroupShares, sums: &Sums) -> Option<Hazard> {
        let GroupSums { equal_ports: flows, ports, .. } = &sums.groups[usize::from(group.id)];
        let part = *flows as f64 / sums.flows_of(group.id) as f64;
        if part < WORTH {
            return None;
        }
        let ports: Vec<String> = ports.iter().take(8).map(u16::to_string).collect();
        let problem = format!(
            "{flows} flows, {:.1}% of group {:?}, have equal ports ({}) and all go to its designated manager",
            part * 100.0,
            group.name,
            ports.join(", ")
        );
        let mut mended = self.tables.clone();
        mended.groups[usize::from(group.id)].row.equal_ports_hash = true;
        let hazard = Hazard::new(HazardKind::EqualPorts, problem);
        Some(self.tried(hazard, "equal_ports = \"hash\"\n".into(), group.id, &mended))
    }

    /// A hazard with its remedy, if that helps: less is dropped with it, or as much, and then the greatest load of the group falls, by flows or
    /// by packets, and rises by neither.
    fn tried(&self, mut hazard: Hazard, lines: String, group: u8, mended: &Tables) -> Hazard {
        let decisions = decide(self.flows, &Compiled::new(&mended.state()));
        let groups = share_out(self.flows, &decisions, mended, self.configuration);
        let of_group = |shares: &&GroupShares| shares.id == group;
        let (Some(before), Some(after)) = (self.groups.iter().find(of_group), groups.iter().find(of_group)) else { return hazard };
        (hazard.load, hazard.packet_load) = (before.peak(), before.packet_peak());
        (hazard.load_after, hazard.packet_load_after) = (after.peak(), after.packet_peak());
        let (dropped, dropped_after) = (Sums::of(self.flows, self.decisions).dropped, Sums::of(self.flows, &decisions).dropped);
        let pairs = [
            (before.strain(|it| it.share), after.strain(|it| it.share)),
            (before.strain(|it| it.packet_share), after.strain(|it| it.packet_share)),
        ];
        let falls = pairs.iter().any(|(before, after)| *after < before * (1.0 - BETTER));
        let rises = pairs.iter().any(|(before, after)| *after > before * (1.0 + BETTER));
        let tried = lines.trim_end().replace('\n', ", ");
        if dropped_after > dropped {
            let dropped = dropped_after - dropped;
            hazard.remedy = format!(
                "give the group a member that takes traffic first: `{tried}` alone would drop {dropped} packets more of this traffic"
            );
        } else if dropped_after == dropped && (rises || !falls) {
            hazard.remedy = format!("none that helps this traffic: `{tried}` would not spread it better");
        } else {
            hazard.lines = Some(lines);
        }
        hazard
    }
}

impl GroupShares {
    /// The greatest load of a manager; without bound where one gets traffic that is to get none.
    fn strain(&self, share: impl Fn(&Share) -> f64) -> f64 {
        let loads = self.managers.iter().map(share).zip(self.managers.iter().map(|manager| manager.target));
        let load = |(share, target): (f64, f64)| if share > 0.0 { share / target } else { 0.0 };
        loads.map(load).fold(0.0, f64::max)
    }
}
