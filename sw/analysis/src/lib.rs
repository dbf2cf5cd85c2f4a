//! Analyses a capture with a configuration: flows, the share of each manager, how evenly the buckets are filled, and hazards.
//!
//! [`Survey::read`] walks the frames once, on as many threads as it is worth, and keeps the flows; [`Analysis::new`] asks a card's tables what becomes of
//! each. Nothing is decided twice: all packets of a flow have one decision.

pub mod analysis;
pub mod decide;
mod entry;
pub mod evenness;
pub mod flow;
pub mod flow_set;
pub mod hazard;
pub mod histogram;
mod index;
mod keys;
pub mod packet;
pub mod picture;
pub mod share;
pub mod survey;
mod table;
mod unkept;

pub use analysis::Analysis;
pub use survey::{Options, Scope, Survey};
pub use unkept::UnkeptFlows;
