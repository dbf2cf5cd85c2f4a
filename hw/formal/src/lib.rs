//! What is proved of the emitted hardware, for all inputs: by Yosys, a solver and ABC. It describes no hardware.

pub mod claims;
pub mod equal;
pub mod prove;
pub mod text;
pub mod tool;
pub mod wrappers;
