//! What in real traffic loads managers unevenly or tears flows apart, and what to do about it.

use crate::decide::{FlowDecision, decide};
use crate::flow::End;
use crate::share::{Group, share_out};
use crate::table::{FlowCounts, FlowEntry};
use contract::code::Reason;
use contract::limits::RULES;
use contract::row::RuleRow;
use control::hazard::HazardKind;
use control::{Configuration, Tables};
use foldhash::fast::RandomState;
use model::transport::TCP;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Flows that a port must decide before it is taken for a service's, all its endpoints together, and each in the mean: a client's port has
/// one flow, or a few.
const SERVICE_FLOWS: u64 = 16;
const FLOWS_PER_ENDPOINT: u64 = 3;
/// The part of a group's flows below which nothing is worth a remedy.
const WORTH: f64 = 0.01;

/// Something to mend.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hazard {
    /// What kind.
    pub kind: HazardKind,
    /// What was seen.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
    /// Lines for the configuration, if they are the remedy.
    pub lines: Option<String>,
    /// The greatest load of a manager of the group, as a multiple of its target, in flows of this capture.
    pub load: Option<f64>,
    /// The same with the remedy in force.
    pub load_after: Option<f64>,
}

impl Hazard {
    fn new(kind: HazardKind, problem: String) -> Self {
        Self { kind, problem, remedy: kind.remedy().into(), lines: None, load: None, load_after: None }
    }
}

/// Everything that hazards are found in.
pub(crate) struct TrafficSummary<'a> {
    pub(crate) flows: &'a [FlowEntry],
    pub(crate) decisions: &'a [[FlowDecision; 2]],
    pub(crate) groups: &'a [Group],
    pub(crate) tables: &'a Tables,
    pub(crate) configuration: &'a Configuration,
}

/// A port by which flows of a group are decided: group, protocol, port.
type Service = (u8, u8, u16);

