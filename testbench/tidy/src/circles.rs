//! Files of a package do not use each other in a circle.

use crate::code::{is_word, without_comments};
use crate::tree::{name, stem};
use crate::{Finding, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// A module of a package: the names from its root.
type Module = Vec<String>;

/// Circles of files that name each other by `crate::` or `super::`. A module and those inside it are one: a file may use its folder's.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = vec![];
    for package in tree.packages() {
        let root = format!("{package}src/");
        let files: BTreeMap<Module, (&str, &str)> = tree
            .with(&["rs"])
            .filter_map(|(path, text)| Some((module(path.strip_prefix(&root)?), (path, text))))
            .filter(|(module, _)| module.first().is_none_or(|first| first != "bin"))
            .collect();
        let uses: BTreeMap<&Module, BTreeSet<&Module>> =
            files.iter().map(|(module, (_, text))| (module, used(module, text, &files))).collect();
        for module in files.keys() {
            let circle = reach(module, &uses).into_iter().filter(|other| reach(other, &uses).contains(module));
            let circle: Vec<&Module> = circle.collect();
            // Each circle is told at its first file.
            if circle.first() == Some(&module) {
                let names: Vec<&str> = circle.iter().map(|module| files[*module].0).collect();
                findings.push(Finding::new(
                    files[module].0,
                    0,
                    format!("a circle of uses: {}; give what they share a file", names.join(", ")),
                ));
            }
        }
    }
    findings
}

/// The module that a file of `src` is; the root has no name.
fn module(inside: &str) -> Module {
    let mut names: Module = inside.trim_end_matches(name(inside)).split_terminator('/').map(str::to_owned).collect();
    if !["lib", "main", "mod"].contains(&stem(inside)) {
        names.push(stem(inside).to_owned());
    }
    names
}

/// Everything that is used from a module on.
fn reach<'a>(from: &Module, uses: &BTreeMap<&'a Module, BTreeSet<&'a Module>>) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Module> = uses[from].iter().copied().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module) {
            next.extend(&uses[module]);
        }
    }
    reached
}

/// The other modules that a text names, but for those that it lies in and those that lie in it.
fn used<'a>(module: &Module, text: &str, files: &'a BTreeMap<Module, (&str, &str)>) -> BTreeSet<&'a Module> {
    let code = without_comments(text);
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut used = BTreeSet::new();
    for (at, start) in ["crate::", "super::"].iter().flat_map(|start| code.match_indices(start)) {
        if code[..at].ends_with(|before: char| is_word(before) || before == ':' || before == '$') {
            continue;
        }
        let mut base = if start == "crate::" { vec![] } else { module[..module.len().saturating_sub(1)].to_vec() };
        let mut rest = &code[at + start.len()..];
        while let Some(behind) = rest.strip_prefix("super::") {
            base.pop();
            rest = behind;
        }
        paths(&base, rest, &mut |path| {
            let target = (0..=path.len()).rev().find_map(|length| files.get_key_value(&path[..length])).map(|(target, _)| target);
            used.extend(target.filter(|target| !target.is_empty() && !module.starts_with(target) && !target.starts_with(module)));
        });
    }
    used
}

/// Calls `each` with every path that a path with braces stands for, from `base` on. Returns what is behind it.
fn paths<'t>(base: &[String], text: &'t str, each: &mut impl FnMut(&[String])) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        while !rest.trim_start().starts_with('}') && !rest.trim_start().is_empty() {
            rest = paths(base, rest, each).trim_start();
            // What is renamed is found by its first name.
            rest = rest.find([',', '}']).map_or("", |end| &rest[end..]);
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        return rest.trim_start().strip_prefix('}').unwrap_or_default();
    }
    let end = text.find(|character| !is_word(character)).unwrap_or(text.len());
    let mut path = base.to_vec();
    path.push(text[..end].to_owned());
    match text[end..].strip_prefix("::") {
        Some(rest) if rest.starts_with(|first: char| is_word(first) || first == '{') => paths(&path, rest, each),
        rest => {
            each(&path);
            rest.unwrap_or(&text[end..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let manifest = ("sw/a/Cargo.toml", "[package]\nname = \"a\"\n");
        findings(&Tree::of(&[&[manifest], files].concat())).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn two_files_that_use_each_other_are_found_however_it_is_written() {
        let circle = ["sw/a/src/b.rs: a circle of uses: sw/a/src/b.rs, sw/a/src/c.rs; give what they share a file"];
        for uses in ["use crate::c::X;", "use super::c::{X, Y};", "use crate::{d::Z, c::X as Y};", "fn f() { crate::c::x() }"] {
            assert_eq!(found(&[("sw/a/src/b.rs", uses), ("sw/a/src/c.rs", "use crate::b::B;"), ("sw/a/src/d.rs", "")]), circle, "{uses}");
        }
    }

    #[test]
    fn a_circle_of_three_is_found_once() {
        let files =
            [("sw/a/src/b.rs", "use crate::c::X;"), ("sw/a/src/c.rs", "use crate::d::e::X;"), ("sw/a/src/d/e.rs", "use crate::b::X;")];
        let circle = "sw/a/src/b.rs: a circle of uses: sw/a/src/b.rs, sw/a/src/c.rs, sw/a/src/d/e.rs; give what they share a file";
        assert_eq!(found(&files), [circle]);
    }

    #[test]
    fn a_chain_is_none_and_neither_is_a_file_with_its_folder_or_a_test_s_use() {
        let files = [
            ("sw/a/src/lib.rs", "pub use b::X;"),
            ("sw/a/src/b.rs", "mod c; use crate::b::c::X; use crate::d::X;"),
            ("sw/a/src/b/c.rs", "use super::Y; use crate::b::Z; use crate::Root;"),
            ("sw/a/src/d.rs", "// use crate::b::X;\n#[cfg(test)]\nmod tests {\n use crate::b::X;\n}"),
        ];
        assert_eq!(found(&files), <[String; 0]>::default());
    }
}
