//! What a capture meets: flows, the share of each manager, how evenly the buckets are filled, and hazards.

pub mod flow;
pub mod packet;
pub mod picture;
pub mod share;
pub mod survey;
pub mod table;