impl TrafficSummary<'_> {
    /// All hazards, those that a remedy helps most first.
    pub(crate) fn hazards(&self) -> Vec<Hazard> {
        let mut hazards = self.greater_ports();
        hazards.extend(self.groups.iter().filter_map(|group| self.equal_ports(group)));
        hazards.extend(self.torn());
        hazards
    }

    /// What becomes of each flow that has decided packets.
    fn decided(&self) -> impl Iterator<Item = (&FlowEntry, &FlowDecision)> {
        self.flows.iter().zip(self.decisions).filter_map(|(entry, [forward, backward])| match entry.counts() {
            [count, _] if count.packets > 0 => Some((entry, forward)),
            [_, count] => (count.packets > 0).then_some((entry, backward)),
        })
    }

    fn greater_ports(&self) -> Vec<Hazard> {
        let mut ends: HashMap<(Service, End), u64, RandomState> = HashMap::default();
        for (entry, decided) in
            self.decided().filter(|(_, decided)| matches!(decided.question, Reason::SourceSide | Reason::DestinationSide))
        {
            let [one, other] = entry.flow.ends();
            let end = if one.port > other.port { one } else { other };
            *ends.entry(((decided.group(), entry.flow.protocol(), end.port), end)).or_default() += 1;
        }
        // An endpoint with a single flow is a client's.
        let mut services: BTreeMap<Service, Vec<u64>> = BTreeMap::new();
        for ((service, _), flows) in ends.into_iter().filter(|(_, flows)| *flows > 1) {
            services.entry(service).or_default().push(flows);
        }
        let mut hazards: Vec<_> = services.into_iter().filter_map(|(service, ends)| self.greater_port(service, &ends)).collect();
        hazards.sort_by(|(a, _), (b, _)| b.cmp(a));
        hazards.into_iter().map(|(_, hazard)| hazard).collect()
    }

    /// A service's hazard with the flows that it decides, `ends` by its endpoints.
    fn greater_port(&self, (group, protocol, port): Service, ends: &[u64]) -> Option<(u64, Hazard)> {
        let shares = self.groups.iter().find(|shares| shares.id == group)?;
        let (flows, most): (u64, u64) = (ends.iter().sum(), *ends.iter().max()?);
        let part = flows as f64 / shares.flows().max(1) as f64;
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
        hazard.lines = Some(format!("[[rule]]\nprotocol = \"{name}\"\nports = {port}\ngroup = {:?}\nkey_on = \"peer\"\n", shares.name));
        hazard.load = shares.peak();
        let mut mended = self.tables.clone();
        if mended.rules[RULES - 1].in_use {
            hazard.remedy += "; the card has no rule left, so join others first";
        }
        mended.rules.rotate_right(1);
        mended.rules[0] = RuleRow { lowest: port, highest: port, protocol: Some(protocol), group, key_on_peer: true, in_use: true };
        hazard.load_after = self.peak(&mended, group);
        Some((flows, hazard))
    }

    fn equal_ports(&self, group: &Group) -> Option<Hazard> {
        let designated = |decided: &FlowDecision| {
            decided.group() == group.id && decided.question == Reason::EqualPorts && decided.decision.key.is_none()
        };
        let flows = self.decided().filter(|(_, decided)| designated(decided)).count();
        let part = flows as f64 / group.flows().max(1) as f64;
        if part < WORTH {
            return None;
        }
        let ports: BTreeSet<u16> =
            self.decided().filter(|(_, decided)| designated(decided)).map(|(entry, _)| entry.flow.ends()[0].port).collect();
        let ports: Vec<String> = ports.iter().take(8).map(u16::to_string).collect();
        let problem = format!(
            "{flows} flows, {:.1}% of group {:?}, have equal ports ({}) and all go to its designated manager",
            part * 100.0,
            group.name,
            ports.join(", ")
        );
        let mut hazard = Hazard::new(HazardKind::EqualPorts, problem);
        hazard.lines = Some("equal_ports = \"hash\"\n".into());
        hazard.load = group.peak();
        let mut mended = self.tables.clone();
        mended.groups[usize::from(group.id)].row.equal_ports_hash = true;
        hazard.load_after = self.peak(&mended, group.id);
        Some(hazard)
    }

    /// Flows whose directions do not meet, and packets that meet nobody.
    fn torn(&self) -> Vec<Hazard> {
        let mut hazards = Vec::new();
        let half = self.flows.iter().filter(|entry| entry.half_bridged()).count();
        if half > 0 {
            let problem =
                format!("{half} flows reach the card in one direction only: the other direction is sent to another address and bridged");
            hazards.push(Hazard::new(HazardKind::HalfBridged, problem));
        }
        let apart = self.decisions.iter().filter(|[forward, backward]| forward.decision.manager != backward.decision.manager).count();
        if apart > 0 {
            let problem = format!("{apart} flows have their two directions on two managers");
            hazards.push(Hazard::new(HazardKind::DirectionsApart, problem));
        }
        let dropped: u64 = self.flows.iter().zip(self.decisions).map(|(entry, decided)| entry.dropped(decided)).sum();
        if dropped > 0 {
            let problem = format!("{dropped} packets are dropped, because the manager that their table entry names takes no traffic");
            hazards.push(Hazard::new(HazardKind::NoManager, problem));
        }
        hazards
    }

    /// The greatest load in a group with other tables.
    fn peak(&self, tables: &Tables, group: u8) -> Option<f64> {
        let groups = share_out(self.flows, &decide(self.flows, &tables.state()), tables, self.configuration);
        groups.iter().find(|shares| shares.id == group)?.peak()
    }
}

impl FlowEntry {
    fn half_bridged(&self) -> bool {
        let [forward, backward] = self.counts();
        let half = |one: &FlowCounts, other: &FlowCounts| one.packets > 0 && other.packets == 0 && other.bridged > 0;
        half(forward, backward) || half(backward, forward)
    }

    fn dropped(&self, decisions: &[FlowDecision; 2]) -> u64 {
        let dropped = |(count, decided): (&FlowCounts, &FlowDecision)| if decided.taken_by().is_some() { 0 } else { count.packets };
        self.counts().iter().zip(decisions).map(dropped).sum()
    }
}
