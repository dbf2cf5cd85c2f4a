//! The gates: the distributor's decision, described in rust-hdl and emitted as Verilog.

pub mod accumulator;
pub mod beat;
pub mod bundle;
pub mod counter_bank;
pub mod counters;
pub mod ethernet;
pub mod fifo;
pub mod group;
pub mod hash;
pub mod intake;
pub mod lane;
pub mod primitive;
pub mod window;
