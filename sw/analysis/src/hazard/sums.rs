//! What hazards are found in, summed up in one pass over the flows.

use super::Hazard;
use crate::decide::FlowDecision;
use crate::flow::Direction;
use crate::flow_set::{FlowCounts, FlowEntry, FlowSet};
use contract::code::Reason;
use contract::limits::GROUPS;
use control::hazard::HazardKind;
use std::collections::BTreeSet;

/// Sums over all flows.
#[derive(Default)]
pub(super) struct Sums {
    pub(super) groups: [GroupSums; GROUPS],
    /// Packets that meet nobody.
    pub(super) dropped: u64,
    half_bridged: usize,
}

/// Of a group's flows, whether they meet a manager or are dropped.
#[derive(Default)]
pub(super) struct GroupSums {
    flows: usize,
    /// Flows that go to the designated manager, and their ports.
    pub(super) equal_ports: usize,
    pub(super) ports: BTreeSet<u16>,
}

impl Sums {
    pub(super) fn of(flows: &FlowSet, decisions: &[FlowDecision]) -> Self {
        let mut sums = Self::default();
        for (entry, decided) in flows.iter().zip(decisions) {
            sums.half_bridged += usize::from(entry.half_bridged());
            let packets: u64 = entry.counts.iter().map(|count| count.packets).sum();
            if packets == 0 {
                continue;
            }
            sums.dropped += if decided.taken_by().is_some() { 0 } else { packets };
            let group = &mut sums.groups[usize::from(decided.group())];
            group.flows += 1;
            if decided.key.is_none() && decided.question(Direction::Forward) == Reason::EqualPorts {
                group.equal_ports += 1;
                group.ports.insert(entry.flow.ends()[0].port);
            }
        }
        sums
    }

    /// Flows of a group; at least 1.
    pub(super) fn flows_of(&self, group: u8) -> usize {
        self.groups[usize::from(group)].flows.max(1)
    }

    /// Flows whose directions do not meet, and packets that meet nobody.
    pub(super) fn torn(&self) -> Vec<Hazard> {
        let Self { half_bridged, dropped, .. } = self;
        let mut hazards = Vec::new();
        if *half_bridged > 0 {
            let problem = format!(
                "{half_bridged} flows reach the card in one direction only: the other direction is sent to another address and bridged"
            );
            hazards.push(Hazard::new(HazardKind::HalfBridged, problem));
        }
        if *dropped > 0 {
            let problem = format!("{dropped} packets are dropped, because the manager that their table entry names takes no traffic");
            hazards.push(Hazard::new(HazardKind::NoManager, problem));
        }
        hazards
    }
}

impl FlowEntry {
    fn half_bridged(&self) -> bool {
        let [forward, backward] = &self.counts;
        let half = |one: &FlowCounts, other: &FlowCounts| one.packets > 0 && other.packets == 0 && other.bridged > 0;
        half(forward, backward) || half(backward, forward)
    }
}
