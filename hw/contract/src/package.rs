//! The register map, the codes and the metadata as a SystemVerilog package, for shells and properties.

use crate::code::{Reason, Verdict};
use crate::constant::{CONSTANTS, Constant, Value};
use crate::field::Field;
use crate::metadata;
use crate::register::MAP;
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

/// A constant of the package.
struct Parameter {
    /// Its name.
    name: String,
    /// Its type.
    kind: Kind,
    /// Its value.
    value: u32,
    /// What it means; empty where the name says it.
    doc: &'static str,
}

/// The type of a constant.
#[derive(Clone, Copy)]
enum Kind {
    /// A position, a width or a stride.
    Number,
    /// A byte offset into the register window.
    Address,
    Verdict,
    Reason,
    /// A register's or any other word.
    Word,
}

/// Every constant of the package.
fn parameters() -> Vec<Parameter> {
    let parameter = |name, kind, value| Parameter { name, kind, value, doc: "" };
    let bits = |word: &str, field: &Field| {
        let name = format!("{word}_{}", field.name.to_uppercase());
        [(format!("{name}_LSB"), field.lsb), (format!("{name}_WIDTH"), field.width)]
            .map(|(name, value)| parameter(name, Kind::Number, value.into()))
    };
    let mut parameters: Vec<Parameter> = CONSTANTS
        .iter()
        .map(|&Constant { name, value: Value::Bits(value) | Value::Number(value), doc }| Parameter {
            name: name.into(),
            kind: Kind::Word,
            value,
            doc,
        })
        .collect();
    for register in MAP {
        parameters.push(parameter(format!("{}_ADDRESS", register.name), Kind::Address, register.offset));
        if register.count > 1 {
            parameters.push(parameter(format!("{}_STRIDE", register.name), Kind::Number, register.stride));
        }
        parameters.extend(register.fields.iter().flat_map(|field| bits(register.name, field)));
    }
    parameters.extend(metadata::FIELDS.iter().flat_map(|field| bits("METADATA", field)));
    let code = |kind, prefix: &str, name: &str, code: u8| parameter(format!("{prefix}_{}", name.to_uppercase()), kind, code.into());
    parameters.extend(Verdict::ALL.iter().map(|verdict| code(Kind::Verdict, "VERDICT", verdict.name(), verdict.code())));
    parameters.extend(Reason::ALL.iter().map(|reason| code(Kind::Reason, "REASON", reason.name(), reason.code())));
    parameters
}

/// The package, in SystemVerilog.
pub fn render() -> String {
    let mut package = String::from(INTRODUCTION);
    for Parameter { name, kind, value, doc } in parameters() {
        let comment = if doc.is_empty() { String::new() } else { format!(" // {doc}") };
        let _ = match kind {
            Kind::Number => writeln!(package, "    localparam int unsigned {name} = {value};{comment}"),
            Kind::Address => writeln!(package, "\n    localparam logic [11:0] {name} = 12'h{value:03x};{comment}"),
            Kind::Verdict => writeln!(package, "    localparam logic [2:0] {name} = 3'd{value};{comment}"),
            Kind::Reason => writeln!(package, "    localparam logic [4:0] {name} = 5'd{value};{comment}"),
            Kind::Word => writeln!(package, "    localparam logic [31:0] {name} = 32'h{value:08x};{comment}"),
        };
    }
    package.push_str("endpackage\n");
    package
}
