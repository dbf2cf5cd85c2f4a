//! Everything that has opinions: it invents traffic, replays captures, and judges what the hardware did against the golden model.

pub mod generate;
pub mod judge;
pub mod line;
pub mod measure;
pub mod replay;
pub mod report;
pub mod slot;
pub mod soak;
