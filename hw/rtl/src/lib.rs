//! The hardware: the distributor's decision, described in rust-hdl and emitted as Verilog.
#![allow(missing_docs, reason = "the derive of LogicStruct adds methods without documentation")]

pub mod bundle;
pub mod classify;
pub mod control;
pub mod cores;
pub mod decision_side;
pub mod egress;
pub mod lookup;
pub mod parse;
pub mod pipeline;
pub mod port_core;
pub mod port_stream;
pub mod ports;
pub mod primitive;
pub mod share;
pub mod shared_core;
pub mod stream;
pub mod switch;
pub mod tandem_core;
pub mod tandem_distributor;

use contract::limits::PORTS;
use emit::Design;
use pipeline::{HASH, PARSE};
use tandem_core::TandemCore;
use tandem_distributor::TandemDistributor;

/// A design of this crate's blocks, to be emitted into the folder `variant`; its modules' names begin with `tandem_`.
pub fn design(variant: &str) -> Design {
    Design::new(variant, "tandem_", concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

/// What is emitted: a core and a distributor each. For Alveo cards at 512 bit with eight groups, the distributor with a decision side per port or with
/// one for both; for NetFPGA at 256 bit with four groups, with one.
pub fn designs() -> Vec<Design> {
    vec![
        design("tandem_512x8")
            .with_top("tandem_core", TandemCore::<512, 64, 2, 1, 8, 14, PARSE, HASH>::default)
            .with_top("tandem_distributor", TandemDistributor::<512, 64, 2, 1, 8, 14, PARSE, HASH, PORTS, 0>::default),
        design("tandem_512x8_shared")
            .with_top("tandem_core", TandemCore::<512, 64, 2, 1, 8, 14, PARSE, HASH>::default)
            .with_top("tandem_distributor", TandemDistributor::<512, 64, 2, 1, 8, 14, PARSE, HASH, 0, 1>::default),
        design("tandem_256x4")
            .with_top("tandem_core", TandemCore::<256, 32, 4, 3, 4, 13, PARSE, HASH>::default)
            .with_top("tandem_distributor", TandemDistributor::<256, 32, 4, 3, 4, 13, PARSE, HASH, 0, 1>::default),
    ]
}
