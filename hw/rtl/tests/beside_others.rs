//! Core and distributor are read into one project, together with the RTL of others. Needs Verilator and Yosys: `./justw setup` installs them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Files of others, whose modules have plain names.
const OTHERS: [&str; 2] = ["tests/beside_others/network_card.v", "tests/beside_others/shell.v"];

/// A module that instantiates both tops and parts of the others.
const PROJECT: &str = "\
module project (input wire clk, input wire d, output wire q, output wire [3:0] grant, output wire [7:0] word);
    tandem_core core (.clk(clk), .rst(d));
    tandem_distributor distributor (.clk(clk), .rst(d));
    switch switch (.clk(clk), .d(d), .q(q));
    arbiter arbiter (.clk(clk), .request({4{d}}), .grant(grant));
    axis_fifo axis_fifo (.clk(clk), .s_axis_tdata({8{d}}), .m_axis_tdata(word));
endmodule
";

/// The files of one project: those of the others, every module of a design, and the module that instantiates them; in the folder `name`.
fn project(name: &str, design: &emit::Design) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("beside_others").join(name);
    let _ = std::fs::remove_dir_all(&folder); // from an earlier run, if there was one
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    let mut files: Vec<PathBuf> = OTHERS.map(|file| Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).into();
    let library = emit::render(design).unwrap_or_else(|error| panic!("{error}"));
    let modules = library.modules().iter().map(|module| (module.name(), module.text()));
    for (name, text) in modules.chain([("project", PROJECT)]) {
        let file = folder.join(format!("{name}.v"));
        std::fs::write(&file, text).expect("the target folder can be written");
        files.push(file);
    }
    files
}

#[test]
fn both_tops_and_the_rtl_of_others_elaborate_together() {
    let [verilator, yosys] = ["verilator", "yosys"].map(|program| tools::find(program).unwrap_or_else(|error| panic!("{error}")));
    for design in rtl::designs() {
        let files = project(design.variant(), &design);
        let mut lint = Command::new(&verilator);
        lint.args(["--lint-only", "-Wno-PINMISSING", "-Wno-VARHIDDEN", "--top-module", "project"]).args(&files);
        tools::run(&mut lint).unwrap_or_else(|error| panic!("{error}"));
        let read: String = files.iter().map(|file| format!("read_verilog {}; ", file.display())).collect();
        let script = format!("{read} hierarchy -check -top project");
        tools::run(Command::new(&yosys).args(["-q", "-p", &script])).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
#[should_panic(expected = "tandem_egress")]
fn a_module_of_others_with_one_of_our_names_is_found() {
    let mut files = project("twice", &rtl::designs()[0]);
    let other = files.last().expect("it has files").with_file_name("other.v");
    std::fs::write(&other, "module tandem_egress;\nendmodule\n").expect("the target folder can be written");
    files.push(other);
    let read: String = files.iter().map(|file| format!("read_verilog {}; ", file.display())).collect();
    let yosys = tools::find("yosys").unwrap_or_else(|error| panic!("{error}"));
    tools::run(Command::new(yosys).args(["-q", "-p", &read])).unwrap_or_else(|error| panic!("{error}"));
}
