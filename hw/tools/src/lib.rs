//! Finds the programs that a workspace brings in its `.tools`, and runs them.
//!
//! `./justw setup` fills `.tools/bin`; `./justw setup PACKAGE` fills `.tools/PACKAGE` with what that package pins (see `install.sh`).
//! Every error names the command that installs what is missing.

use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::{env, io};

/// How many lines of a program's output an error shows.
const LINES: usize = 20;

/// Why a program has not done its work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not installed.
    #[error("{program} is not in {place}; install it with: {install}")]
    Missing {
        /// The program or file.
        program: String,
        /// Where it was looked for.
        place: String,
        /// The command that installs it.
        install: String,
    },
    /// The system does not start it.
    #[error("{} does not start: {source}; install it anew with: ./justw setup", .program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// What the system answers.
        source: io::Error,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system answers.
        source: io::Error,
    },
    /// It ends with an error.
    #[error("{} in {} ends with {status}:\n{end}", .program.display(), .folder.display())]
    Failed {
        /// The program.
        program: PathBuf,
        /// The folder it ran in.
        folder: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// The last lines of its output.
        end: String,
    },
}

/// Prints a line. A reader that has gone changes nothing: exit codes tell what was done.
pub fn print(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// The folder of the workspace that this crate is part of.
pub fn workspace() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    folder.canonicalize().unwrap_or(folder)
}

/// The folder that `./justw setup` fills with programs; it is not there where the system's own programs serve.
pub fn bin() -> PathBuf {
    workspace().join(".tools/bin")
}

/// The value of `PATH` for programs that start others: [`bin`] first, then the folders of `PATH`.
pub fn search_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    // Only a folder's name with a colon in it cannot be joined; programs are then found as without `.tools`.
    env::join_paths(std::iter::once(bin()).chain(env::split_paths(&path))).unwrap_or(path)
}

/// The path of `program`: in [`bin`], else in the first folder of `PATH` that has it.
///
/// # Errors
/// [`Error::Missing`].
pub fn find(program: &str) -> Result<PathBuf, Error> {
    let missing = || Error::Missing { program: program.into(), place: ".tools/bin or on the path".into(), install: "./justw setup".into() };
    find_in(&search_path(), program).ok_or_else(missing)
}

/// The path of `program` of the pinned `package`: in `.tools/PACKAGE/bin` and nowhere else, because results depend on its version.
///
/// # Errors
/// [`Error::Missing`].
pub fn pinned(package: &str, program: &str) -> Result<PathBuf, Error> {
    let place = format!(".tools/{package}");
    let folder = workspace().join(&place).join("bin");
    find_in(folder.as_os_str(), program).ok_or(Error::Missing {
        program: program.into(),
        place,
        install: format!("./justw setup {package}"),
    })
}

/// The path of a file or folder that `./justw setup` unpacks, by its path in `.tools`.
///
/// # Errors
/// [`Error::Missing`].
pub fn unpacked(file: &str) -> Result<PathBuf, Error> {
    let path = workspace().join(".tools").join(file);
    let missing = || Error::Missing { program: file.into(), place: ".tools".into(), install: "./justw setup".into() };
    if path.exists() { Ok(path) } else { Err(missing()) }
}

/// The files that a list of Verilog files (`.f`) names, in its order; their paths are relative to the list.
///
/// # Errors
/// [`Error::Unreadable`].
pub fn listed(list: &Path) -> Result<Vec<PathBuf>, Error> {
    let text = std::fs::read_to_string(list).map_err(|source| Error::Unreadable { path: list.into(), source })?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    Ok(lines.map(|line| list.with_file_name(line)).collect())
}

/// The text of the files that a list names, one after the other.
///
/// # Errors
/// [`Error::Unreadable`].
pub fn text_of(list: &Path) -> Result<String, Error> {
    let text = |path: PathBuf| std::fs::read_to_string(&path).map_err(|source| Error::Unreadable { path, source });
    listed(list)?.into_iter().map(text).collect()
}

