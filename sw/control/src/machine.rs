//! The machine behind a manager's id.

use crate::tables::Tables;
use contract::row::Mac;
use model::manager_table;

/// Where a card sends a manager's frames. Ids are numbers of rows: two with the same MAC and port are one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Machine {
    /// Its MAC address.
    pub mac: Mac,
    /// The packet port that leads to it.
    pub egress: u8,
}

impl Tables {
    /// The machine that gets the frames of entries with this id; none if they are dropped.
    pub fn machine(&self, id: u8) -> Option<Machine> {
        manager_table::live(id, self.managers[usize::from(id)]).map(|manager| Machine { mac: manager.mac, egress: manager.egress })
    }
}
