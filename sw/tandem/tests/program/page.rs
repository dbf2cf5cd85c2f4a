//! `docs/operating.md` shows what the program prints.

use crate::bench::{Bench, CARD};

/// The blocks of the page that are fenced with this language, in their order.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let fence = format!("```{language}\n");
    page.split(fence.as_str()).skip(1).map(|rest| &rest[..rest.find("```").expect("the block ends")]).collect()
}

/// Whether a text is what the page shows; a line of three dots there stands for any lines.
fn is_shown(shown: &str, text: &str) -> bool {
    let mut rest = text;
    for (place, part) in shown.split("...\n").enumerate() {
        match rest.find(part) {
            Some(at) if place > 0 || at == 0 => rest = &rest[at + part.len()..],
            _ => return false,
        }
    }
    rest.is_empty() || shown.ends_with("...\n")
}

#[test]
fn shows_what_the_program_prints() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operating.md")).unwrap();
    let bench = Bench::applied();
    let file = bench.path().join("tandem.toml");
    std::fs::copy(&file, bench.path().join("before.toml")).unwrap();
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + blocks(&page, "toml")[0]).unwrap();

    let mut shown = 0;
    for example in blocks(&page, "console").iter().flat_map(|block| block.split("$ ").skip(1)) {
        let (command, output) = example.split_once('\n').unwrap();
        let arguments: Vec<&str> = command.strip_prefix("tandem ").unwrap().split(' ').chain([CARD]).collect();
        let printed = String::from_utf8(bench.run(&arguments).stdout).unwrap();
        assert!(is_shown(output, &printed), "{command} prints\n{printed}");
        shown += 1;
    }
    assert_eq!(shown, 8);
}

#[test]
fn three_dots_stand_for_any_lines_and_nothing_else_does() {
    assert!(is_shown("a\n...\nd\n", "a\nb\nc\n\nd\n") || is_shown("a\n...\nd\n", "a\nb\nc\nd\n"));
    assert!(!is_shown("a\n...\nd\n", "a\nb\nc\nd\ne\n") && !is_shown("b\n", "a\nb\n") && !is_shown("a\n", "a\nb\n"));
}