/// Runs `command` and gives all that it printed, standard output first.
///
/// # Errors
/// [`Error::Start`], and [`Error::Failed`] unless it ends with 0.
pub fn run(command: &mut Command) -> Result<String, Error> {
    let (status, printed) = output(command)?;
    if status.success() {
        return Ok(printed);
    }
    let folder = command.get_current_dir().unwrap_or(Path::new(".")).into();
    Err(Error::Failed { program: command.get_program().into(), folder, status, end: end(&printed) })
}

/// Runs `command` and gives how it ended and all that it printed, for programs whose exit status is an answer.
///
/// # Errors
/// [`Error::Start`].
pub fn output(command: &mut Command) -> Result<(ExitStatus, String), Error> {
    let output = command.output().map_err(|source| Error::Start { program: command.get_program().into(), source })?;
    Ok((output.status, String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()))
}

/// The last lines of what a program printed, without its warnings.
pub fn end(printed: &str) -> String {
    let lines: Vec<&str> = printed.lines().filter(|line| !line.starts_with("Warning:")).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

fn find_in(path: &OsStr, program: &str) -> Option<PathBuf> {
    env::split_paths(path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_first_folder_of_the_path_that_has_a_program_wins() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second, third] = ["first", "second", "third"].map(|name| folder.path().join(name));
        for with in [&second, &third] {
            fs::create_dir(with).unwrap();
            fs::write(with.join("yosys"), "").unwrap();
        }
        fs::create_dir_all(first.join("yosys")).unwrap(); // a folder is no program
        let path = env::join_paths([&first, &second, &third]).unwrap();
        assert_eq!(find_in(&path, "yosys"), Some(second.join("yosys")));
        assert_eq!(find_in(&path, "verilator"), None);
    }

    #[test]
    fn a_list_names_files_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("top.f");
        fs::write(&list, "// Files.\nb.v\n\na.v\n").unwrap();
        fs::write(folder.path().join("a.v"), "a\n").unwrap();
        assert_eq!(listed(&list).unwrap(), [folder.path().join("b.v"), folder.path().join("a.v")]);
        assert!(text_of(&list).unwrap_err().to_string().contains("b.v"));
        fs::write(folder.path().join("b.v"), "b\n").unwrap();
        assert_eq!(text_of(&list).unwrap(), "b\na\n");
    }

    #[test]
    fn the_workspace_s_own_programs_come_first() {
        assert!(workspace().join("Cargo.lock").is_file());
        assert_eq!(env::split_paths(&search_path()).next(), Some(bin()));
    }

    #[test]
    fn what_is_missing_is_named_with_the_command_that_installs_it() {
        let message = |found: Result<PathBuf, Error>| found.unwrap_err().to_string();
        assert_eq!(message(find("no-such-program")), "no-such-program is not in .tools/bin or on the path; install it with: ./justw setup");
        assert_eq!(message(pinned("no-such", "yosys")), "yosys is not in .tools/no-such; install it with: ./justw setup no-such");
        assert_eq!(message(unpacked("guest/none")), "guest/none is not in .tools; install it with: ./justw setup");
    }

    #[test]
    fn a_program_that_fails_is_named_with_the_end_of_its_output_and_without_its_warnings() {
        let script = "echo Warning: much; for line in $(seq 30); do echo line $line; done; echo last >&2; exit 3";
        let error = run(Command::new("sh").args(["-c", script]).current_dir("/")).unwrap_err().to_string();
        assert!(error.starts_with("sh in / ends with exit status: 3:\nline 12\n"), "{error}");
        assert!(error.ends_with("line 30\nlast"), "{error}");
    }

    #[test]
    fn a_program_that_succeeds_gives_all_that_it_printed() {
        assert_eq!(run(Command::new("sh").args(["-c", "echo error >&2; echo out"])).unwrap(), "out\nerror\n");
    }

    #[test]
    fn a_program_that_does_not_start_is_an_error() {
        assert!(matches!(run(&mut Command::new("/no-such-program")), Err(Error::Start { .. })));
    }
}
