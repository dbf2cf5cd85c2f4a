//! What the pages name is there.

use crate::modules::join;
use crate::tree::{extension, folder};
use crate::{Finding, Tree};
use std::collections::BTreeSet;

/// Top-level folders by which a path in a page is known to be one of ours.
const OURS: [&str; 6] = ["constraints/", "docs/", "hw/", "sim/", "sw/", "testbench/"];

/// Links to no file and to no heading, and paths in backticks that are nowhere. The changelog tells of files that are gone.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = vec![];
    for (path, text) in tree.with(&["md"]) {
        for (number, line) in prose(text) {
            for target in links(line) {
                findings.extend(broken(tree, path, text, target).map(|what| Finding::new(path, number, what)));
            }
            let gone = code_spans(line).filter(|span| path != "CHANGELOG.md" && is_path(span) && !is_there(tree, span));
            findings.extend(gone.map(|span| Finding::new(path, number, format!("there is no {span}"))));
        }
    }
    findings
}

/// The lines outside blocks of code, with their numbers.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut code = false;
    let mut lines = vec![];
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            code = !code;
        } else if !code {
            lines.push((number, line));
        }
    }
    lines
}

/// The targets of `[text](target)` and `[text]: target`, where they do not stand in a code span.
fn links(line: &str) -> Vec<&str> {
    let outside = |at: usize| line[..at].matches('`').count().is_multiple_of(2);
    let inline = line.match_indices("](").filter(|(at, _)| outside(*at)).filter_map(|(at, _)| line[at + 2..].split([')', ' ']).next());
    let reference = line.starts_with('[').then(|| line.split_once("]: ")).flatten().map(|(_, target)| target.trim());
    inline.chain(reference).collect()
}

/// What is wrong with a link's target, as a page in `path` has it.
fn broken(tree: &Tree, path: &str, text: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let file = if file.is_empty() { path.to_owned() } else { join(folder(path), file) };
    if !tree.has(&file) {
        return Some(format!("the link {target} leads to no file"));
    }
    let page = if file == path { text } else { tree.text(&file).unwrap_or_default() };
    let lost = anchor.filter(|anchor| extension(&file) == "md" && !anchors(page).contains(*anchor));
    lost.map(|_| format!("the link {target} leads to no heading"))
}

/// The anchors that GitHub gives to the headings of a page: a second one of the same text gets `-1`.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for (_, line) in prose(text) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let kept = title.trim().chars().filter(|character| character.is_alphanumeric() || "-_ ".contains(*character));
        let anchor = kept.map(|character| if character == ' ' { '-' } else { character }).collect::<String>().to_lowercase();
        let mut names = std::iter::once(anchor.clone()).chain((1..).map(|again| format!("{anchor}-{again}")));
        anchors.extend(names.find(|name| !anchors.contains(name)));
    }
    anchors
}

/// What stands in backticks.
fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether a path is there: from the root, or, for a shell's own folders, from a folder that is laid over its checkout.
fn is_there(tree: &Tree, path: &str) -> bool {
    let inner = format!("/{path}");
    tree.has(path) || tree.files().any(|(file, _)| file.starts_with("hw/shells/") && file.contains(&inner))
}

/// Whether a code span is a path in the repository, and no pattern.
fn is_path(span: &str) -> bool {
    let plain = |character: char| character.is_alphanumeric() || "/._-".contains(character);
    OURS.iter().any(|folder| span.starts_with(folder)) && span.chars().all(plain) && !span.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("docs/a.md", page),
            ("docs/b.md", "# The `one` way!\n\n# Twice\n\n# Twice\n"),
            ("hw/rtl/src/lib.rs", ""),
            ("hw/shells/sume/hw/lib/x.v", ""),
        ]);
        findings(&tree).into_iter().map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn a_link_to_no_file_is_found() {
        assert_eq!(found("See [b](b.md), [lib](../hw/rtl/src/lib.rs), [hw](../hw) and [us](https://x.org/#y)."), <[String; 0]>::default());
        assert_eq!(found("\nSee [c](c.md)."), ["docs/a.md:2: the link c.md leads to no file"]);
        assert_eq!(found("[c]: ../hw/c.md"), ["docs/a.md:1: the link ../hw/c.md leads to no file"]);
    }

    #[test]
    fn a_link_to_no_heading_is_found() {
        assert_eq!(found("# Mine\n[1](#mine) [2](b.md#the-one-way) [3](b.md#twice-1)"), <[String; 0]>::default());
        assert_eq!(found("[x](#mine)"), ["docs/a.md:1: the link #mine leads to no heading"]);
        assert_eq!(found("[x](b.md#twice-2)"), ["docs/a.md:1: the link b.md#twice-2 leads to no heading"]);
    }

    #[test]
    fn a_path_in_backticks_that_is_nowhere_is_found() {
        assert_eq!(
            found("`hw/rtl/src/lib.rs`, `hw/rtl`, `hw/shells/<shell>/`, `hw/*.rs`, `out/verilog`, `hw/lib`"),
            <[String; 0]>::default()
        );
        assert_eq!(found("`hw/rtl/src/outlet.rs`"), ["docs/a.md:1: there is no hw/rtl/src/outlet.rs"]);
    }

    #[test]
    fn code_is_not_read() {
        assert_eq!(found("```\n[c](c.md)\n# Not\n```\nand `[c](c.md)`"), <[String; 0]>::default());
    }
}
