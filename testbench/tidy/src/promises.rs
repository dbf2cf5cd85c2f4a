//! The README is short, and every promise of the hardware has a test.

use crate::code::is_word;
use crate::{Finding, Tree};

/// Words of the README.
const WORDS: usize = 1200;

/// The page of the numbered promises.
const PROMISES: &str = "docs/hardware.md";

/// A README that is missing or longer than 1,200 words.
pub fn readme(tree: &Tree) -> Vec<Finding> {
    let words = tree.text("README.md").map_or(usize::MAX, |text| text.split_whitespace().count());
    if words <= WORDS { vec![] } else { vec![Finding::new("README.md", 0, format!("{words} words; it has at most {WORDS}"))] }
}

/// Promises of `docs/hardware.md` that name neither a test nor a command that is there, or whose number is not the next.
///
/// A promise is a line that begins with its number, as an item of a list (`3. `), a heading (`### 3. `) or a row of a table (`| 3 |`), and
/// what follows up to the next one or the next heading.
pub fn promises(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.text(PROMISES) else { return vec![Finding::new(PROMISES, 0, "there is no page of promises")] };
    let promises = numbered(text);
    let mut findings = vec![];
    if promises.is_empty() {
        findings.push(Finding::new(PROMISES, 0, "promises nothing: every promise begins with its number"));
    }
    for (expected, (line, number, promise)) in (1..).zip(&promises) {
        if *number != expected {
            findings.push(Finding::new(PROMISES, *line, format!("promise {number} stands in the place of promise {expected}")));
        }
        if !promise.split('`').skip(1).step_by(2).any(|span| enforces(tree, span)) {
            findings.push(Finding::new(PROMISES, *line, format!("promise {number} names no test and no command that is there")));
        }
    }
    findings
}

/// Line, number and text of each promise.
fn numbered(text: &str) -> Vec<(usize, usize, String)> {
    let mut promises: Vec<(usize, usize, String)> = vec![];
    let mut open = false;
    for (line, content) in (1..).zip(text.lines()) {
        if let Some(number) = number(content) {
            promises.push((line, number, content.to_owned()));
            open = true;
        } else if content.starts_with('#') {
            open = false;
        } else if let Some((_, _, promise)) = promises.last_mut().filter(|_| open) {
            promise.push('\n');
            promise.push_str(content);
        }
    }
    promises
}

fn number(line: &str) -> Option<usize> {
    let (rest, ends) = match line.strip_prefix("| ") {
        Some(rest) => (rest, " |"),
        None => (line.trim_start_matches('#').trim_start(), ". "),
    };
    let digits = rest.trim_start_matches("**").split(|character: char| !character.is_ascii_digit()).next()?;
    rest.trim_start_matches("**")[digits.len()..].starts_with(ends).then_some(())?;
    digits.parse().ok()
}

/// Whether a code span is a recipe of the Justfile, a file, or a test: `just formal`, `hw/rtl/tests/designs.rs`, `the_hash_is_siphash`.
fn enforces(tree: &Tree, span: &str) -> bool {
    let words: Vec<&str> = span.split_whitespace().collect();
    match words[..] {
        ["just" | "./justw", recipe, ..] => {
            let recipe = |line: &str| line.strip_prefix(recipe).is_some_and(|rest| rest.starts_with([':', ' ']) && rest.contains(':'));
            tree.text("Justfile").is_some_and(|text| text.lines().any(recipe))
        }
        [file] if file.contains('/') => tree.text(file).is_some(),
        [path] => {
            let test = path.rsplit("::").next().unwrap_or(path);
            let item = format!("fn {test}(");
            test.contains('_') && test.chars().all(is_word) && tree.with(&["rs"]).any(|(_, text)| text.contains(&item))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: [(&str, &str); 2] =
        [("Justfile", "formal *OPTIONS: emit\n    x\nother:\n"), ("hw/rtl/tests/rates.rs", "#[test]\nfn every_beat_leaves() {}\n")];

    fn found(page: &str) -> Vec<String> {
        let tree = Tree::of(&[&REST[..], &[(PROMISES, page)]].concat());
        promises(&tree).into_iter().map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn a_promise_that_names_what_is_not_there_is_found() {
        for span in ["just formal --design 256x4", "hw/rtl/tests/rates.rs", "every_beat_leaves", "rates::every_beat_leaves"] {
            assert_eq!(found(&format!("1. So it is.\n   Test: `{span}`\n")), <[String; 0]>::default(), "{span}");
        }
        for span in ["just formality", "hw/rtl/tests/none.rs", "every_beat", "leaves", "fn", ""] {
            let expected = ["docs/hardware.md:1: promise 1 names no test and no command that is there"];
            assert_eq!(found(&format!("1. So it is.\n   Test: `{span}`\n")), expected, "{span}");
        }
    }

    #[test]
    fn promises_are_read_from_lists_headings_and_tables() {
        for page in ["1. A `just x`\n2. B\n", "### 1. A\n`just x`\n### 2. B\n", "| # | promise |\n|---|---|\n| 1 | A |\n| 2 | B |\n"] {
            assert_eq!(found(page).len(), 2, "{page}");
        }
    }

    #[test]
    fn what_stands_under_the_next_heading_does_not_count() {
        assert_eq!(found("1. A\n\n## More\n\n`just formal`\n").len(), 1);
    }

    #[test]
    fn a_number_that_is_not_the_next_is_found() {
        let expected = ["docs/hardware.md:2: promise 3 stands in the place of promise 2"];
        assert_eq!(found("1. A `just formal`\n3. B `just formal`\n"), expected);
    }

    #[test]
    fn a_page_that_promises_nothing_and_no_page_are_found() {
        assert_eq!(found("We promise much.\n"), ["docs/hardware.md: promises nothing: every promise begins with its number"]);
        assert_eq!(promises(&Tree::of(&[])).len(), 1);
    }

    #[test]
    fn a_readme_of_1201_words_is_found_and_one_of_1200_is_not() {
        let of = |words: usize| readme(&Tree::of(&[("README.md", &"word ".repeat(words))]));
        assert_eq!(of(1200), []);
        assert_eq!(of(1201), [Finding::new("README.md", 0, "1201 words; it has at most 1200")]);
        assert_eq!(readme(&Tree::of(&[])).len(), 1);
    }
}
