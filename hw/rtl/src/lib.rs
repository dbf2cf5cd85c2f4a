//! The gates: the distributor's decision, described in rust-hdl and emitted as Verilog.
#![allow(missing_docs, reason = "the derive of LogicStruct adds methods without documentation")]

pub mod axil;
pub mod beat;
pub mod bundle;
pub mod core;
pub mod counter_bank;
pub mod counters;
pub mod decisions;
pub mod emit;
pub mod entry;
pub mod ethernet;
pub mod exit;
pub mod extension;
pub mod fifo;
pub mod group;
pub mod half;
pub mod hash;
pub mod icmp;
pub mod intake;
pub mod keep;
pub mod key;
pub mod manager;
pub mod network;
pub mod outlet;
pub mod pipeline;
pub mod primitive;
pub mod registers;
pub mod rule;
pub mod switch;
pub mod tandem_core;
pub mod tandem_distributor;
pub mod transport;
pub mod tuple;
pub mod verdict;
pub mod window;

use emit::Design;
use pipeline::{HASH, PARSE};
use tandem_core::TandemCore;
use tandem_distributor::TandemDistributor;

/// What is emitted: the core and the distributor, for Alveo cards at 512 bit with eight groups, for NetFPGA at 256 bit with four.
pub fn designs() -> Vec<Design> {
    vec![
        Design::new("tandem_512x8", "tandem_core", TandemCore::<512, 64, 2, 1, 8, 14, PARSE, HASH>::default),
        Design::new("tandem_512x8", "tandem_distributor", TandemDistributor::<512, 64, 2, 1, 8, 14, PARSE, HASH>::default),
        Design::new("tandem_256x4", "tandem_core", TandemCore::<256, 32, 4, 3, 4, 13, PARSE, HASH>::default),
        Design::new("tandem_256x4", "tandem_distributor", TandemDistributor::<256, 32, 4, 3, 4, 13, PARSE, HASH>::default),
    ]
}
