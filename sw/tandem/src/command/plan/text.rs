//! A plan for people: `+` comes, `~` changes, `-` goes.

use super::Planned;
use super::traffic::TrafficForecast;
use crate::output::{ASIDE, BAD, CHANGED, GOOD, HEADING, painted, percent, some, thousands};
use anstyle::Style;
use contract::limits::BUCKETS;
use control::plan::{Change, GroupChange, ManagerAction, ManagerChange, ManagerEntry, MemberAction, MemberChange, Named, RuleChange};
use std::fmt::Display;
use std::path::Path;

/// Flows that are listed by name; `--json` has all.
const FLOWS_SHOWN: usize = 20;

const ADDED: (Style, char) = (GOOD, '+');
const ALTERED: (Style, char) = (CHANGED, '~');
const REMOVED: (Style, char) = (BAD, '-');

pub(super) fn text(planned: &Planned, file: &Path) -> String {
    let mut text = Text(String::new());
    text.heading(format_args!("{} on {}, generation {}", file.display(), planned.card, planned.generation));
    if planned.interrupted {
        text.line(ALTERED, "an apply was interrupted before its commit: none of it is in force");
    }
    if planned.disagreements > 0 {
        text.line(ALTERED, format_args!("the cores disagree on {}: apply rewrites them", some(planned.disagreements, "word")));
    }
    text.card(planned);
    text.managers(&planned.plan.managers);
    planned.plan.groups.iter().for_each(|group| text.group(group));
    text.rules(&planned.plan.rules);
    if let Some(traffic) = &planned.traffic {
        text.traffic(traffic);
    }
    text.0 += &format!("\n{}\n", summary(planned));
    text.0
}

fn summary(planned: &Planned) -> String {
    if !planned.changes {
        return painted(GOOD, "No changes: the card matches the file.");
    }
    let managers = |wanted: fn(ManagerAction) -> bool| planned.plan.managers.iter().filter(|change| wanted(change.action)).count();
    let added = managers(|action| matches!(action, ManagerAction::Added | ManagerAction::Enabled));
    let changed = managers(|action| action == ManagerAction::Changed);
    let removed = managers(|action| action == ManagerAction::Disabled);
    let [moved, minimum] = [planned.moved, planned.minimum].map(|count| thousands(count as u64));
    let managers = format!("managers: {added} added, {changed} changed, {removed} removed");
    format!("{}: {managers}; entries: {moved} moved (minimum {minimum}).", painted(HEADING, "Plan"))
}

struct Text(String);

impl Text {
    fn heading(&mut self, heading: impl Display) {
        let gap = if self.0.is_empty() { "" } else { "\n" };
        self.0 += &format!("{gap}{}\n", painted(HEADING, heading));
    }

    fn line(&mut self, (style, mark): (Style, char), text: impl Display) {
        self.0 += &format!("  {}\n", painted(style, format_args!("{mark} {text}")));
    }

    fn aside(&mut self, text: impl Display) {
        self.0 += &format!("    {}\n", painted(ASIDE, text));
    }

    fn card(&mut self, planned: &Planned) {
        let plan = &planned.plan;
        if plan.enabled.is_none() && plan.pairs.is_none() && plan.group_macs_added.is_empty() && plan.group_macs_removed.is_empty() {
            return;
        }
        self.heading("card");
        match plan.enabled {
            Some(Change { to: true, .. }) => self.line(ADDED, "enabled: frames are decided"),
            Some(Change { to: false, .. }) => self.line(REMOVED, "disabled: every frame is bridged"),
            None => {}
        }
        plan.group_macs_added.iter().for_each(|mac| self.line(ADDED, format_args!("group MAC {mac}")));
        plan.group_macs_removed.iter().for_each(|mac| self.line(REMOVED, format_args!("group MAC {mac}")));
        if let Some(Change { from, to }) = plan.pairs {
            self.line(ALTERED, format_args!("pairs {from:?} -> {to:?}"));
        }
    }

