//! Proofs of the emitted hardware and of the shells' modules, for all inputs, by Yosys, a solver and ABC. This crate describes no hardware.

pub mod claim;
pub mod claims;
pub mod equal;
pub mod induction;
pub mod prove;
pub mod text;
pub mod tool;
pub mod wrappers;
