//! Traffic that a card is to drop, because no machine stands behind it.

use super::name::{Named, Names};
use crate::reach::reached_groups;
use crate::tables::Tables;
use contract::limits::BUCKETS;
use model::entry_table::Group;
use serde::Serialize;

/// A group of which the card is to drop traffic.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DropForecast {
    /// The group.
    #[serde(flatten)]
    pub group: Named,
    /// The share of its flows, 0 to 1, that are to be dropped: those in buckets without a machine.
    pub share: f64,
    /// The share that is dropped now.
    pub share_now: f64,
    /// Whether packets with equal ports are to be dropped, because the designated manager takes no traffic.
    pub equal_ports: bool,
    /// Whether they are dropped now.
    pub equal_ports_now: bool,
}

impl DropForecast {
    /// Whether something is to be dropped that is not dropped now.
    pub fn is_new(&self) -> bool {
        self.share > self.share_now || self.equal_ports && !self.equal_ports_now
    }
}

/// What is dropped of each group; nothing on a card that decides nothing, or of a group that no packet reaches.
fn dropped(tables: &Tables) -> Vec<(f64, bool)> {
    let reached = reached_groups(&tables.rules);
    let of_group = |(group, reached): (&Group, bool)| {
        if !tables.enabled || !reached {
            return (0.0, false);
        }
        let empty = group.entries.iter().filter(|id| tables.machine(**id).is_none()).count();
        let designated = !group.row.equal_ports_hash && tables.machine(group.row.designated).is_none();
        (empty as f64 / BUCKETS as f64, designated)
    };
    tables.groups.iter().zip(reached).map(of_group).collect()
}

/// The groups of which the card is to drop traffic, by id.
pub(super) fn forecast(now: &Tables, next: &Tables, names: Names<'_>) -> Vec<DropForecast> {
    let pairs = (0..=u8::MAX).zip(dropped(now).into_iter().zip(dropped(next)));
    let forecast = |(id, ((share_now, equal_ports_now), (share, equal_ports)))| DropForecast {
        group: names.group(id),
        share,
        share_now,
        equal_ports,
        equal_ports_now,
    };
    pairs.map(forecast).filter(|forecast| forecast.share > 0.0 || forecast.equal_ports).collect()
}
