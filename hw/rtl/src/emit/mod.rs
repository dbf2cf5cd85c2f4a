//! From blocks to files of Verilog, and the gate that stands between.
//!
//! rust-hdl prints some ordinary Rust as Verilog that means something else, and says nothing. So a design is written only when rust-hdl's
//! own checks, the [`gate`], Verilator's lint and Yosys' checks are all clean; what is written is then made readable.

pub mod check;
mod flow;
pub mod gate;
mod module;
mod sized;
mod source;
mod tree;
mod verilog;
mod width;

use rust_hdl::core::check_error::{CheckError, PathedName, check_all};
use rust_hdl::prelude::Block;
use std::path::{Path, PathBuf};

/// One file of Verilog: a block to build, and the name it gets.
pub struct Design {
    variant: &'static str,
    top: &'static str,
    kind: String,
    sources: PathBuf,
    build: Box<dyn Fn() -> Box<dyn Block> + Send + Sync>,
}

impl Design {
    /// The block that `build` returns, to be emitted as `<variant>/<top>.v` with `top` as its module's name.
    pub fn new<B: Block + 'static>(variant: &'static str, top: &'static str, build: impl Fn() -> B + Send + Sync + 'static) -> Self {
        let path = std::any::type_name::<B>();
        let bare = path.split('<').next().unwrap_or(path);
        let kind = bare.rsplit("::").next().unwrap_or(bare).to_string();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        Self { variant, top, kind, sources, build: Box::new(move || Box::new(build())) }
    }

    /// Names the folder that holds the sources of the blocks, where it is not this crate's own.
    pub fn with_sources(mut self, folder: impl Into<PathBuf>) -> Self {
        self.sources = folder.into();
        self
    }

    /// The folder it is written to: data width and group count, as `tandem_512x8`.
    pub fn variant(&self) -> &'static str {
        self.variant
    }

    /// The name of module and file, as `tandem_core`.
    pub fn top(&self) -> &'static str {
        self.top
    }
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// rust-hdl's own checks refuse the block.
    #[error("{top}: rust-hdl's checks refuse it: {findings}")]
    Check {
        /// The design.
        top: &'static str,
        /// What rust-hdl found, with the path of each signal.
        findings: String,
    },
    /// The gate refuses the block: its Verilog would mean something else than its Rust.
    #[error("{top}: the gate refuses it:\n{}", .refusals.iter().map(|refusal| format!("{refusal}\n")).collect::<String>())]
    Gate {
        /// The design.
        top: &'static str,
        /// Every construct it refuses.
        refusals: Vec<gate::Refusal>,
    },
    /// The sources of the blocks cannot be read.
    #[error("cannot read the sources of the blocks: {}: {why}", .path.display())]
    Source {
        /// File or folder.
        path: PathBuf,
        /// What the system or the parser says.
        why: String,
    },
    /// A program that judges the Verilog is not installed.
    #[error("{tool} is neither in .tools/bin nor on the path; install it with: ./justw setup")]
    ToolMissing {
        /// The program.
        tool: &'static str,
    },
    /// A program that judges the Verilog refuses it.
    #[error("{top}: {tool} refuses the Verilog:\n{findings}")]
    Tool {
        /// The design.
        top: &'static str,
        /// The program.
        tool: &'static str,
        /// What it says.
        findings: String,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Stack of the thread that builds and walks a block: pipelines of wide stages overflow the usual 2 MiB in debug builds.
const STACK_BYTES: usize = 512 << 20;

/// The Verilog of `design`, after rust-hdl's checks and the gate; needs no other program.
///
/// # Errors
/// Whatever the checks or the gate refuse, all at once.
pub fn render(design: &Design) -> Result<String, EmitError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let handle = thread.spawn_scoped(scope, || render_here(design)).expect("the system refuses a thread");
        handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn render_here(design: &Design) -> Result<String, EmitError> {
    let sources = source::Sources::read(&design.sources)?;
    let mut block = (design.build)();
    block.connect_all();
    check_all(block.as_ref()).map_err(|error| EmitError::Check { top: design.top, findings: findings(design.top, error) })?;
    let tree = tree::Node::read(block.as_ref(), design.top);
    let mut refusals = sources.refusals.clone();
    refusals.extend(gate::judge(&tree));
    if !refusals.is_empty() {
        return Err(EmitError::Gate { top: design.top, refusals });
    }
    Ok(verilog::print(&tree, design.top, &design.kind, &sources))
}

/// What rust-hdl found, and where.
fn findings(top: &str, error: CheckError) -> String {
    let (what, mut places): (_, Vec<PathedName>) = match error {
        CheckError::OpenSignal(open) => ("nothing drives", open.into_values().collect()),
        CheckError::LogicLoops(loops) => ("read before written", loops),
        CheckError::WritesToInputs(inputs) => ("inputs written by their own block", inputs),
    };
    places.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
    let places: Vec<_> =
        places.iter().map(|place| format!("{}.{}", place.path.replacen("uut", top, 1).replace('$', "."), place.name)).collect();
    format!("{what}: {}", places.join(", "))
}

/// Writes every design to `<out>/<variant>/<top>.v`, and returns the files, once every one of them is clean.
///
/// # Errors
/// Whatever a check refuses; then no file in `out` has changed.
pub fn emit_all(designs: &[Design], out: &Path) -> Result<Vec<PathBuf>, EmitError> {
    let tools = check::Tools::find()?;
    let mut clean = Vec::new();
    for design in designs {
        let text = render(design)?;
        tools.judge(design.top, &text)?;
        clean.push((out.join(design.variant), format!("{}.v", design.top), text));
    }
    let mut files = Vec::new();
    for (folder, name, text) in &clean {
        let part = folder.join(format!(".{name}.part"));
        std::fs::create_dir_all(folder).map_err(|source| EmitError::Write { path: folder.clone(), source })?;
        std::fs::write(&part, text).map_err(|source| EmitError::Write { path: part.clone(), source })?;
        files.push((part, folder.join(name)));
    }
    for (part, file) in &files {
        std::fs::rename(part, file).map_err(|source| EmitError::Write { path: file.clone(), source })?;
    }
    Ok(files.into_iter().map(|(_, file)| file).collect())
}
