//! The hardware: the distributor's decision, described in rust-hdl and emitted as Verilog.
#![allow(missing_docs, reason = "the derive of LogicStruct adds methods without documentation")]

pub mod bundle;
pub mod classify;
pub mod control;
pub mod egress;
pub mod lookup;
pub mod parse;
pub mod pipeline;
pub mod port_core;
pub mod primitive;
pub mod stream;
pub mod switch;
pub mod tandem_core;
pub mod tandem_distributor;

use emit::Design;
use pipeline::{HASH, PARSE};
use rust_hdl::prelude::Block;
use tandem_core::TandemCore;
use tandem_distributor::TandemDistributor;

/// The block that `build` returns, to be emitted as `<variant>/<top>.v`; its sources are this crate's.
pub fn design<B: Block + 'static>(variant: &'static str, top: &'static str, build: impl Fn() -> B + Send + Sync + 'static) -> Design {
    Design::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), variant, top, build)
}

/// What is emitted: the core and the distributor, for Alveo cards at 512 bit with eight groups, for NetFPGA at 256 bit with four.
pub fn designs() -> Vec<Design> {
    vec![
        design("tandem_512x8", "tandem_core", TandemCore::<512, 64, 2, 1, 8, 14, PARSE, HASH>::default),
        design("tandem_512x8", "tandem_distributor", TandemDistributor::<512, 64, 2, 1, 8, 14, PARSE, HASH>::default),
        design("tandem_256x4", "tandem_core", TandemCore::<256, 32, 4, 3, 4, 13, PARSE, HASH>::default),
        design("tandem_256x4", "tandem_distributor", TandemDistributor::<256, 32, 4, 3, 4, 13, PARSE, HASH>::default),
    ]
}
