//! Valid settings that are most likely mistakes: traffic dropped, rules and groups without effect, keys that protect nothing.

use crate::allocate;
use crate::configuration::{Configuration, Group, ManagerState};
use crate::hazard::HazardKind;
use crate::reach::{is_reached, padded, reached_groups};
use model::classifier::Rules;
use model::transport::{TCP, UDP};
use serde::Serialize;

/// Something in a valid configuration that is most likely a mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What kind.
    pub kind: HazardKind,
    /// What it is about, such as `group web`.
    pub subject: String,
    /// What happens, and why, in a sentence.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

/// Finds them: first what drops packets, then what has no effect, then what is unsafe.
pub fn warnings(configuration: &Configuration) -> Vec<Warning> {
    let rules = padded(&configuration.rules);
    let reached = reached_groups(&rules);
    let used = || configuration.groups.iter().filter(|group| reached[usize::from(group.id)]);
    let mut warnings: Vec<Warning> = used().filter_map(|group| empty(configuration, group)).collect();
    warnings.extend(used().filter_map(|group| designated(configuration, group)));
    warnings.extend((0..configuration.rules.len()).filter_map(|index| without_effect(&rules, index)));
    let unreached = configuration.groups.iter().filter(|group| !reached[usize::from(group.id)]);
    warnings.extend(unreached.map(|group| of_group(HazardKind::GroupUnreached, group, "no rule sends packets to it".into())));
    if configuration.groups.len() > 1 {
        let implicit = configuration.groups.iter().filter(|group| !group.has_id);
        warnings.extend(implicit.map(|group| {
            let problem = format!("it has id {} by its place in the file, and another one when a group is added before it", group.id);
            Warning { remedy: format!("write id = {} in this group", group.id), ..of_group(HazardKind::ImplicitGroupId, group, problem) }
        }));
    }
    for (index, group) in configuration.groups.iter().enumerate() {
        if let Some(other) = configuration.groups[..index].iter().find(|other| other.row.key == group.row.key) {
            warnings.push(of_group(HazardKind::SharedKey, group, format!("it has the key of group {}", other.name)));
        }
        if group.row.key == [0; 8] {
            warnings.push(of_group(HazardKind::ZeroKey, group, "its key is zero, so anybody can tell which flows share a bucket".into()));
        }
    }
    warnings
}

fn of_group(kind: HazardKind, group: &Group, problem: String) -> Warning {
    Warning { kind, subject: format!("group {}", group.name), problem, remedy: kind.remedy().into() }
}

fn empty(configuration: &Configuration, group: &Group) -> Option<Warning> {
    if allocate::counts(&group.targets).iter().any(|count| *count > 0) {
        return None;
    }
    let why = if configuration.managers.is_empty() { "the file has no manager" } else { "no member of it takes traffic" };
    Some(of_group(HazardKind::EmptyGroup, group, format!("{why}, so all its packets are dropped")))
}

fn designated(configuration: &Configuration, group: &Group) -> Option<Warning> {
    let manager = configuration.manager(group.row.designated).filter(|_| !group.row.equal_ports_hash)?;
    let (kind, what) = match manager.state {
        ManagerState::Enabled => return None,
        ManagerState::Down => (HazardKind::DesignatedDown, "down: packets with equal ports, such as NTP between servers, are dropped"),
        ManagerState::Draining => (HazardKind::DesignatedDraining, "draining, and gets new flows with equal ports all the same"),
    };
    Some(of_group(kind, group, format!("its designated manager {} is {what}", manager.name)))
}

fn without_effect(rules: &Rules, index: usize) -> Option<Warning> {
    if is_reached(rules, index) {
        return None;
    }
    let rule = &rules[index];
    let portless = rule.protocol.is_some_and(|protocol| ![TCP, UDP].contains(&protocol));
    let (kind, problem) = if portless && rule.lowest > 0 {
        (HazardKind::RuleNeverMatches, "no packet matches it: its protocol has no ports, which counts as port 0")
    } else {
        (HazardKind::RuleShadowed, "rules before it take every packet that it matches")
    };
    Some(Warning { kind, subject: format!("rule {}", index + 1), problem: problem.into(), remedy: kind.remedy().into() })
}
