//! What a capture meets: flows, the share of each manager, how evenly the buckets are filled, and hazards.
//!
//! [`Survey::read`] walks the frames once, on all threads, and keeps the flows; [`Analysis::new`] asks a card's tables what becomes of
//! each. Nothing is decided twice: all packets of a flow that travel one way have one decision.

pub mod analysis;
pub mod decide;
pub mod evenness;
pub mod flow;
pub mod hazard;
pub mod histogram;
pub mod packet;
pub mod picture;
pub mod share;
pub mod survey;
pub mod table;

pub use analysis::Analysis;
pub use survey::{Scope, Survey};
