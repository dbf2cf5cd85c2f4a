//! What open tools measure of the hardware: area by Yosys, clock rates by nextpnr. It describes no hardware.

pub mod area;
pub mod blocks;
pub mod groups;
pub mod harness;
pub mod memory;
pub mod netlist;
pub mod place;
pub mod rate;
pub mod record;
pub mod tool;
pub mod verilog;
