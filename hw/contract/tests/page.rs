//! The page that people read says what the table says.

use std::fs;

#[test]
fn the_register_page_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/registers.md");
    let page = fs::read_to_string(path).unwrap_or_else(|error| panic!("docs/registers.md: {error}; write it with: just registers"));
    assert!(page == contract::page::render(), "docs/registers.md is not what the table says: look at the difference after: just registers");
}
