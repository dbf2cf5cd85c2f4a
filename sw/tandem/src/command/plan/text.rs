//! A plan for people: `+` comes, `~` changes, `-` goes.

use super::Planned;
use super::traffic::TrafficForecast;
use crate::goal::Goal;
use crate::output::{ASIDE, BAD, CHANGED, GOOD, HEADING, padded, painted, percent, some, thousands};
use anstyle::Style;
use contract::limits::BUCKETS;
use control::plan::{
    Change, DropForecast, GroupChange, ManagerAction, ManagerChange, ManagerEntry, MemberAction, MemberChange, Named, Renumbered,
    RenumberedGroup, RuleChange, Unbanked,
};
use std::fmt::Display;
use unicode_width::UnicodeWidthStr as _;

/// Flows that are listed by name; `--json` has all.
const FLOWS_SHOWN: usize = 20;

const ADDED: (Style, char) = (GOOD, '+');
const ALTERED: (Style, char) = (CHANGED, '~');
const REMOVED: (Style, char) = (BAD, '-');

pub(super) fn text(planned: &Planned, goal: &Goal) -> String {
    let mut text = Text(String::new());
    text.heading(format_args!("{goal} on {}, generation {}", planned.card, planned.generation));
    if planned.interrupted {
        text.line(ALTERED, "an apply was interrupted before its commit: none of it is in force");
    }
    if planned.disagreements > 0 {
        text.line(ALTERED, format_args!("the cores disagree on {}: apply rewrites them", some(planned.disagreements, "word")));
    }
    text.card(planned);
    text.managers(&planned.plan.managers, &planned.plan.renumbered);
    planned.plan.groups.iter().for_each(|group| text.group(group));
    text.rules(&planned.plan.rules);
    text.renumbered_groups(&planned.plan.renumbered_groups);
    text.not_at_once(&planned.plan.not_at_once);
    text.dropped(&planned.plan.dropped);
    text.stale_ports(&planned.plan.stale_ports);
    if let Some(traffic) = &planned.traffic {
        text.traffic(traffic);
    }
    text.0 += &format!("\n{}\n", summary(planned));
    if planned.canonical == Some(false) {
        let advice = "Not canonical: a card with this file and another history may decide otherwise; --canonical makes such cards alike.";
        text.0 += &format!("{}\n", painted(ASIDE, advice));
    }
    text.0
}

fn summary(planned: &Planned) -> String {
    if !planned.changes {
        let matches = if planned.canonical.is_some() { "matches the file" } else { "holds these tables" };
        return painted(GOOD, format_args!("No changes: the card {matches}."));
    }
    format!("{}: {}.", painted(HEADING, "Plan"), parts(planned).join("; "))
}

