//! `docs/operating.md` is followed word for word, in a folder of its own, with the simulated card. What it prints is compared with the page
//! by the tests of `tandem`.

mod common;

use common::{ROOT, programs};
use std::fs;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The blocks of the page that are fenced with this language, in their order.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let fence = format!("```{language}\n");
    page.split(fence.as_str()).skip(1).map(|rest| &rest[..rest.find("```").expect("the block ends")]).collect()
}

#[test]
fn the_page_is_followed_word_for_word() {
    let page = fs::read_to_string(format!("{ROOT}/docs/operating.md")).unwrap();
    let folder = TempDir::new().unwrap();
    let home = folder.path().join("tandem").display().to_string();
    let [setup, start, ..] = blocks(&page, "sh")[..] else { panic!("the page says how to begin") };
    // What installs and builds has been done: this test runs.
    let (done, setup): (Vec<&str>, Vec<&str>) =
        setup.lines().partition(|line| ["./justw ", "cargo ", "export PATH="].iter().any(|done| line.starts_with(done)));
    assert_eq!(done.len(), 3, "{done:?}");
    let setup = setup.join("\n").replace("/tmp/tandem", &home);
    let mut script = format!("shopt -s expand_aliases\nset -m\ntrap 'kill %2 %1' EXIT\n{setup}\n{start}");
    script += &format!("cat >> tandem.toml << 'END'\n{}END\n", blocks(&page, "toml")[0]);
    let commands = [blocks(&page, "console"), blocks(&page, "text")].concat();
    let commands = commands.iter().flat_map(|block| block.lines()).filter_map(|line| line.strip_prefix("$ "));
    let mut count = 0;
    for command in commands {
        // Alone it watches until somebody ends it.
        let end = if command.starts_with("tandem watch") { " --count 1" } else { "" };
        script += &format!("{command}{end} || [ $? = 2 ] || echo 'FAILED: {command}'\n");
        count += 1;
    }
    assert!(count >= 9 && page.contains("`kill %2 %1`"), "{count} commands, and the page tells how to end");

    let path = format!("{}:{}", programs().display(), std::env::var("PATH").unwrap());
    let mut bash = Command::new("bash");
    bash.args(["-e", "-c", &script]).current_dir(ROOT).env("PATH", path).stdin(Stdio::null());
    let output = bash.output().unwrap();
    let [told, wrong] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(output.status.success() && !told.contains("FAILED"), "{told}\n{wrong}");
    let rate = told.lines().find_map(|line| line.split_once(" frames/s over ")).unwrap_or_else(|| panic!("{told}\n{wrong}")).0;
    assert!(rate.replace(',', "").parse::<u64>().unwrap() > 100, "`watch` sees the traffic of the loop: {rate}");
}
