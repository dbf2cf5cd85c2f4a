//! The register map, the codes and the metadata as a SystemVerilog package, for shells and properties.

use crate::code::{Reason, Verdict};
use crate::field::Field;
use crate::limits;
use crate::metadata::{self, EGRESS_HOST};
use crate::register::{self, MAP};
use std::fmt::Write;

const INTRODUCTION: &str = "\
// Register map, codes and metadata of a Tandem card.
//
// Rendered from the table in hw/contract/src/register.rs, which the hardware's decoder and the host's driver are made from. A test compares
// it with that table; `just registers` writes it anew. docs/registers.md tells what a write does, and when.
//
// A register NAME has NAME_ADDRESS, and NAME_STRIDE where there are several. A field has _LSB and _WIDTH: word[NAME_LSB +: NAME_WIDTH].
package tandem_pkg;
";

/// Numbers that are no register's: name, value, meaning.
const NUMBERS: &[(&str, u32, &str)] = &[
    ("IDENTITY_VALUE", register::IDENTITY_VALUE, "what IDENTITY reads"),
    ("CONTRACT_VALUE", register::CONTRACT_VALUE, "what CONTRACT reads: major, minor"),
    ("UNIT_RULES", register::UNIT_RULES, "bit of COMMIT and ACTIVE for the rules"),
    ("ENTRY_WORDS", register::ENTRY_WORDS, "words per group reached by ENTRY_INDEX"),
    ("MANAGER_WORDS", register::MANAGER_WORDS, "words per manager reached by MANAGER_INDEX"),
    ("COUNTER_WORDS", register::COUNTER_WORDS, "words per counter reached by COUNTER_INDEX"),
    ("COUNTER_REASON", register::COUNTER_REASON, "first counter by reason"),
    ("COUNTER_HOST_LOST", register::COUNTER_HOST_LOST, "first counter of frames lost by a full host queue, by verdict"),
    ("COUNTERS", register::COUNTERS, "counters"),
    ("BUCKETS", limits::BUCKETS as u32, "entries of a group's table"),
    ("GROUPS", limits::GROUPS as u32, "groups of a full-size card"),
    ("MANAGERS", limits::MANAGERS as u32, "highest manager id"),
    ("RULES", limits::RULES as u32, "rules"),
    ("GROUP_MACS", limits::GROUP_MACS as u32, "addresses that a card answers for"),
    ("PORTS", limits::PORTS as u32, "packet ports"),
    ("REGISTER_WINDOW", limits::REGISTER_WINDOW, "bytes of the register window"),
    ("EGRESS_HOST", EGRESS_HOST as u32, "egress port in the metadata that is the host"),
    ("METADATA_WIDTH", metadata::WIDTH as u32, "bits of m_axis_tuser"),
];

/// Every constant of the package by name, as [`render`] writes it.
pub fn constants() -> Vec<(String, u32)> {
    let mut constants: Vec<(String, u32)> = NUMBERS.iter().map(|&(name, value, _)| (name.into(), value)).collect();
    for register in MAP {
        constants.push((format!("{}_ADDRESS", register.name), register.offset));
        if register.count > 1 {
            constants.push((format!("{}_STRIDE", register.name), register.stride));
        }
        constants.extend(register.fields.iter().flat_map(|field| bits(register.name, field)));
    }
    constants.extend(metadata::FIELDS.iter().flat_map(|field| bits("METADATA", field)));
    constants.extend(Verdict::ALL.iter().map(|code| (format!("VERDICT_{}", code.name().to_uppercase()), code.code().into())));
    constants.extend(Reason::ALL.iter().map(|code| (format!("REASON_{}", code.name().to_uppercase()), code.code().into())));
    constants
}

fn bits(word: &str, field: &Field) -> [(String, u32); 2] {
    let name = format!("{word}_{}", field.name.to_uppercase());
    [(format!("{name}_LSB"), field.lsb.into()), (format!("{name}_WIDTH"), field.width.into())]
}

/// The package, in SystemVerilog.
pub fn render() -> String {
    let mut package = String::from(INTRODUCTION);
    for (name, value) in constants() {
        let meaning = NUMBERS.iter().find(|number| number.0 == name).map_or(String::new(), |number| format!(" // {}", number.2));
        let _ = if name.ends_with("_LSB") || name.ends_with("_WIDTH") || name.ends_with("_STRIDE") {
            writeln!(package, "    localparam int unsigned {name} = {value};{meaning}")
        } else if name.ends_with("_ADDRESS") {
            writeln!(package, "\n    localparam logic [11:0] {name} = 12'h{value:03x};")
        } else if name.starts_with("VERDICT_") {
            writeln!(package, "    localparam logic [2:0] {name} = 3'd{value};")
        } else if name.starts_with("REASON_") {
            writeln!(package, "    localparam logic [4:0] {name} = 5'd{value};")
        } else {
            writeln!(package, "    localparam logic [31:0] {name} = 32'h{value:08x};{meaning}")
        };
    }
    package.push_str("endpackage\n");
    package
}
