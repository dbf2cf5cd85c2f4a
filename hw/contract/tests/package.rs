//! The SystemVerilog package holds what the table holds, as Verilator reads it.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tandem_pkg.sv");

#[test]
fn the_package_is_the_table() {
    let package = fs::read_to_string(PATH).unwrap_or_else(|error| panic!("{PATH}: {error}; write it with: just registers"));
    assert!(package == contract::package::render(), "tandem_pkg.sv differs from the table: look at the difference after: just registers");
}

/// Whether Verilator finds every constant of the checked-in package equal to these values.
fn holds(name: &str, constants: &[(String, u32)]) -> Result<(), String> {
    let mut text = String::from("module values;\n");
    for (name, value) in constants {
        let _ = writeln!(text, "    if (32'(tandem_pkg::{name}) != 32'd{value}) $error(\"{name}\");");
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, text + "endmodule\n").unwrap();
    let verilator = tools::find("verilator").unwrap_or_else(|error| panic!("{error}"));
    let mut lint = Command::new(verilator);
    lint.args(["--lint-only", "-Wall", "-Wno-DECLFILENAME", "-Wno-GENUNNAMED", "--top-module", "values", PATH]).arg(file);
    tools::run(&mut lint).map(drop).map_err(|error| error.to_string())
}

#[test]
fn verilator_reads_the_values_that_rust_has_and_refuses_another() {
    let mut constants = contract::package::constants();
    assert_eq!(holds("values.sv", &constants), Ok(()));
    let at = constants.iter().position(|constant| constant.0 == "MANAGER_DATA_EGRESS_LSB").expect("the field");
    constants[at].1 += 1;
    assert!(holds("planted.sv", &constants).unwrap_err().contains("MANAGER_DATA_EGRESS_LSB"));
}
