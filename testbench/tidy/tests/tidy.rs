//! The tracked files keep every rule of the house.

use std::path::Path;
use std::sync::OnceLock;
use tidy::{Finding, Tree, blocks, circles, commands, crates, dead, links, modules, names, picture, printing, promises, spaces, words};

/// Fails with all that `rule` finds in the tracked files.
fn keeps(rule: fn(&Tree) -> Vec<Finding>) {
    static TREE: OnceLock<Tree> = OnceLock::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let findings = rule(TREE.get_or_init(|| Tree::tracked(&root).unwrap_or_else(|error| panic!("{error}"))));
    let list: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
    assert!(findings.is_empty(), "{} findings:\n{list}", findings.len());
}

#[test]
fn an_rtl_block_fits_on_two_screens() {
    keeps(blocks::findings);
}

#[test]
fn a_package_uses_only_what_the_picture_allows() {
    keeps(crates::findings);
}

#[test]
fn the_picture_shows_what_a_package_may_use() {
    keeps(picture::findings);
}

#[test]
fn files_of_a_package_use_each_other_in_no_circle() {
    keeps(circles::findings);
}

#[test]
fn the_words_of_the_old_vocabulary_stand_nowhere() {
    keeps(words::findings);
}

#[test]
fn every_rust_file_is_part_of_a_crate() {
    keeps(modules::findings);
}

#[test]
fn every_other_file_is_named_where_it_is_used() {
    keeps(dead::findings);
}

#[test]
fn every_link_and_path_in_a_page_leads_somewhere() {
    keeps(links::findings);
}

#[test]
fn every_test_that_a_page_names_is_there() {
    keeps(names::findings);
}

#[test]
fn every_command_in_a_page_is_there_and_starts_as_it_stands() {
    keeps(commands::findings);
}

#[test]
fn programs_print_so_that_a_reader_may_go() {
    keeps(printing::findings);
}

#[test]
fn lines_hold_no_tab_and_end_with_no_space() {
    keeps(spaces::findings);
}

#[test]
fn the_readme_has_at_most_1200_words() {
    keeps(promises::readme);
}

#[test]
fn every_promise_of_the_hardware_names_what_enforces_it() {
    keeps(promises::promises);
}
