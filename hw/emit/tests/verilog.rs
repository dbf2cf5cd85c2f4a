//! The printed Verilog, as text. What it means is judged by `faithful`, with Verilator.

#[path = "toy/mod.rs"]
mod toy;

use emit::{Design, HEADER, Library, Module, render};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/toy");

fn toy() -> String {
    render(&Design::new("variant", "", SOURCES).with_top("toy_top", toy::Toy::default)).expect("the toy is clean").text("toy_top")
}

/// Two tops in one library.
fn both() -> Library {
    let design = Design::new("variant", "toy_", SOURCES).with_top("toy_top", toy::Toy::default).with_top("queues", toy::Queues::default);
    render(&design).expect("the toy is clean")
}

fn names(modules: Vec<&Module>) -> Vec<&str> {
    modules.into_iter().map(Module::name).collect()
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
    let modules: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("module ")).filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(modules, ["timing_source", "halves", "ram", "fifo", "toy_top"]);
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

#[test]
fn begins_every_name_but_the_tops_with_the_prefix_and_shares_modules_between_tops() {
    let library = both();
    assert_eq!(names(library.list("toy_top")), ["toy_timing_source", "toy_halves", "toy_ram", "toy_fifo_queue", "toy_top"]);
    assert_eq!(names(library.list("queues")), ["toy_ram", "toy_fifo_queue", "toy_fifo_short", "queues"]);
    assert_eq!(library.modules().len(), 7, "each module is there once");
    assert!(library.list("nothing").is_empty());
    assert!(library.text("queues").contains("    toy_fifo_short short ("), "{}", library.text("queues"));
}

#[test]
fn emits_a_primitive_once_with_its_parameters() {
    let library = both();
    let text = library.text("queues");
    assert!(text.starts_with(HEADER));
    assert_eq!(text.matches("module toy_ram #(\n    parameter WIDTH = 8,\n    parameter ADDR_WIDTH = 4\n) (").count(), 1, "{text}");
    assert!(module(&text, "toy_ram").contains("[ADDR_WIDTH-1:0] write_address,"), "{text}");
    assert!(text.contains("    toy_ram #(.WIDTH(13), .ADDR_WIDTH(3)) memory ("), "{text}");
    assert!(text.contains("    toy_ram #(.WIDTH(3), .ADDR_WIDTH(2)) memory ("), "{text}");
    assert!(text.contains("// A memory of 2^ADDR_WIDTH words, whose words are there without a clock.\nmodule toy_ram"), "{text}");
}

#[test]
fn reads_the_fields_of_a_bundle_by_their_names() {
    let library = both();
    let (queues, fifo) = (library.text("queues"), toy());
    assert!(module(&queues, "queues").contains("    wire [12:0] i_long = i[12:0];\n    wire [2:0] i_short = i[15:13];\n"), "{queues}");
    assert!(module(&queues, "queues").contains("    assign long_data = i_long;"), "{queues}");
    assert!(module(&fifo, "toy_top").contains("    assign o = front_data;"), "{fifo}");
    assert!(module(&fifo, "halves").contains("    // fields: data [11:0], last [12]\n    input  wire [12:0] i,"), "{fifo}");
}

#[test]
fn writes_the_fields_of_a_bundle_by_their_names() {
    let text = both().text("queues");
    let block = "\
    always @(*) begin
        shown_data = long_front_data;
        shown_last = long_front_last;
        if (pop) begin
            shown_last = 1'h0;
        end
    end
    assign shown = {shown_last, shown_data};
";
    assert!(module(&text, "queues").contains(block), "{text}");
    assert!(module(&text, "queues").contains("    reg  [11:0] shown_data;\n    reg  shown_last;\n"), "{text}");
}

#[test]
fn gives_each_port_its_doc_comment_with_the_values_of_generics() {
    let text = both().text("queues");
    let fifo = module(&text, "toy_fifo_short");
    assert!(fifo.contains("    input  wire       push,  // Append data.\n"), "{fifo}");
    assert!(fifo.contains("    input  wire       pop,   // Remove the oldest word; only while valid.\n"), "{fifo}");
    let doc = "// A queue of 2^2 words whose front is visible before it is taken, as Ram is.\nmodule toy_fifo_short (";
    assert!(text.contains(doc), "{text}");
}

#[test]
fn a_comment_stays_with_the_statement_below_it_which_stays_an_assignment() {
    let text = both().text("queues");
    let valid = "\n    // Valid: some word was pushed and not popped.\n    assign valid = head_q != tail_q;\n";
    assert!(module(&text, "toy_fifo_short").contains(valid), "{text}");
    let instance = "\n    // The short words' queue is the shorter one.\n    toy_fifo_short short (";
    assert!(module(&text, "queues").contains(instance), "{text}");
}
