//! What is to be emitted.

use rust_hdl::prelude::Block;
use std::path::PathBuf;

/// Blocks that are emitted into one folder, as one library of modules.
pub struct Design {
    pub(crate) variant: String,
    pub(crate) prefix: String,
    pub(crate) sources: PathBuf,
    pub(crate) tops: Vec<Top>,
}

/// A block to build, and the name it gets.
pub(crate) struct Top {
    pub(crate) name: String,
    /// The block's type, as Rust prints it.
    pub(crate) of: &'static str,
    pub(crate) build: Box<dyn Fn() -> Box<dyn Block> + Send + Sync>,
}

impl Design {
    /// A design without tops, to be emitted into the folder `variant`. The name of each module begins with `prefix`.
    ///
    /// `sources` is the folder that holds the sources of the blocks: comments and the names of modules come from there.
    pub fn new(variant: impl Into<String>, prefix: impl Into<String>, sources: impl Into<PathBuf>) -> Self {
        Self { variant: variant.into(), prefix: prefix.into(), sources: sources.into(), tops: vec![] }
    }

    /// Adds the block that `build` returns. Its module is called `name`, as it is; `name.f` lists what it is made of.
    pub fn with_top<B: Block + 'static>(mut self, name: impl Into<String>, build: impl Fn() -> B + Send + Sync + 'static) -> Self {
        let build = Box::new(move || Box::new(build()) as Box<dyn Block>);
        self.tops.push(Top { name: name.into(), of: std::any::type_name::<B>(), build });
        self
    }

    /// The folder that it is emitted into.
    pub fn variant(&self) -> &str {
        &self.variant
    }

    /// The names of its tops.
    pub fn tops(&self) -> impl Iterator<Item = &str> {
        self.tops.iter().map(|top| top.name.as_str())
    }
}
