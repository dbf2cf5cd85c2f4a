//! Text that every editor shows alike.

use crate::tree::extension;
use crate::{Finding, Tree};

/// What people write; files without an extension (Justfile, scripts) too.
const TEXT: [&str; 16] = ["", "rs", "md", "toml", "v", "sv", "vh", "svh", "c", "h", "cpp", "py", "sh", "tcl", "xdc", "txt"];

/// Folders whose text is others': stand-ins that are like their originals.
const THEIRS: [&str; 1] = ["constraints/check/shells/"];

/// Lines with a tab or with a space at the end, and files whose last line does not end.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let written = |path: &str| TEXT.contains(&extension(path)) && !THEIRS.iter().any(|folder| path.starts_with(folder));
    let mut findings = vec![];
    for (path, text) in tree.files().filter(|(path, _)| written(path)) {
        for (number, line) in (1..).zip(text.split_terminator('\n')) {
            // A Makefile's recipes begin with one.
            if line.contains('\t') && !path.ends_with("Makefile") {
                findings.push(Finding::new(path, number, "a tab"));
            }
            if line.ends_with([' ', '\t', '\r']) {
                findings.push(Finding::new(path, number, "a space at the end of the line"));
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            findings.push(Finding::new(path, text.lines().count(), "the last line does not end"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_spaces_at_the_end_and_a_line_without_end_are_found() {
        let found = |path: &str, text: &str| findings(&Tree::of(&[(path, text)]));
        assert_eq!(found("a.rs", "x\n y\n"), []);
        assert_eq!(found("a.rs", "x\n\ty\n"), [Finding::new("a.rs", 2, "a tab")]);
        assert_eq!(found("a.md", "x  \ny\n").len(), 1);
        assert_eq!(found("a.sv", "x\r\n").len(), 1);
        assert_eq!(found("justw", "x\ny"), [Finding::new("justw", 2, "the last line does not end")]);
        assert_eq!(found("hw/Makefile", "all:\n\techo\n"), []);
        assert_eq!(found("a.snap", "x\t \n"), []);
    }
}
