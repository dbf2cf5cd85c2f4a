//! The programs that check the Verilog after it is printed: Verilator's lint, and Yosys, which finds the latches that lint misses.

use crate::error::EmitError;
use crate::library::HEADER;
use std::path::PathBuf;
use std::process::{Command, Output};

/// What Verilator may say without stopping an emission, and why.
const WAIVERS: [(&str, &str); 3] = [
    ("UNUSEDSIGNAL", "a stage passes a whole bundle on and reads the fields it needs"),
    ("VARHIDDEN", "a block may have a port named like the instance that holds it; no name here reaches across modules"),
    ("PINCONNECTEMPTY", "an output that nobody reads is left open on purpose"),
];

/// The programs, found.
pub struct Programs {
    verilator: PathBuf,
    yosys: PathBuf,
}

impl Programs {
    /// Looks for the programs in the workspace's `.tools/bin`, then on the path.
    ///
    /// # Errors
    /// The first that is missing, with the command that installs it.
    pub fn find() -> Result<Self, EmitError> {
        Ok(Self { verilator: tools::find("verilator")?, yosys: tools::find("yosys")? })
    }

    /// Refuses Verilog that Verilator's lint or Yosys' checks find fault with: that of `top`, made of `modules`, of which name and text are given.
    ///
    /// # Errors
    /// What the program says.
    pub fn check(&self, top: &str, modules: &[(&str, &str)]) -> Result<(), EmitError> {
        let folder = Folder::new(top)?;
        let mut files = vec![];
        for (name, text) in modules {
            let path = folder.0.join(format!("{name}.v"));
            let text = format!("{HEADER}\n{text}");
            std::fs::write(&path, text).map_err(|source| EmitError::Write { path: path.clone(), source })?;
            files.push(path);
        }

        let mut lint = Command::new(&self.verilator);
        lint.args(["--lint-only", "-Wall", "--default-language", "1364-2005", "--top-module", top]);
        lint.args(WAIVERS.map(|(warning, _)| format!("-Wno-{warning}"))).args(&files);
        passed(top, "verilator", lint.output())?;

        // `check -assert` stops at loops of logic, and at signals with no driver or with several.
        let list: String = files.iter().map(|file| format!(" {}", file.display())).collect();
        let script =
            format!(r"read_verilog{list}; hierarchy -check -top {top}; proc; select -assert-none t:\$dlatch; flatten; check -assert");
        passed(top, "yosys", Command::new(&self.yosys).args(["-q", "-p", &script]).output())
    }
}

fn passed(top: &str, program: &'static str, run: std::io::Result<Output>) -> Result<(), EmitError> {
    let findings = match run {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)),
        Err(error) => error.to_string(),
    };
    Err(EmitError::Program { top: top.into(), program, findings })
}

/// A folder of its own for one run, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(top: &str) -> Result<Self, EmitError> {
        static RUN: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let run = RUN.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("emit-{}-{run}-{top}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|source| EmitError::Write { path: path.clone(), source })?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Nothing depends on it: at worst a small folder stays behind in the system's temporary one.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
