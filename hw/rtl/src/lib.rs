//! The gates: the distributor's decision, described in rust-hdl and emitted as Verilog.

pub mod accumulator;
pub mod beat;
pub mod bundle;
pub mod counter_bank;
pub mod counters;
pub mod emit;
pub mod ethernet;
pub mod extension;
pub mod network;
pub mod transport;
pub mod icmp;
pub mod tuple;
pub mod rule;
pub mod key;
pub mod entry;
pub mod manager;
pub mod verdict;
pub mod exit;
pub mod fifo;
pub mod group;
pub mod hash;
pub mod intake;
pub mod lane;
pub mod primitive;
pub mod window;
