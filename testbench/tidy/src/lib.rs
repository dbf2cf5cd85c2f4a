//! The rules of the house that a machine can check, over the files that git tracks: `cargo test --package tidy`.
//!
//! A rule is a function from a [`Tree`] to its [`Finding`]s. Each is proved able to fail by its own tests, on a made-up tree.

pub mod blocks;
pub mod circles;
pub mod code;
pub mod commands;
pub mod crates;
pub mod dead;
pub mod links;
pub mod modules;
pub mod names;
pub mod picture;
pub mod printing;
pub mod promises;
pub mod spaces;
pub mod tree;
pub mod words;

pub use tree::{Finding, Tree};
