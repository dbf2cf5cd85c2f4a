//! Every Rust file is part of a crate.

use crate::code::{find_word, without_comments};
use crate::tree::{folder, name, stem};
use crate::{Finding, Tree};
use std::collections::BTreeSet;

/// Rust files that no crate's root leads to by `mod`, and that no other file names by their folder and name.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<String> = tree.with(&["rs"]).map(|(path, _)| path).filter(|path| is_root(tree, path)).map(str::to_owned).collect();
    while let Some(path) = next.pop() {
        if let Some(text) = tree.text(&path).filter(|_| !reached.contains(&path)) {
            next.extend(modules(&path, is_root(tree, &path), text));
            reached.insert(path);
        }
    }
    let dead = tree.with(&["rs"]).filter(|(path, _)| !reached.contains(*path) && !named(tree, path));
    dead.map(|(path, _)| Finding::new(path, 0, "no crate leads here by `mod`: remove it, or name it")).collect()
}

/// Whether Cargo takes the file for the root of a crate: by its place, or by the manifest.
fn is_root(tree: &Tree, path: &str) -> bool {
    let packages = tree.packages();
    let Some(package) = packages.iter().find(|package| path.starts_with(**package)) else { return false };
    let inside = &path[package.len()..];
    if ["build.rs", "src/lib.rs", "src/main.rs"].contains(&inside) {
        return true;
    }
    let manifest = tree.text(&format!("{package}Cargo.toml")).unwrap_or_default();
    if manifest.contains(&format!("path = \"{inside}\"")) {
        return true;
    }
    let targets = ["src/bin/", "tests/", "benches/", "examples/"];
    let Some(target) = targets.iter().find_map(|target| inside.strip_prefix(target)) else { return false };
    !target.contains('/') || target.ends_with("/main.rs") && target.matches('/').count() == 1
}

/// The files that the `mod` items of a file may be in.
fn modules(path: &str, root: bool, text: &str) -> Vec<String> {
    let of_folder = root || name(path) == "mod.rs";
    let inner = if of_folder { folder(path).to_owned() } else { format!("{}{}/", folder(path), stem(path)) };
    let mut files = vec![];
    let mut given: Option<String> = None;
    for line in without_comments(text).lines().map(str::trim) {
        if let Some(attribute) = line.strip_prefix("#[path = \"") {
            given = attribute.split('"').next().map(|relative| join(folder(path), relative));
        } else if let Some(module) = line.strip_suffix(';').and_then(module) {
            match given.take() {
                Some(file) => files.push(file),
                None => files.extend([format!("{inner}{module}.rs"), format!("{inner}{module}/mod.rs")]),
            }
        }
    }
    files
}

/// The name in `mod name`, with or without a visibility.
fn module(item: &str) -> Option<&str> {
    let at = find_word(item, "mod")?;
    let before = item[..at].trim_end();
    let visible = before.is_empty() || before.starts_with("pub") || before.ends_with(']');
    visible.then(|| item[at + "mod".len()..].trim()).filter(|name| name.chars().all(crate::code::is_word))
}

/// `folder` and a path from there.
pub(crate) fn join(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split_terminator('/').collect();
    for part in relative.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether another file names this one by its folder and name, as a macro or a test does that reads it.
fn named(tree: &Tree, path: &str) -> bool {
    let parent = name(folder(path).trim_end_matches('/'));
    let call = format!("{parent}/{}", name(path));
    tree.files().any(|(other, text)| other != path && text.contains(&call))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: (&str, &str) = ("sw/a/Cargo.toml", "[package]\nname = \"a\"\n[[bench]]\npath = \"speed/far.rs\"\n");

    fn dead(files: &[(&str, &str)]) -> Vec<String> {
        findings(&Tree::of(&[&[MANIFEST], files].concat())).into_iter().map(|finding| finding.path).collect()
    }

    #[test]
    fn a_file_that_no_mod_reaches_is_found() {
        assert_eq!(dead(&[("sw/a/src/lib.rs", "mod b;\n// mod c;\n"), ("sw/a/src/b.rs", ""), ("sw/a/src/c.rs", "")]), ["sw/a/src/c.rs"]);
    }

    #[test]
    fn what_only_a_dead_file_reaches_is_found() {
        let dead = dead(&[("sw/a/src/lib.rs", ""), ("sw/a/src/b.rs", "mod c;"), ("sw/a/src/b/c.rs", "")]);
        assert_eq!(dead, ["sw/a/src/b.rs", "sw/a/src/b/c.rs"]);
    }

    #[test]
    fn modules_are_followed_through_folders_paths_and_roots() {
        let files = [
            ("sw/a/build.rs", "#[path = \"build/tools.rs\"]\nmod tools;"),
            ("sw/a/build/tools.rs", ""),
            ("sw/a/src/lib.rs", "pub(crate) mod b;\n#[cfg(test)]\nmod tests;\npub mod d { }"),
            ("sw/a/src/b.rs", "mod c;\n    #[path = \"../x/y.rs\"]\n    mod y;"),
            ("sw/a/src/b/c/mod.rs", "mod e;"),
            ("sw/a/src/b/c/e.rs", ""),
            ("sw/a/x/y.rs", ""),
            ("sw/a/src/tests.rs", ""),
            ("sw/a/src/bin/one.rs", ""),
            ("sw/a/src/bin/two/main.rs", "mod three;"),
            ("sw/a/src/bin/two/three.rs", ""),
            ("sw/a/tests/t.rs", "mod common;"),
            ("sw/a/tests/common/mod.rs", ""),
            ("sw/a/speed/far.rs", ""),
        ];
        assert_eq!(dead(&files), <[String; 0]>::default());
    }

    #[test]
    fn a_file_in_a_folder_of_tests_is_no_root() {
        assert_eq!(dead(&[("sw/a/tests/t/other.rs", "")]), ["sw/a/tests/t/other.rs"]);
    }

    #[test]
    fn a_file_that_another_names_by_folder_and_name_is_not_dead() {
        let dead = dead(&[("sw/a/tests/t.rs", "read!(\"hidden/one/mod.rs\");"), ("sw/a/tests/hidden/one/mod.rs", "")]);
        assert_eq!(dead, <[String; 0]>::default());
    }
}
