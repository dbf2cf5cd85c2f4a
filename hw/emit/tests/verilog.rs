//! The printed Verilog, as text. What it means is judged by `faithful`, with Verilator.

#[path = "toy/mod.rs"]
mod toy;

use emit::{Design, render};

fn toy() -> String {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/toy");
    render(&Design::new(sources, "variant", "toy_top", toy::Toy::default)).expect("the toy is clean")
}

fn module<'a>(text: &'a str, name: &str) -> &'a str {
    let start = text.find(&format!("module {name} ")).unwrap_or_else(|| panic!("no module {name}"));
    let length = text[start..].find("endmodule").expect("a module ends");
    &text[start..start + length]
}

#[test]
fn is_the_same_on_every_run() {
    assert_eq!(toy(), toy());
}

#[test]
fn prints_one_module_per_kind_of_block_and_none_per_register() {
    let text = toy();
    let modules: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("module ")).map(|line| line.trim_end_matches(" (")).collect();
    assert_eq!(modules, ["toy_top", "timing_source", "halves", "fifo", "ram"]);
}

#[test]
fn heads_each_module_with_its_doc_comment() {
    assert!(toy().contains("\n// Adds one to each half of a word, a clock later.\nmodule halves ("));
}

#[test]
fn prints_no_dollar_and_no_computed_slice() {
    let text = toy();
    assert!(!text.contains('$'), "{text}");
    assert!(!text.contains("[("), "{text}");
    assert!(text.contains("assign high = word[11:6] + 6'h1;"), "{text}");
}

#[test]
fn puts_registers_into_their_parent() {
    let text = toy();
    let fifo = module(&text, "fifo");
    assert!(fifo.contains("reg  [3:0] head_q;"), "{fifo}");
    assert_eq!(fifo.matches("always @(posedge clk) begin").count(), 1, "{fifo}");
    assert!(fifo.contains("if (rst) head_q <= 4'h0; else head_q <= head_d;"), "{fifo}");
}

#[test]
fn connects_a_plain_copy_by_the_port() {
    let text = toy();
    let top = module(&text, "toy_top");
    assert!(top.contains(".i(stages_0_o)"), "{top}");
    assert!(top.contains(".valid(valid)"), "{top}");
    assert!(!top.contains("stages_1_i"), "{top}");
}

#[test]
fn assigns_a_bundle_field_by_field_with_their_names() {
    let text = toy();
    assert!(module(&text, "toy_top").contains("    assign stages_0_i = {\n        i[12], // last\n        i[11:0] // data\n    };\n"));
}
