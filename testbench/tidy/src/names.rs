//! Tests that the pages name are there.

use crate::code::is_word;
use crate::tree::extension;
use crate::{Finding, Tree};
use std::collections::BTreeSet;

/// Words of a name that is a sentence, as a test's is. Shorter ones may be other people's.
const LONG: usize = 5;

/// Sentences in backticks that are the name of nothing outside the pages. The changelog tells of names that are gone.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let others = tree.files().filter(|(path, _)| extension(path) != "md");
    let known: BTreeSet<&str> =
        others.flat_map(|(_, text)| text.split(|character| !is_word(character)).filter(|word| is_long(word))).collect();
    let mut findings = vec![];
    for (path, text) in tree.with(&["md"]).filter(|(path, _)| *path != "CHANGELOG.md") {
        let mut code = false;
        for (number, line) in (1..).zip(text.lines()) {
            code ^= line.trim_start().starts_with("```");
            let spans = line.split('`').skip(1).step_by(2).filter(|_| !code);
            let names = spans.filter_map(|span| span.rsplit("::").next()).filter(|name| name.chars().all(is_word) && is_long(name));
            let gone = names.filter(|name| !known.contains(name));
            findings.extend(gone.map(|name| Finding::new(path, number, format!("nothing is called {name}: write its new name"))));
        }
    }
    findings
}

fn is_long(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('_').filter(|word| !word.is_empty()).count() >= LONG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_that_only_pages_have_is_found() {
        let found = |page: &str| {
            let files = [("docs/a.md", page), ("docs/b.md", "one_two_three_four_five"), ("a.rs", "fn no_packet_sees_half_a_commit() {}")];
            findings(&Tree::of(&files)).iter().map(Finding::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            found("`no_packet_sees_half_a_commit`, `a::no_packet_sees_half_a_commit`, `rx_queue_map`, one_two_three_four_five"),
            <[String; 0]>::default()
        );
        assert_eq!(found("`one_two_three_four_five`"), ["docs/a.md:1: nothing is called one_two_three_four_five: write its new name"]);
    }
}
