//! Simulates the modules of the shells' wrappers, and the wrappers inside a model of their shell: a bench of `benches/` and the modules that it
//! instantiates, under Verilator. `testbench` checks the same wrappers against its scoreboard.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, io};

/// A built bench.
#[derive(Debug)]
pub struct Bench(PathBuf);

impl Bench {
    /// Builds `benches/<name>.sv` with these files, and with the modules of the shells' folders that they instantiate.
    ///
    /// # Errors
    /// The messages of Verilator or the compiler, or that Verilator is missing.
    pub fn build(name: &str, around: &[PathBuf], folder: &Path) -> Result<Self, String> {
        let shells = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = folder.join(name);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(format!("{}: {error}", folder.display())),
            _ => fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?,
        }
        let mut verilator = Command::new(tools::find("verilator").map_err(|error| error.to_string())?);
        verilator.args(["--binary", "--timing", "-j", "1", "-O3", "-CFLAGS", "-O1", "-Wno-fatal", "-Wno-lint", "-Wno-style"]);
        verilator.args(["--assert", "--x-initial", "unique", "--x-assign", "unique", "--top-module", name]).arg("--Mdir").arg(&folder);
        for library in ["common", "open_nic/box_322mhz"] {
            verilator.arg("-y").arg(shells.join(library));
        }
        verilator.arg("+libext+.sv").args(around).arg(shells.join("benches").join(name).with_extension("sv"));
        succeeded("verilator", verilator.output())?;
        Ok(Self(folder.join(format!("V{name}"))))
    }

    /// Runs the bench, and returns the line with which it passes.
    ///
    /// # Errors
    /// What the bench found wrong.
    pub fn run(&self, arguments: &[String]) -> Result<String, String> {
        let output = succeeded("bench", Command::new(&self.0).args(arguments).arg("+verilator+rand+reset+2").output())?;
        let passed = output.lines().find(|line| line.starts_with("passed"));
        passed.map(str::to_owned).ok_or_else(|| format!("{arguments:?} reports neither that it passed nor what is wrong:\n{output}"))
    }
}

fn succeeded(what: &str, output: io::Result<Output>) -> Result<String, String> {
    let output = output.map_err(|error| format!("{what}: {error}"))?;
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(text) } else { Err(text) }
}
