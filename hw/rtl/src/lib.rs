//! The gates: the distributor's decision, described in rust-hdl and emitted as Verilog.

pub mod accumulator;
pub mod beat;
pub mod bundle;
pub mod counter_bank;
pub mod counters;
pub mod emit;
pub mod entry;
pub mod ethernet;
pub mod exit;
pub mod extension;
pub mod fifo;
pub mod group;
pub mod hash;
pub mod icmp;
pub mod intake;
pub mod key;
pub mod lane;
pub mod manager;
pub mod network;
pub mod primitive;
pub mod registers;
pub mod rule;
pub mod transport;
pub mod tuple;
pub mod verdict;
pub mod window;
