//! Managers whose lists of self-source ports a change makes stale.

use super::name::{Named, Names};
use crate::reach::reached_groups;
use crate::tables::Tables;
use model::manager_table::live;

/// The managers, by id, that lose a bucket or whose buckets ports reach in another way than before. One that only gains keeps a list that
/// is shorter than it could be, and right.
pub(super) fn managers(now: &Tables, next: &Tables, names: Names<'_>) -> Vec<Named> {
    let taker = |tables: &Tables, id: u8| live(id, tables.managers[usize::from(id)]).map(|_| id);
    let in_use = |tables: &Tables| tables.rules.iter().filter(|rule| rule.in_use).copied().collect::<Vec<_>>();
    let ruled_anew = in_use(now) != in_use(next);
    let mut stale = [false; 256];
    let reached = reached_groups(&now.rules);
    for ((from, to), _) in now.groups.iter().zip(&next.groups).zip(reached).filter(|(_, reached)| *reached) {
        let dealt_anew = ruled_anew || from.row.key != to.row.key;
        for (&before, &after) in from.entries.iter().zip(&to.entries) {
            let Some(id) = taker(now, before) else { continue };
            stale[usize::from(id)] |= dealt_anew || taker(next, after) != Some(id);
        }
    }
    (1..=u8::MAX).filter(|&id| stale[usize::from(id)]).map(|id| names.manager(id)).collect()
}
