//! The commands, one file each.

pub(crate) mod analyze;
pub(crate) mod lint;
pub(crate) mod ports;
