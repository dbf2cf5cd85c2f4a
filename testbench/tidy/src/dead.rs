//! Every file that is not Rust is named by one that uses it.

use crate::code::find_word;
use crate::tree::{extension, folder, name, stem};
use crate::{Finding, Tree};

/// Files that people, Cargo, git or `just` know by their names.
const KNOWN: [&str; 15] = [
    ".ci/run",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "Justfile",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "deny.toml",
    "hw/emit/README.md",
    "justw",
    "rustfmt.toml",
];

/// Folders that are used as a whole, and by whom.
const WHOLE: [(&str, &str); 3] = [
    ("constraints/check/shells/", "constraints/check/src/lib.rs"), // stand-ins of the shells' checkouts, copied
    ("hw/shells/", "constraints/open_nic.tcl"),                    // what is laid over the shells' checkouts
    ("constraints/open_nic/", "constraints/open_nic.tcl"),         // clocks, by the name of the box
];

/// Files that no other file names: by name, or by stem within their package, and snapshots of tests that are gone.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = vec![];
    let packages = tree.packages();
    let rust = |path: &str| extension(path) == "rs" || name(path) == "Cargo.toml";
    for (path, _) in tree.files().filter(|(path, _)| !rust(path) && !KNOWN.contains(path)) {
        if extension(path) == "snap" {
            findings.extend(snapshot(tree, path));
            continue;
        }
        if WHOLE.iter().any(|(whole, user)| path.starts_with(whole) && extension(path) != "sv" && tree.has(user)) {
            continue;
        }
        let package = packages.iter().find(|package| path.starts_with(**package)).copied().unwrap_or_default();
        let names = |(other, text): (&str, &str)| {
            let told = ["CHANGELOG.md", "Cargo.lock"].contains(&other) || other.starts_with("testbench/tidy/");
            let home = !package.is_empty() && other.starts_with(package);
            other != path && !told && (text.contains(name(path)) || home && find_word(text, stem(path)).is_some())
        };
        if !tree.files().any(names) {
            findings.push(Finding::new(path, 0, "no other file names it: remove it, or name it where it is used"));
        }
    }
    findings
}

/// A snapshot is called `<test crate>__<module>__<name>.snap`: what is wrong if there is no such test, or no such module.
fn snapshot(tree: &Tree, path: &str) -> Option<Finding> {
    let tests = folder(path).strip_suffix("snapshots/").unwrap_or_default();
    let parts: Vec<&str> = stem(path).split("__").collect();
    let candidates = match parts[..] {
        [test, _] => vec![format!("{tests}{test}.rs"), format!("{tests}main.rs"), format!("{tests}mod.rs")],
        [_, module, _] => vec![format!("{tests}{module}.rs"), format!("{tests}{module}/mod.rs")],
        _ => vec![],
    };
    let there = candidates.iter().any(|file| tree.text(file).is_some());
    (!there).then(|| Finding::new(path, 0, "no test makes this snapshot: remove it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead(files: &[(&str, &str)]) -> Vec<String> {
        findings(&Tree::of(files)).into_iter().map(|finding| finding.path).collect()
    }

    #[test]
    fn a_file_that_no_other_names_is_found() {
        let files = [("hw/a.sv", "module a; // a.sv"), ("hw/build.tcl", "read b.sv"), ("hw/b.sv", ""), ("README.md", "build.tcl")];
        assert_eq!(dead(&files), ["hw/a.sv"]);
    }

    #[test]
    fn a_stem_counts_within_the_package_only() {
        let package = ("hw/a/Cargo.toml", "[package]");
        let files = [package, ("hw/a/tests/t.rs", "run(\"bench\")"), ("hw/a/bench.sv", ""), ("hw/a/other.sv", ""), ("hw/t.rs", "other")];
        assert_eq!(dead(&files), ["hw/a/other.sv"]);
    }

    #[test]
    fn what_only_the_changelog_tells_of_is_dead() {
        assert_eq!(dead(&[("CHANGELOG.md", "x.py"), ("x.py", "")]), ["x.py"]);
    }

    #[test]
    fn a_snapshot_whose_test_is_gone_is_found() {
        let files = [
            ("a/tests/designs.rs", ""),
            ("a/tests/program/looks.rs", ""),
            ("a/tests/program/snapshots/program__looks__help.snap", ""),
            ("a/tests/program/snapshots/program__gone__help.snap", ""),
            ("a/tests/snapshots/designs__core.snap", ""),
            ("a/tests/snapshots/gone__core.snap", ""),
        ];
        assert_eq!(dead(&files), ["a/tests/program/snapshots/program__gone__help.snap", "a/tests/snapshots/gone__core.snap"]);
    }
}