/// Everything that changes, a part for each kind of thing.
fn parts(planned: &Planned) -> Vec<String> {
    let plan = &planned.plan;
    let managers = |wanted: &[ManagerAction]| plan.managers.iter().filter(|change| wanted.contains(&change.action)).count();
    let groups = |wanted: fn(&GroupChange) -> bool| plan.groups.iter().filter(|change| wanted(change)).count();
    let rules = |wanted: fn(&RuleChange) -> bool| plan.rules.iter().filter(|change| wanted(change)).count();
    let kinds: [(&str, &[(usize, &str)]); 8] = [
        ("group MACs", &[(plan.group_macs_added.len(), "added"), (plan.group_macs_removed.len(), "removed")]),
        ("neighbour questions", &[(usize::from(plan.neighbours.is_some()), "changed")]),
        ("port pairs", &[(usize::from(plan.pairs.is_some()), "changed")]),
        (
            "managers",
            &[
                (managers(&[ManagerAction::Added, ManagerAction::Enabled]), "added"),
                (managers(&[ManagerAction::Changed]), "changed"),
                (managers(&[ManagerAction::Down]), "down"),
                (managers(&[ManagerAction::Removed]), "removed"),
            ],
        ),
        ("keys", &[(groups(|group| group.key_changed), "changed")]),
        ("designated managers", &[(groups(|group| group.designated.is_some()), "changed")]),
        ("equal-ports policies", &[(groups(|group| group.equal_ports.is_some()), "changed")]),
        (
            "rules",
            &[
                (rules(|rule| matches!(rule, RuleChange::Added { .. })), "added"),
                (rules(|rule| matches!(rule, RuleChange::Changed { .. })), "changed"),
                (rules(|rule| matches!(rule, RuleChange::Removed { .. })), "removed"),
            ],
        ),
    ];
    let mut parts = Vec::new();
    if let Some(Change { to, .. }) = plan.enabled {
        parts.push(format!("card {}", if to { "enabled" } else { "disabled" }));
    }
    for (thing, counts) in kinds {
        let counts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if !counts.is_empty() {
            parts.push(format!("{thing}: {}", counts.join(", ")));
        }
    }
    if planned.disagreements > 0 {
        parts.push(format!("{} written anew", some(planned.disagreements, "word")));
    }
    let [moved, minimum] = [planned.moved, planned.minimum].map(|count| thousands(count as u64));
    if !plan.dropped.is_empty() {
        parts.push(format!("drops traffic of {}", some(plan.dropped.len(), "group")));
    }
    parts.push(match planned.moved {
        0 => "entries: none moved".into(),
        _ => format!("entries: {moved} moved (minimum {minimum})"),
    });
    parts
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
        let switches = plan.enabled.is_some() || plan.neighbours.is_some() || plan.pairs.is_some();
        if !switches && plan.group_macs_added.is_empty() && plan.group_macs_removed.is_empty() {
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
        if let Some(Change { from, to }) = plan.neighbours {
            self.line(ALTERED, format_args!("neighbour questions to everybody: {from} -> {to}"));
        }
        if let Some(Change { from, to }) = plan.pairs {
            self.line(ALTERED, format_args!("pairs {from:?} -> {to:?}"));
        }
    }

    fn managers(&mut self, changes: &[ManagerChange], renumbered: &[Renumbered]) {
        if changes.is_empty() && renumbered.is_empty() {
            return;
        }
        self.heading("managers");
        let width = width(changes.iter().map(|change| &change.manager));
        for ManagerChange { manager, action, from, to } in changes {
            let kind = match action {
                ManagerAction::Added | ManagerAction::Enabled => ADDED,
                ManagerAction::Down | ManagerAction::Removed => REMOVED,
                ManagerAction::Changed => ALTERED,
            };
            let rows = match (from, to) {
                (_, None) => "removed".to_owned(),
                (Some(from), Some(to)) if (&from.mac, from.port) == (&to.mac, to.port) && !to.enabled => {
                    "down; its MAC and port stay".to_owned()
                }
                (Some(from), Some(to)) => format!("{} -> {}", row(from), row(to)),
                (None, Some(to)) => row(to),
            };
            self.line(kind, format_args!("{}  {rows}", padded(&called(manager), width)));
        }
        for Renumbered { manager, mac, on_card } in renumbered {
            let Named { id, name } = manager;
            self.line(ALTERED, format_args!("{name} ({mac}) is manager {on_card} on the card and {id} in the file: its flows move"));
            self.aside(format_args!("to keep them, give {name} the id that it has on the card: id = {on_card}"));
        }
    }

    fn renumbered_groups(&mut self, groups: &[RenumberedGroup]) {
        if groups.is_empty() {
            return;
        }
        self.heading("groups with other ids");
        for RenumberedGroup { group: Named { id, name }, on_card } in groups {
            self.line(
                ALTERED,
                format_args!("the key of group {name} is that of group {on_card} on the card, and of group {id} in the file"),
            );
            self.aside(format_args!("to keep its flows, give {name} the id that it has on the card: id = {on_card}"));
        }
    }

    fn dropped(&mut self, groups: &[DropForecast]) {
        if groups.is_empty() {
            return;
        }
        self.heading("dropped");
        groups.iter().for_each(|group| self.line(REMOVED, drop_text(group)));
    }

    fn stale_ports(&mut self, managers: &[Named]) {
        if managers.is_empty() {
            return;
        }
        self.heading("self-source ports");
        let called = managers.iter().map(called).collect::<Vec<_>>().join(", ");
        self.line(ALTERED, format_args!("lists of {called} go stale: ports on them will lead elsewhere"));
        self.aside("where these translate source addresses, list the ports anew after the apply: `tandem ports`");
    }

    fn not_at_once(&mut self, changes: &[Unbanked]) {
        if changes.is_empty() {
            return;
        }
        let things = changes.iter().map(|change| match change {
            Unbanked::GroupMacs => "group MACs",
            Unbanked::Neighbours => "neighbour questions",
            Unbanked::Pairs => "port pairs",
            Unbanked::Enabled => "the enable switch",
        });
        let things = things.collect::<Vec<_>>().join(", ");
        self.heading("not at once");
        self.line(ALTERED, format_args!("{things}: no commit carries these; they change one by one around it"));
    }

    fn group(&mut self, change: &GroupChange) {
        self.heading(group_called(&change.group));
        let width = width(change.members.iter().map(|member| &member.manager));
        for MemberChange { manager, action, entries } in &change.members {
            let (kind, why) = match action {
                MemberAction::Added => (ADDED, ""),
                MemberAction::Removed => (REMOVED, ""),
                MemberAction::Drained => (REMOVED, "  draining"),
                MemberAction::Down => (REMOVED, "  down"),
                MemberAction::Reweighed => (ALTERED, ""),
            };
            let share = |entries: usize| percent(entries as f64 / BUCKETS as f64);
            let Change { from, to } = *entries;
            let counts = format!("{from:>4} -> {to:>4} entries  {:>7} -> {:>7}", share(from), share(to));
            self.line(kind, format_args!("{}  {counts}{why}", padded(&called(manager), width)));
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
        let flows = format!("{expected}{} of the flows change machine", percent(change.flows_moved));
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
            "{} of {} change machine, {}",
            thousands(traffic.moved.len() as u64),
            some(traffic.flows, "flow"),
            percent(share)
        ));
    }
}

/// Such as `group web (0): drops 100.00% of its traffic`.
pub(crate) fn drop_text(forecast: &DropForecast) -> String {
    let DropForecast { group, share, equal_ports, .. } = forecast;
    let group = group_called(group);
    let equal = if *equal_ports { "packets with equal ports" } else { "" };
    let share = if *share > 0.0 { format!("{} of its traffic", percent(*share)) } else { String::new() };
    let what = [share.as_str(), equal].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(", and ");
    format!("{group}: drops {what}{}", if forecast.is_new() { "" } else { ", as now" })
}

fn row(row: &ManagerEntry) -> String {
    format!("{}, port {}{}", row.mac, row.port, if row.enabled { "" } else { ", disabled" })
}

/// A manager or group with its number, unless its name is its number.
fn called(Named { id, name }: &Named) -> String {
    if name.ends_with(&format!(" {id}")) { name.clone() } else { format!("{name} ({id})") }
}

/// A group with its number, such as `group web (0)`, or `group 1` where its name is its number.
fn group_called(group: &Named) -> String {
    let called = called(group);
    if called == group.name { called } else { format!("group {called}") }
}

fn width<'a>(names: impl Iterator<Item = &'a Named>) -> usize {
    names.map(|name| called(name).width()).max().unwrap_or(0)
}
