//! Groups that change: who holds how many entries, and what that does to flows.

use super::Change;
use super::name::{Named, Names};
use crate::allocate::{OWNERS, owned, tally};
use crate::configuration::{Configuration, ManagerState};
use crate::machine::Machine;
use crate::tables::Tables;
use contract::limits::BUCKETS;
use model::entry_table::Group;
use serde::Serialize;
use std::collections::HashMap;

/// What becomes of a manager in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberAction {
    /// It had no entries.
    Added,
    /// It has none any more.
    Removed,
    /// It has none any more, because it is draining.
    Drained,
    /// It has none any more, because it is down.
    Down,
    /// It has more or fewer.
    Reweighed,
}

/// A manager whose number of entries changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberChange {
    /// The manager.
    #[serde(flatten)]
    pub manager: Named,
    /// What becomes of it.
    pub action: MemberAction,
    /// Its entries, out of 4096.
    pub entries: Change<usize>,
}

/// A group that changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupChange {
    /// The group.
    #[serde(flatten)]
    pub group: Named,
    /// Managers whose share changes, by id.
    pub members: Vec<MemberChange>,
    /// Entries that lead to another machine than before, or to one where there was none. A machine is a MAC and a port: an entry whose
    /// manager got another number stays, and one whose manager got another address moves.
    pub moved: usize,
    /// The fewest entries that any allocation would move that gives the machines as many.
    pub minimum: usize,
    /// The share of the group's flows, 0 to 1, that change their machine.
    ///
    /// With the same key it is the share of entries that move. A new key deals all flows anew: then it is an expectation, one less the
    /// chance that a flow meets its old machine again. Of flows with equal ports under a designated manager it says nothing.
    pub flows_moved: f64,
    /// Whether the hash key changes. The key itself is a secret and is not shown.
    pub key_changed: bool,
    /// The designated manager, where it changes.
    pub designated: Option<Change<Option<Named>>>,
    /// What becomes of flows with equal ports, where that changes: "designated" or "hash".
    pub equal_ports: Option<Change<&'static str>>,
}

pub(super) fn changes(now: &Tables, next: &Tables, names: Names<'_>) -> Vec<GroupChange> {
    let groups = (0..=u8::MAX).zip(now.groups.iter().zip(&next.groups));
    let changes = groups.map(|(id, (from, to))| (from != to, change(id, (now, from), (next, to), names)));
    changes.filter(|(differs, change)| *differs || change.moved > 0).map(|(_, change)| change).collect()
}

fn change(id: u8, (now, from): (&Tables, &Group), (next, to): (&Tables, &Group), names: Names<'_>) -> GroupChange {
    let targets = |configuration: &Configuration| owned(configuration.group(id).map_or(&[][..], |group| &group.targets));
    let (old, new) = (tally(&from.entries), names.0.map_or_else(|| tally(&to.entries), targets));
    let (had, has) = (by_machine(now, &old), by_machine(next, &new));
    // Counted on the tables themselves, while the minimum follows from the counts alone: neither can hide the other's mistake.
    let moved = from.entries.iter().zip(&to.entries).filter(|(from, to)| now.machine(**from) != next.machine(**to)).count();
    let minimum = had.iter().map(|(machine, had)| had.saturating_sub(has.get(machine).copied().unwrap_or(0))).sum();
    let key_changed = from.row.key != to.row.key;
    let designated = |id: u8| (id != 0).then(|| names.manager(id));
    let policy = |hash: bool| if hash { "hash" } else { "designated" };
    GroupChange {
        group: names.group(id),
        members: members(&old, &new, names),
        moved,
        minimum,
        flows_moved: if key_changed { dealt_anew(&had, &has) } else { moved as f64 / BUCKETS as f64 },
        key_changed,
        designated: Change::of(from.row.designated, to.row.designated)
            .map(|change| Change { from: designated(change.from), to: designated(change.to) }),
        equal_ports: Change::of(policy(from.row.equal_ports_hash), policy(to.row.equal_ports_hash)),
    }
}

/// How many entries lead to each machine, and to none.
fn by_machine(tables: &Tables, counts: &[usize; OWNERS]) -> HashMap<Option<Machine>, usize> {
    let mut machines = HashMap::new();
    for (id, count) in (0..=u8::MAX).zip(counts) {
        *machines.entry(tables.machine(id)).or_default() += count;
    }
    machines
}

/// The chance that a flow whose two buckets are independent of each other finds different machines behind them.
fn dealt_anew(had: &HashMap<Option<Machine>, usize>, has: &HashMap<Option<Machine>, usize>) -> f64 {
    let pairs = BUCKETS * BUCKETS;
    let same: usize = had.iter().map(|(machine, had)| had * has.get(machine).copied().unwrap_or(0)).sum();
    (pairs - same) as f64 / pairs as f64
}

fn members(old: &[usize; OWNERS], new: &[usize; OWNERS], names: Names<'_>) -> Vec<MemberChange> {
    let counts = (0..=u8::MAX).zip(old.iter().zip(new)).skip(1);
    let changed = counts.filter_map(|(id, (&from, &to))| Change::of(from, to).map(|entries| (id, entries)));
    let member = |(id, entries): (u8, Change<usize>)| {
        let state = names.configured(id).map(|manager| manager.state);
        let action = match (entries.from, entries.to, state) {
            (0, ..) => MemberAction::Added,
            (_, 0, Some(ManagerState::Draining)) => MemberAction::Drained,
            (_, 0, Some(ManagerState::Down)) => MemberAction::Down,
            (_, 0, _) => MemberAction::Removed,
            _ => MemberAction::Reweighed,
        };
        MemberChange { manager: names.manager(id), action, entries }
    };
    changed.map(member).collect()
}
