//! Stage `manager_table`: whether the manager that the entry names takes traffic, and how it is reached.

use contract::limits::MANAGERS;
use contract::row::ManagerRow;

/// Rows of the manager table by id. Id 0 means "none": its row is never used.
pub type Managers = [ManagerRow; MANAGERS + 1];

/// The row of an enabled manager.
pub fn live(managers: &Managers, id: u8) -> Option<&ManagerRow> {
    managers.get(usize::from(id)).filter(|row| id != 0 && row.enabled)
}
