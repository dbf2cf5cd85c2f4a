//! Stage `entry_table`: the hash names a bucket, and the group's allocation table names the bucket's manager.

use contract::limits::BUCKETS;
use contract::row::GroupRow;

/// One bank of a group: all that must change together. Source: US 7,395,349, FIG. 6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Hash key, designated manager and equal-ports policy.
    pub row: GroupRow,
    /// The allocation table: manager id by bucket, 0 for none.
    pub entries: [u8; BUCKETS],
}

impl Default for Group {
    fn default() -> Self {
        Self { row: GroupRow::default(), entries: [0; BUCKETS] }
    }
}

/// The bucket that a hash falls into: the hash modulo the table's size.
pub fn bucket(hash: u32) -> u16 {
    (hash % BUCKETS as u32) as u16
}
