//! The picture of `docs/architecture.md` shows what `tidy::crates` allows.

use crate::crates::{PACKAGES, Package};
use crate::{Finding, Tree};
use std::collections::BTreeSet;

/// The page with the picture, a graph of mermaid.
const PAGE: &str = "docs/architecture.md";

/// Arrows that the table does not allow, and uses of the table that no path of arrows shows.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    findings_by(&PACKAGES, tree)
}

fn findings_by(packages: &[Package], tree: &Tree) -> Vec<Finding> {
    let arrows = arrows(tree.text(PAGE).unwrap_or_default());
    let mut findings = vec![];
    for (line, user, used) in &arrows {
        let allowed = packages.iter().any(|package| package.name == *user && package.uses.contains(used));
        if !allowed {
            findings.push(Finding::new(PAGE, *line, format!("tidy::crates allows no arrow from {user} to {used}")));
        }
    }
    for package in packages {
        let reached = reach(package.name, &arrows);
        let hidden = package.uses.iter().filter(|used| !reached.contains(*used));
        findings
            .extend(hidden.map(|used| Finding::new(PAGE, 0, format!("no path of arrows leads from {} to {used}: draw one", package.name))));
    }
    findings
}

/// Line, user and used of each arrow. Dotted ones, of tests, do not count.
fn arrows(page: &str) -> Vec<(usize, &str, &str)> {
    let mut arrows = vec![];
    let lines = (1..).zip(page.lines()).skip_while(|(_, line)| *line != "```mermaid").skip(1).take_while(|(_, line)| *line != "```");
    for (number, line) in lines {
        if let Some((user, used)) = line.split_once("-->") {
            let user = user.split_whitespace().next().unwrap_or_default();
            arrows.extend(used.split('&').map(|used| (number, user, used.trim())));
        }
    }
    arrows
}

/// Everything that the arrows lead to.
fn reach<'a>(from: &'a str, arrows: &[(usize, &'a str, &'a str)]) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(at) = next.pop() {
        next.extend(arrows.iter().filter(|(_, user, used)| *user == at && reached.insert(*used)).map(|(_, _, used)| *used));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [Package; 3] = [
        Package { name: "a", uses: &["b", "c"], tests: &[] },
        Package { name: "b", uses: &["c"], tests: &["a"] },
        Package { name: "c", uses: &[], tests: &[] },
    ];

    fn found(graph: &str) -> Vec<String> {
        let page = format!("x --> y\n```mermaid\n{graph}\n```\n");
        findings_by(&TABLE, &Tree::of(&[(PAGE, &page)])).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_picture_that_shows_the_table_is_right_also_by_way_of_others() {
        assert_eq!(found("  a --> b & c\n  b -- text --> c\n  c -.tests.-> a"), <[String; 0]>::default());
        assert_eq!(found("  a --> b\n  b --> c"), <[String; 0]>::default());
    }

    #[test]
    fn an_arrow_too_many_and_one_too_few_are_found() {
        assert_eq!(found("  a --> b\n  b --> c & a"), ["docs/architecture.md:4: tidy::crates allows no arrow from b to a"]);
        assert_eq!(found("  a --> c\n  b --> c"), ["docs/architecture.md: no path of arrows leads from a to b: draw one"]);
    }
}