    fn managers(&mut self, changes: &[ManagerChange]) {
        if changes.is_empty() {
            return;
        }
        self.heading("managers");
        let width = width(changes.iter().map(|change| &change.manager));
        for ManagerChange { manager, action, from, to } in changes {
            let kind = match action {
                ManagerAction::Added | ManagerAction::Enabled => ADDED,
                ManagerAction::Disabled => REMOVED,
                ManagerAction::Changed => ALTERED,
            };
            let rows = match from {
                Some(from) if *action == ManagerAction::Disabled && (&from.mac, from.port) == (&to.mac, to.port) => {
                    "disabled; its MAC and port stay on the card".into()
                }
                Some(from) => format!("{} -> {}", row(from), row(to)),
                None => row(to),
            };
            self.line(kind, format_args!("{:<width$}  {rows}", called(manager)));
        }
    }

    fn group(&mut self, change: &GroupChange) {
        self.heading(format_args!("group {}", called(&change.group)));
        let width = width(change.members.iter().map(|member| &member.manager));
        for MemberChange { manager, action, entries } in &change.members {
            let (kind, why) = match action {
                MemberAction::Added => (ADDED, ""),
                MemberAction::Removed => (REMOVED, ""),
                MemberAction::Drained => (REMOVED, "  draining"),
                MemberAction::Reweighed => (ALTERED, ""),
            };
            let share = |entries: usize| percent(entries as f64 / BUCKETS as f64);
            let Change { from, to } = *entries;
            let counts = format!("{from:>4} -> {to:>4} entries  {:>7} -> {:>7}", share(from), share(to));
            self.line(kind, format_args!("{:<width$}  {counts}{why}", called(manager)));
        }
        if change.key_changed {
            self.line(ALTERED, "hash key: every flow is assigned anew");
        }
        if let Some(Change { from, to }) = &change.designated {
            let name = |designated: &Option<Named>| designated.as_ref().map_or("none".into(), called);
            self.line(ALTERED, format_args!("designated {} -> {}", name(from), name(to)));
        }
        if let Some(Change { from, to }) = change.equal_ports {
            self.line(ALTERED, format_args!("equal ports {from} -> {to}"));
        }
        let [moved, all, minimum] = [change.moved, BUCKETS, change.minimum].map(|count| thousands(count as u64));
        let expected = if change.key_changed { "about " } else { "" };
        let flows = format!("{expected}{} of the flows change manager", percent(change.flows_moved));
        self.aside(format_args!("{moved} of {all} entries move (minimum {minimum}); {flows}"));
    }

    fn rules(&mut self, changes: &[RuleChange]) {
        if changes.is_empty() {
            return;
        }
        self.heading("rules");
        for change in changes {
            match change {
                RuleChange::Added { place, rule } => self.line(ADDED, format_args!("{place}: {rule}")),
                RuleChange::Removed { place, rule } => self.line(REMOVED, format_args!("{place}: {rule}")),
                RuleChange::Changed { place, from, to } => self.line(ALTERED, format_args!("{place}: {from}  ->  {to}")),
            }
        }
    }

    fn traffic(&mut self, traffic: &TrafficForecast) {
        self.heading(format_args!("traffic of {}", traffic.capture));
        traffic.remarks.iter().for_each(|remark| self.aside(remark));
        for flow in traffic.moved.iter().take(FLOWS_SHOWN) {
            let manager = |manager: &Option<String>| manager.clone().unwrap_or("no manager".into());
            let [one, other] = &flow.ends;
            let packets = some(flow.packets as usize, "packet");
            let managers = format!("{} -> {}", manager(&flow.from), manager(&flow.to));
            self.line(ALTERED, format_args!("{} {one} <-> {other}  {managers}  {packets}", flow.protocol));
        }
        if let Some(more) = traffic.moved.len().checked_sub(FLOWS_SHOWN).filter(|&more| more > 0) {
            self.aside(format_args!("and {}; --json has all", some(more, "more flow")));
        }
        let share = traffic.moved.len() as f64 / traffic.flows.max(1) as f64;
        self.aside(format_args!(
            "{} of {} change manager, {}",
            thousands(traffic.moved.len() as u64),
            some(traffic.flows, "flow"),
            percent(share)
        ));
    }
}

fn row(row: &ManagerEntry) -> String {
    format!("{}, port {}{}", row.mac, row.port, if row.enabled { "" } else { ", disabled" })
}

/// A manager or group with its number, unless its name is its number.
fn called(Named { id, name }: &Named) -> String {
    if name.ends_with(&format!(" {id}")) { name.clone() } else { format!("{name} ({id})") }
}

fn width<'a>(names: impl Iterator<Item = &'a Named>) -> usize {
    names.map(|name| called(name).chars().count()).max().unwrap_or(0)
}
