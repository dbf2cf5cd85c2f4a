//! The gates: the distributor's decision, described in rust-hdl and emitted as Verilog.

pub mod bundle;
pub mod fifo;
pub mod group;
pub mod primitive;
