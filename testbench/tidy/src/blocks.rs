//! An RTL block fits on two screens.

use crate::{Finding, Tree};

/// Lines of two screens.
const LINES: usize = 150;

/// Where blocks are.
const FOLDER: &str = "hw/rtl/src/";

/// Files that may be longer, and why: they are the walk itself, stage after stage, and a reader wants it in one piece.
const LONGER: [(&str, &str); 5] = [
    ("hw/rtl/src/pipeline.rs", "every stage of the decision, in order"),
    ("hw/rtl/src/port_core.rs", "one port: from frames and registers to decided frames"),
    ("hw/rtl/src/shared_core.rs", "two ports: from frames and registers to decided frames"),
    ("hw/rtl/src/port_stream.rs", "one port's frames, from their first beat to their last"),
    ("hw/rtl/src/tandem_distributor.rs", "the distributor's ports, each with its comment"),
];

/// Files of blocks that are longer than two screens without their tests, and names of exceptions that are none.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let blocks = tree.with(&["rs"]).filter(|(path, _)| path.starts_with(FOLDER) && !path.contains("/bin/"));
    let long = blocks.map(|(path, text)| (path, length(text))).filter(|(_, lines)| *lines > LINES);
    let (excused, found): (Vec<_>, Vec<_>) = long.partition(|(path, _)| LONGER.iter().any(|(longer, _)| longer == path));
    let stale = LONGER.iter().filter(|(path, _)| excused.iter().all(|(long, _)| long != path));
    let mut findings: Vec<_> = found
        .into_iter()
        .map(|(path, lines)| Finding::new(path, 0, format!("{lines} lines without tests; a block has at most {LINES}: divide it")))
        .collect();
    findings
        .extend(stale.map(|(path, _)| Finding::new(path, 0, "not there or short enough: remove it from the exceptions of tidy::blocks")));
    findings
}

/// Lines in front of the tests, which come last.
fn length(text: &str) -> usize {
    text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: usize) -> String {
        "x\n".repeat(count)
    }

    /// A tree in which every exception is one, and a block.
    fn found(path: &str, text: &str) -> Vec<Finding> {
        let long = lines(LINES + 1);
        let mut files: Vec<_> = LONGER.iter().map(|(path, _)| (*path, long.as_str())).collect();
        files.push((path, text));
        findings(&Tree::of(&files))
    }

    #[test]
    fn a_block_of_151_lines_is_found_and_one_of_150_is_not() {
        assert_eq!(found("hw/rtl/src/parse/network.rs", &lines(150)), []);
        assert_eq!(found("hw/rtl/src/parse/network.rs", &lines(151)).len(), 1);
    }

    #[test]
    fn tests_do_not_count() {
        assert_eq!(found("hw/rtl/src/parse/network.rs", &(lines(149) + "#[cfg(test)]\n" + &lines(100))), []);
    }

    #[test]
    fn other_files_may_be_longer() {
        assert_eq!(found("hw/rtl/tests/designs.rs", &lines(500)), []);
    }

    #[test]
    fn an_exception_that_is_none_is_found() {
        assert_eq!(found(LONGER[0].0, &lines(150)).len(), 1);
    }
}
