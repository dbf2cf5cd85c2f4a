//! How programs print: so that a reader that has gone, such as `head`, changes no exit code.

use crate::code::without_comments;
use crate::{Finding, Tree};

/// Macros that panic when nobody reads any more.
const MACROS: [&str; 2] = ["println!(", "print!("];

/// Those macros in the sources of a crate; build scripts, examples, tests and benchmarks print for cargo.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let sources = tree.files().filter(|(path, _)| path.ends_with(".rs") && path.contains("/src/"));
    let of_file = sources.flat_map(|(path, text)| {
        let code = without_comments(text);
        let lines: Vec<usize> = (1..).zip(code.lines()).filter(|(_, line)| prints(line)).map(|(number, _)| number).collect();
        lines
            .into_iter()
            .map(move |number| Finding::new(path, number, "panics without a reader: use operator::output::print, or tools::print"))
    });
    of_file.collect()
}

fn prints(line: &str) -> bool {
    MACROS.iter().any(|name| line.match_indices(name).any(|(at, _)| !line[..at].ends_with(|before: char| before.is_alphanumeric())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_that_panics_is_found_in_sources_only() {
        let found = |path: &str, text: &str| findings(&Tree::of(&[(path, text)])).len();
        assert_eq!(found("sw/a/src/main.rs", "fn main() {\n    println!(\"x\");\n    print!(\"y\");\n}\n"), 2);
        assert_eq!(found("sw/a/src/main.rs", "eprintln!(\"x\");\n// println!(\"y\")\nprint(\"z\");\n"), 0);
        assert_eq!(found("sw/a/build.rs", "println!(\"x\");\n"), 0);
        assert_eq!(found("sw/a/tests/a.rs", "println!(\"x\");\n"), 0);
    }
}
