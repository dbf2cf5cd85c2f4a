//! A design as a tree of blocks: what is checked and printed.

mod node;
mod read;
mod resolve;

pub(crate) use node::{Net, Node, Role};
pub(crate) use read::read;
