//! The gates: the distributor's decision, described in rust-hdl and emitted as Verilog.

pub mod beat;
pub mod intake;
pub mod window;
pub mod bundle;
pub mod ethernet;
pub mod fifo;
pub mod group;
pub mod hash;
pub mod primitive;
