//! What open tools measure of the gates: area by Yosys, clock rates by nextpnr. It describes no gate.

pub mod area;
pub mod blocks;
pub mod harness;
pub mod memory;
pub mod netlist;
pub mod place;
pub mod rate;
pub mod record;
pub mod tool;
pub mod verilog;
