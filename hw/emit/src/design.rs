//! What is to be emitted.

use rust_hdl::prelude::Block;
use std::path::PathBuf;

/// One file of Verilog: a block to build, and the name it gets.
pub struct Design {
    pub(crate) variant: &'static str,
    pub(crate) top: &'static str,
    pub(crate) kind: String,
    pub(crate) sources: PathBuf,
    pub(crate) build: Box<dyn Fn() -> Box<dyn Block> + Send + Sync>,
}

impl Design {
    /// The block that `build` returns, to be emitted as `<variant>/<top>.v` with `top` as its module's name.
    ///
    /// `sources` is the folder that holds the sources of the blocks: comments and the names of modules come from there.
    pub fn new<B: Block + 'static>(
        sources: impl Into<PathBuf>,
        variant: &'static str,
        top: &'static str,
        build: impl Fn() -> B + Send + Sync + 'static,
    ) -> Self {
        let path = std::any::type_name::<B>();
        let bare = path.split('<').next().unwrap_or(path);
        let kind = bare.rsplit("::").next().unwrap_or(bare).to_string();
        Self { variant, top, kind, sources: sources.into(), build: Box::new(move || Box::new(build())) }
    }

    /// The folder it is written to: the variant of the design.
    pub fn variant(&self) -> &'static str {
        self.variant
    }

    /// The name of file and module.
    pub fn top(&self) -> &'static str {
        self.top
    }
}
