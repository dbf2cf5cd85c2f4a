//! Why nothing was written.

use crate::trap::Refusal;
use std::path::PathBuf;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// rust-hdl's own checks refuse the block.
    #[error("{top}: rust-hdl's checks refuse it: {findings}")]
    Check {
        /// The top module.
        top: String,
        /// What rust-hdl found, with the path of each signal.
        findings: String,
    },
    /// The translation check refuses the block: its Verilog would mean something else than its Rust.
    #[error("{top}: the translation check refuses it:\n{}", .refusals.iter().map(|refusal| format!("{refusal}\n")).collect::<String>())]
    Translation {
        /// The top module.
        top: String,
        /// Every construct it refuses.
        refusals: Vec<Refusal>,
    },
    /// The sources of the blocks cannot be read.
    #[error("cannot read the sources of the blocks: {}: {why}", .path.display())]
    Source {
        /// File or folder.
        path: PathBuf,
        /// What the system or the parser says.
        why: String,
    },
    /// A program that checks the Verilog is not installed.
    #[error(transparent)]
    ProgramMissing(#[from] tools::Error),
    /// A program that checks the Verilog refuses it.
    #[error("{top}: {program} refuses the Verilog:\n{findings}")]
    Program {
        /// The top module.
        top: String,
        /// The program.
        program: &'static str,
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
