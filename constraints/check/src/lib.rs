//! Runs the boards' build scripts as `just bitstream` does, with stand-ins for Vivado and for the shells' checkouts.
//!
//! The stand-in for Vivado (`vivado.tcl`) implements the commands that our scripts and constraints use, elaborates the files that were read
//! with slang, and runs the constraints against the elaborated design.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// A copy of the files that a build reads, to build from and to plant faults in.
#[derive(Debug)]
pub struct Stage {
    root: PathBuf,
}

/// How a build ended.
#[derive(Debug)]
pub struct Build {
    /// Whether its exit code was 0.
    pub succeeded: bool,
    /// All that it printed.
    pub printed: String,
    /// The commands that it gave to Vivado, as Tcl lists, in order.
    pub commands: Vec<String>,
}

impl Stage {
    /// A new copy, in the folder `name` of the build's own.
    ///
    /// # Panics
    /// On an error of the system, and if the tools or the emitted Verilog are missing.
    pub fn new(name: &str) -> Self {
        let project = tools::workspace();
        assert!(verilog().exists(), "there is no {}; remedy: just emit", verilog().display());
        python(); // fails here rather than in the middle of a build
        let root = target().join("constraints").join(name);
        match fs::remove_dir_all(&root) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{}: {error}", root.display()),
            _ => {}
        }
        for folder in ["constraints", "hw/shells"] {
            copy(&project.join(folder), &root.join(folder));
        }
        for shell in ["open_nic", "netfpga_plus", "netfpga_sume"] {
            let stand_in = project.join("constraints/check/shells").join(shell);
            if stand_in.exists() {
                copy(&stand_in, &root.join(shell));
            }
        }
        let stage = Self { root };
        stage.write("bin/vivado", "#!/bin/sh\nexec tclsh \"$(dirname \"$0\")/../constraints/check/vivado.tcl\" \"$@\"\n");
        let made = Command::new("chmod").arg("+x").arg(stage.path("bin/vivado")).status();
        assert!(made.expect("chmod").success());
        stage
    }

    /// A file or folder of the copy.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file of the copy.
    ///
    /// # Panics
    /// On an error of the system.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Replaces the first `old` in a file with `new`.
    ///
    /// # Panics
    /// If the file does not contain `old`.
    pub fn plant(&self, name: &str, old: &str, new: &str) {
        let path = self.path(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, &text.replacen(old, new, 1));
    }

    /// Removes a file or a folder of the copy.
    ///
    /// # Panics
    /// On an error of the system.
    pub fn remove(&self, name: &str) {
        let path = self.path(name);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Builds by `constraints/bitstream BOARD OPTION...`.
    ///
    /// # Panics
    /// If the script cannot be run.
    pub fn bitstream(&self, arguments: &[&str]) -> Build {
        self.bitstream_with(arguments, &[])
    }

    /// As [`Stage::bitstream`], with these variables in the environment.
    ///
    /// # Panics
    /// If the script cannot be run.
    pub fn bitstream_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Build {
        let mut command = Command::new(self.path("constraints/bitstream"));
        let tools = format!("{}:{}", self.path("bin").display(), tools::search_path().display());
        command.args(arguments).env("PATH", tools);
        self.run(&mut command, variables)
    }

    /// Runs a command with the variables that the stand-ins need.
    ///
    /// # Panics
    /// If it cannot be run.
    pub fn run(&self, command: &mut Command, variables: &[(&str, &str)]) -> Build {
        let record = self.path("record");
        drop(fs::remove_file(&record));
        command.current_dir(&self.root);
        command.env("TANDEM_RECORD", &record);
        command.env("TANDEM_ELABORATE", format!("{} {}", python().display(), self.path("constraints/check/elaborate.py").display()));
        command.env("TANDEM_VERILOG", verilog());
        command.env_remove("BOARD_FILE_PATH");
        for (name, value) in variables {
            command.env(name, value);
        }
        let (status, printed) = tools::output(command).unwrap_or_else(|error| panic!("{error}, or with: ./justw setup constraints"));
        Build {
            succeeded: status.success(),
            printed,
            commands: fs::read_to_string(&record).unwrap_or_default().lines().map(str::to_owned).collect(),
        }
    }
}

impl Build {
    /// The index of the first command that begins with `begin`.
    ///
    /// # Panics
    /// If there is none.
    pub fn index(&self, begin: &str) -> usize {
        let found = self.commands.iter().position(|command| command.starts_with(begin));
        found.unwrap_or_else(|| panic!("no command begins with {begin}:\n{}", self.printed))
    }

    /// The commands that begin with `begin`.
    pub fn all<'a>(&'a self, begin: &'a str) -> impl Iterator<Item = &'a str> {
        self.commands.iter().map(String::as_str).filter(move |command| command.starts_with(begin))
    }
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| tools::workspace().join("target"), PathBuf::from)
}

/// The folder of the emitted Verilog.
pub fn verilog() -> PathBuf {
    env::var_os("TANDEM_VERILOG").map_or_else(|| tools::workspace().join("out/verilog"), PathBuf::from)
}

fn python() -> PathBuf {
    tools::pinned("constraints", "python").unwrap_or_else(|error| panic!("{error}"))
}

fn copy(from: &Path, to: &Path) {
    let copied =
        Command::new("mkdir").arg("-p").arg(to).status().and_then(|_| Command::new("cp").arg("-r").arg(from.join(".")).arg(to).status());
    assert!(copied.is_ok_and(|status| status.success()), "cannot copy {} to {}", from.display(), to.display());
}
