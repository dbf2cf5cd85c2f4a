//! What the blocks are made of: registers and memories, the only Verilog written by hand.
//!
//! rust-hdl's own `DFF` has no reset and its `RAM` no output register, and the clock rate needs both. These are emitted only: their
//! behaviour is judged in Verilator, so `update` is empty.

pub mod array;
pub mod constant;
pub mod ram;
pub mod reg;
pub mod shift;

pub use array::{Array, Concat};
pub use constant::{Const, ConstSize};
pub use ram::{LutRam, LutRamTdp, SdpRam, TdpRam};
pub use reg::{Reg, RstReg};
pub use shift::{Delay, RstShift, Shift};

/// Bit range of a value of `bits` bits, as Verilog declares it; empty for one bit.
fn range(bits: usize) -> String {
    if bits == 1 { String::new() } else { format!("[{}:0] ", bits - 1) }
}
