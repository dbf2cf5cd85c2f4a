//! Groups that change: who holds how many entries, and what that does to flows.

use super::Change;
use super::name::{Named, Names};
use crate::allocate::{OWNERS, owned, tally};
use crate::configuration::ManagerState;
use crate::tables::Tables;
use contract::limits::BUCKETS;
use model::entry_table::Group;
use serde::Serialize;

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
    /// Entries that name another manager than before, or one where there was none.
    pub moved: usize,
    /// The fewest entries that any allocation of the same counts would move.
    pub minimum: usize,
    /// The share of the group's flows, 0 to 1, that change their manager.
    ///
    /// With the same key it is the share of entries that move. A new key deals all flows anew: then it is an expectation, one less the
    /// chance that a flow meets its old manager again. Of flows with equal ports under a designated manager it says nothing.
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
    groups.filter(|(_, (from, to))| from != to).map(|(id, (from, to))| change(id, from, to, names)).collect()
}

fn change(id: u8, from: &Group, to: &Group, names: Names<'_>) -> GroupChange {
    let targets = names.0.group(id).map_or(&[][..], |group| &group.targets);
    let (old, new) = (tally(&from.entries), owned(targets));
    // Counted on the tables themselves, while the minimum follows from the counts alone: neither can hide the other's mistake.
    let moved = from.entries.iter().zip(&to.entries).filter(|(from, to)| from != to).count();
    let minimum = old.iter().zip(&new).map(|(old, new)| old.saturating_sub(*new)).sum();
    let key_changed = from.row.key != to.row.key;
    let designated = |id: u8| (id != 0).then(|| names.manager(id));
    let policy = |hash: bool| if hash { "hash" } else { "designated" };
    GroupChange {
        group: names.group(id),
        members: members(&old, &new, names),
        moved,
        minimum,
        flows_moved: if key_changed { dealt_anew(&old, &new) } else { moved as f64 / BUCKETS as f64 },
        key_changed,
        designated: Change::of(from.row.designated, to.row.designated)
            .map(|change| Change { from: designated(change.from), to: designated(change.to) }),
        equal_ports: Change::of(policy(from.row.equal_ports_hash), policy(to.row.equal_ports_hash)),
    }
}

/// The chance that a flow whose two buckets are independent of each other finds different owners in them.
fn dealt_anew(old: &[usize; OWNERS], new: &[usize; OWNERS]) -> f64 {
    let pairs = BUCKETS * BUCKETS;
    let same: usize = old.iter().zip(new).map(|(old, new)| old * new).sum();
    (pairs - same) as f64 / pairs as f64
}

fn members(old: &[usize; OWNERS], new: &[usize; OWNERS], names: Names<'_>) -> Vec<MemberChange> {
    let counts = (0..=u8::MAX).zip(old.iter().zip(new)).skip(1);
    let changed = counts.filter_map(|(id, (&from, &to))| Change::of(from, to).map(|entries| (id, entries)));
    let member = |(id, entries): (u8, Change<usize>)| {
        let draining = names.0.manager(id).is_some_and(|manager| manager.state == ManagerState::Draining);
        let action = match (entries.from, entries.to) {
            (0, _) => MemberAction::Added,
            (_, 0) if draining => MemberAction::Drained,
            (_, 0) => MemberAction::Removed,
            _ => MemberAction::Reweighed,
        };
        MemberChange { manager: names.manager(id), action, entries }
    };
    changed.map(member).collect()
}
