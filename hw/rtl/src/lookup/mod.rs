//! From a key to a manager's row: the hash and the tables.

pub mod entry_table;
pub mod group_table;
pub mod half_round;
pub mod hash;
pub mod manager_table;
pub mod rounds;
