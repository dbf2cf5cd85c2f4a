//! The files that git tracks, and what a rule finds in them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::Command;

/// Files by their path from the workspace's root. What is not UTF-8 counts as empty.
#[derive(Debug, Default)]
pub struct Tree(BTreeMap<String, String>);

impl Tree {
    /// The tracked files of the workspace in `root`, with the text they have now; those deleted and not yet committed are left out.
    ///
    /// # Errors
    /// That git is missing, or that `root` is not in a repository.
    pub fn tracked(root: &Path) -> Result<Self, String> {
        let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output();
        let output = output.map_err(|error| format!("git does not start: {error}; install it with: apt-get install git"))?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            return Err(format!("git does not list the files of {}: {why}; run this test in a clone", root.display()));
        }
        let listed = String::from_utf8(output.stdout).map_err(|error| format!("a file's name is not UTF-8: {error}"))?;
        let mut files = BTreeMap::new();
        for path in listed.split_terminator('\0') {
            match std::fs::read(root.join(path)) {
                Ok(bytes) => drop(files.insert(path.to_owned(), String::from_utf8(bytes).unwrap_or_default())),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(format!("{path}: {error}")),
            }
        }
        Ok(Self(files))
    }

    /// A made-up tree.
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Whether there is a file or a folder of this path.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.0.contains_key(path) || self.0.range(folder.clone()..).next().is_some_and(|(next, _)| next.starts_with(&folder))
    }

    /// All files, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The files whose name ends with `.` and one of these.
    pub fn with<'a>(&'a self, extensions: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files().filter(move |(path, _)| extensions.contains(&extension(path)))
    }

    /// The folders that hold a package, with a slash at the end; the longest first.
    pub fn packages(&self) -> Vec<&str> {
        let manifests = self.files().filter(|(path, text)| name(path) == "Cargo.toml" && text.contains("[package]"));
        let mut folders: Vec<_> = manifests.map(|(path, _)| folder(path)).collect();
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.len()));
        folders
    }
}

/// The name of a file.
pub fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The name of a file without what follows its first dot.
pub fn stem(path: &str) -> &str {
    name(path).split('.').next().unwrap_or_default()
}

/// What follows the last dot of a file's name.
pub fn extension(path: &str) -> &str {
    name(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The folder of a file, with a slash at the end; empty for the root.
pub fn folder(path: &str) -> &str {
    &path[..path.len() - name(path).len()]
}

/// What a rule finds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// The line, from 1; 0 for the whole file.
    pub line: usize,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Finding {
    /// A finding in a line, counted from 1, or in the whole file.
    pub fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_falls_into_folder_stem_and_extension() {
        let path = "hw/rtl/src/tests.data.rs";
        assert_eq!((folder(path), name(path), stem(path), extension(path)), ("hw/rtl/src/", "tests.data.rs", "tests", "rs"));
        assert_eq!((folder("justw"), extension("justw")), ("", ""));
    }

    #[test]
    fn a_tree_has_its_files_and_their_folders() {
        let tree = Tree::of(&[("hw/rtl/src/lib.rs", "")]);
        for there in ["hw", "hw/", "hw/rtl", "hw/rtl/src/lib.rs"] {
            assert!(tree.has(there), "{there}");
        }
        for missing in ["hw/rtl/sr", "sw", "hw/rtl/src/lib"] {
            assert!(!tree.has(missing), "{missing}");
        }
    }

    #[test]
    fn a_folder_outside_a_repository_is_an_error_that_names_it() {
        let error = Tree::tracked(Path::new("/")).unwrap_err();
        assert!(error.contains("of /:") && error.contains("run this test in a clone"), "{error}");
    }
}
