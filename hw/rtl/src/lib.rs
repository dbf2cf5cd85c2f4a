//! The gates: the distributor's decision, described in rust-hdl and emitted as Verilog.
#![allow(missing_docs, reason = "the derive of LogicStruct adds methods without documentation")]

pub mod accumulator;
pub mod axil;
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
pub mod pipeline;
pub mod core;
pub mod fifo;
pub mod group;
pub mod hash;
pub mod intake;
pub mod lane;
pub mod primitive;
pub mod registers;
pub mod switch;
pub mod window;
pub mod tandem_core;
pub mod tandem_distributor;
