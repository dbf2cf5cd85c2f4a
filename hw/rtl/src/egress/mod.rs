//! The verdict, and how a frame leaves with it.

pub mod decision_fifo;
#[allow(clippy::module_inception, reason = "the room is named after the block that it ends with")]
pub mod egress;
pub mod metadata;
pub mod verdict_logic;
