//! What the blocks are made of: registers and memories, the only Verilog written by hand.
//!
//! rust-hdl's own `DFF` has no reset and its `RAM` no output register, and the clock rate needs both. These are emitted only: their
//! behaviour is tested in Verilator, so `update` is empty.

pub mod array;
pub mod constant;
pub mod lut_ram;
pub mod lut_ram_tdp;
mod memory;
pub mod ones_count;
pub mod reg;
pub mod sdp_ram;
pub mod shift;
pub mod tdp_ram;

pub use array::{Array, Concat};
pub use constant::{Const, ConstSize};
pub use lut_ram::LutRam;
pub use lut_ram_tdp::LutRamTdp;
pub use ones_count::OnesCount;
pub use reg::{Reg, RstReg};
pub use sdp_ram::SdpRam;
pub use shift::{Delay, RstShift, Shift};
pub use tdp_ram::TdpRam;
