//! The SystemVerilog package holds what the table holds, as Verilator reads it.

mod wanted;

use contract::register::MAP;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use wanted::wanted;

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

/// What the package must hold: what a C program reads, by the names that the package has for it.
fn constants() -> Vec<(String, u32)> {
    let wanted = wanted();
    let mut constants = Vec::new();
    for (name, &value) in &wanted {
        let plain = name.strip_prefix("TANDEM_").expect("the header's prefix");
        if let Some(field) = plain.strip_suffix("_SHIFT") {
            constants.push((format!("{field}_LSB"), value));
        } else if let Some(field) = plain.strip_suffix("_MASK") {
            constants.push((format!("{field}_WIDTH"), value.count_ones().into()));
        } else if let Some(register) = plain.strip_suffix("(1)") {
            constants.push((format!("{register}_STRIDE"), value - wanted[&format!("TANDEM_{register}(0)")]));
        } else if let Some(register) = plain.strip_suffix("(0)") {
            constants.push((format!("{register}_ADDRESS"), value));
        } else if MAP.iter().any(|register| register.name == plain) {
            constants.push((format!("{plain}_ADDRESS"), value));
        } else if !plain.ends_with(')') {
            constants.push((plain.to_owned(), value));
        }
    }
    constants.into_iter().map(|(name, value)| (name, value.try_into().expect("32 bits"))).collect()
}

#[test]
fn the_package_has_nothing_that_is_not_compared() {
    let package = contract::package::render();
    let words = package.lines().filter(|line| line.trim_start().starts_with("localparam"));
    let mut names: Vec<&str> = words.filter_map(|line| line.split(" = ").next()?.split(' ').next_back()).collect();
    let compared = constants();
    let mut compared: Vec<&str> = compared.iter().map(|constant| constant.0.as_str()).collect();
    names.sort_unstable();
    compared.sort_unstable();
    assert_eq!(names, compared);
}

#[test]
fn verilator_reads_the_values_that_rust_has_and_refuses_another() {
    let mut constants = constants();
    assert_eq!(holds("values.sv", &constants), Ok(()));
    let at = constants.iter().position(|constant| constant.0 == "MANAGER_DATA_EGRESS_LSB").expect("the field");
    constants[at].1 += 1;
    assert!(holds("planted.sv", &constants).unwrap_err().contains("MANAGER_DATA_EGRESS_LSB"));
}
