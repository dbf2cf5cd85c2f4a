//! The commands that the pages name are there, and start as they stand.

use crate::crates::PACKAGES;
use crate::tree::stem;
use crate::{Finding, Tree};

/// A recipe of `justw` itself.
const SETUP: &str = "setup";

/// Recipes, packages, programs and subcommands that a page names and nobody has; and lines to type that begin with `just`, which only those
/// have who installed it. The changelog tells of commands that are gone.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = vec![];
    for (path, text) in tree.with(&["md"]).filter(|(path, _)| *path != "CHANGELOG.md") {
        let mut code = false;
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim_start().starts_with("```") {
                code = !code;
                continue;
            }
            let spans: Vec<&str> = if code { vec![line] } else { line.split('`').skip(1).step_by(2).collect() };
            for command in spans.into_iter().flat_map(commands) {
                let words: Vec<&str> = command.split_whitespace().collect();
                let bare = (code && words.first() == Some(&"just")).then(|| "write ./justw: just itself may not be installed".to_owned());
                findings.extend(bare.or_else(|| missing(tree, &words)).map(|what| Finding::new(path, number, what)));
            }
        }
    }
    findings
}

/// The commands of a line, without a prompt and without the comment behind them.
fn commands(line: &str) -> Vec<&str> {
    let line = line.split(" # ").next().unwrap_or_default();
    line.split("&&").flat_map(|part| part.split(';')).map(|command| command.trim().trim_start_matches("$ ").trim()).collect()
}

/// What a command needs and nobody has.
fn missing(tree: &Tree, words: &[&str]) -> Option<String> {
    match words {
        ["just" | "./justw", recipe, ..] if is_name(recipe) => {
            let recipes = tree.text("Justfile").unwrap_or_default();
            let is_there = *recipe == SETUP || recipes.lines().any(|line| line.split([' ', ':']).next() == Some(recipe));
            (!is_there).then(|| format!("the Justfile has no recipe {recipe}"))
        }
        ["tandem", command, ..] if is_name(command) => {
            let file = format!("sw/tandem/src/command/{}.rs", command.replace('-', "_"));
            (!tree.has(&file)).then(|| format!("tandem has no command {command}"))
        }
        ["tandem-sim", command, ..] if is_name(command) => {
            (!tree.has(&format!("testbench/src/bin/tandem-sim/{command}.rs"))).then(|| format!("tandem-sim has no command {command}"))
        }
        ["cargo", rest @ ..] => rest.windows(2).find_map(|pair| match *pair {
            ["-p" | "--package", package] if is_name(package) => {
                (!PACKAGES.iter().any(|known| known.name == package)).then(|| format!("there is no package {package}"))
            }
            ["--bin", program] if is_name(program) => {
                let is_there = |path: &str| {
                    path.contains("/src/bin/") && (stem(path) == program || path.contains(&format!("/bin/{program}/")))
                        || path.ends_with(&format!("/{program}/src/main.rs"))
                };
                (!tree.files().any(|(path, _)| is_there(path))).then(|| format!("there is no program {program}"))
            }
            _ => None,
        }),
        _ => None,
    }
}

/// Whether a word is a name, and not an option or a place for one.
fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_lowercase()) && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("docs/a.md", page),
            ("Justfile", "demo *OPTIONS: emit\n    cargo run\n\nemit FOLDER=\"out\":\n"),
            ("sw/tandem/src/command/plan.rs", ""),
            ("sw/tandem/src/command/slow_path.rs", ""),
            ("testbench/src/bin/tandem-card/main.rs", ""),
            ("sw/tandem-gateway/src/main.rs", ""),
        ]);
        findings(&tree).into_iter().map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn a_recipe_that_is_not_there_is_found() {
        assert_eq!(found("`just demo`, `./justw emit`, `./justw setup`, `just RECIPE`, `just --list`"), <[String; 0]>::default());
        assert_eq!(found("then `just dance`"), ["docs/a.md:1: the Justfile has no recipe dance"]);
        assert_eq!(found("```sh\n./justw emit && ./justw dance   # a comment\n```"), ["docs/a.md:2: the Justfile has no recipe dance"]);
    }

    #[test]
    fn a_line_to_type_that_needs_just_is_found() {
        assert_eq!(found("```\njust demo\n```"), ["docs/a.md:2: write ./justw: just itself may not be installed"]);
    }

    #[test]
    fn a_command_a_package_and_a_program_that_are_not_there_are_found() {
        assert_eq!(found("```\n$ tandem plan x.toml\ncargo run -p testbench --bin tandem-card -- x\n```"), <[String; 0]>::default());
        assert_eq!(found("`tandem slow-path x`"), <[String; 0]>::default());
        assert_eq!(found("`tandem fly`"), ["docs/a.md:1: tandem has no command fly"]);
        assert_eq!(found("`cargo test --release -p nothing`"), ["docs/a.md:1: there is no package nothing"]);
        assert_eq!(found("`cargo run --bin tandem-gateway`"), <[String; 0]>::default());
        assert_eq!(found("`cargo run --bin peers`"), ["docs/a.md:1: there is no program peers"]);
    }
}
