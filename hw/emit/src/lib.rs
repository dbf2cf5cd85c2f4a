//! From blocks of rust-hdl to readable Verilog, and the checks between.
//!
//! rust-hdl prints some ordinary Rust as Verilog that means something else, and says nothing. So a design is written only when rust-hdl's
//! own checks, the translation check, Verilator's lint and Yosys' checks are all clean; what is written is then made readable.

mod check;
mod design;
mod error;
mod expression;
mod library;
mod primitive;
mod print;
mod programs;
mod render;
mod shape;
mod source;
mod trap;
mod tree;
mod write;

pub use design::Design;
pub use error::EmitError;
pub use library::{HEADER, Library, Module};
pub use primitive::Primitive;
pub use programs::Programs;
pub use render::render;
pub use trap::{Refusal, Trap};
pub use write::emit_all;
