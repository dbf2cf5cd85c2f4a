//! The judge.
mod fields;
pub use fields::Fields;
