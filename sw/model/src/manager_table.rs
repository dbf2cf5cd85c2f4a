//! Stage `manager_table`: whether the manager that the entry names takes traffic, and how it is reached.

use contract::limits::MANAGERS;
use contract::row::{Mac, ManagerRow};

/// The banked rows of the manager table by id. Id 0 means "none": its row is never used.
pub type ManagerRows = [ManagerRow; MANAGERS + 1];

/// A traffic manager: its banked row, and its enable bit, which is not banked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manager {
    /// Destination MAC that its frames get.
    pub mac: Mac,
    /// Port by which its frames leave.
    pub egress: u8,
    /// Whether it takes traffic.
    pub enabled: bool,
}

impl Manager {
    /// A manager by what the card holds in two places.
    pub const fn new(row: ManagerRow, enabled: bool) -> Self {
        Self { mac: row.mac, egress: row.egress, enabled }
    }

    /// What is banked of it.
    pub const fn row(self) -> ManagerRow {
        ManagerRow { mac: self.mac, egress: self.egress }
    }
}

/// All managers by id. Id 0 means "none": it is never used.
pub type Managers = [Manager; MANAGERS + 1];

/// The manager of this id, if it takes traffic.
pub fn live(id: u8, manager: Manager) -> Option<Manager> {
    (id != 0 && manager.enabled).then_some(manager)
}
