//! Finds Verilator and a C++ compiler, and sets the environment by which `verilator` and `cc` find them too.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

/// The oldest Verilator whose models the harness knows.
const OLDEST: (u32, u32) = (5, 6);
const REMEDY: &str = "install it with: ./justw setup";

/// What builds a model.
pub(crate) struct Tools {
    /// First line of `verilator_bin --version`.
    pub(crate) verilator: String,
    /// First line of `$CXX --version`.
    pub(crate) compiler: String,
    /// Where `verilated.cpp` and its like are.
    pub(crate) include: PathBuf,
}

/// The workspace's own tools first, then `PATH`; for the compiler `CXX`, then clang 19, whose models run half as fast again, then g++.
pub(crate) fn find() -> crate::Result<Tools> {
    let bin = ::tools::find("verilator_bin");
    // Watched even where it is missing: the build is retried when it appears.
    println!("cargo::rerun-if-changed={}", bin.as_deref().unwrap_or(&::tools::bin().join("verilator_bin")).display());
    println!("cargo::rerun-if-env-changed=VERILATOR_ROOT");
    println!("cargo::rerun-if-env-changed=CXX");
    let bin = bin?;
    let compiler = match env::var("CXX") {
        Ok(compiler) => compiler,
        Err(_) => {
            let found = ["clang++-19", "g++", "clang++"].into_iter().find(|compiler| ::tools::find(compiler).is_ok());
            found.ok_or(format!("no C++ compiler\n{REMEDY}"))?.into()
        }
    };
    // SAFETY: the build script has one thread here. `verilator` and `cc` are steered by the environment and by nothing else.
    unsafe {
        env::set_var("PATH", ::tools::search_path());
        env::set_var("CXX", &compiler);
        env::set_var("CXXFLAGS", super::model::CXXFLAGS);
        env::set_var("DEBUG", "false");
    }
    match verilator::verilator_version() {
        Some(version) if version >= OLDEST => {}
        _ => return Err(format!("{} is older than 5.006 or says no version\n{REMEDY}", bin.display()).into()),
    }
    let root = verilator::find_verilator_root().ok_or(format!("{} has no include/verilated.cpp\n{REMEDY}", bin.display()))?;
    Ok(Tools {
        verilator: first_line("verilator_bin")?,
        compiler: first_line(&compiler)?,
        include: fs::canonicalize(root.join("include"))?,
    })
}

fn first_line(program: &str) -> crate::Result<String> {
    let mut words = program.split_whitespace(); // CXX may be "ccache clang++"
    let output = Command::new(words.next().unwrap_or_default()).args(words).arg("--version").output();
    let output = output.map_err(|error| format!("{program}: {error}\n{REMEDY}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned())
}
