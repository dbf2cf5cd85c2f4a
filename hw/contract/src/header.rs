//! The register map as a header for programs in C.

use crate::code::{Reason, Verdict};
use crate::constant::{CONSTANTS, Constant, Value};
use crate::metadata;
use crate::register::{AccessMode, MAP, Register};
use std::fmt::Write;

const INTRODUCTION: &str = "\
/* Register map of a Tandem card.
 *
 * Rendered from the table in hw/contract/src/register.rs, which the hardware's decoder and the host's driver are made from. A test
 * compares it with that table; `just registers` writes it anew. docs/registers.md tells what a write does, and when.
 *
 * A field NAME of a register has NAME_SHIFT, its least significant bit, and NAME_MASK, its bits in the word.
 *
 * Addresses are byte offsets into the register window; every access is one aligned 32-bit word, little-endian on PCI.
 */
#ifndef TANDEM_H
#define TANDEM_H
";

/// The header, in C99 and C++.
///
/// Names are those of the map with `TANDEM_` in front; a register of which there are several takes its index in parentheses.
pub fn render() -> String {
    let mut header = String::from(INTRODUCTION);
    for Constant { name, value, doc } in CONSTANTS {
        let value = match value {
            Value::Bits(bits) => format!("{bits:#010x}"),
            Value::Number(number) => number.to_string(),
        };
        let _ = write!(header, "\n/* {doc} */\n#define TANDEM_{name} {value}u\n");
    }
    for register in MAP {
        header.push_str(&define(register));
    }
    header.push_str("\n/* A frame's metadata, 48 bits of m_axis_tuser */\n");
    for field in metadata::FIELDS {
        let (name, mask) = (field.name.to_uppercase(), field.mask());
        let _ = writeln!(header, "#define TANDEM_METADATA_{name}_SHIFT {}u /* {} */", field.lsb, field.doc);
        let _ = writeln!(header, "#define TANDEM_METADATA_{name}_MASK {mask:#x}ull");
    }
    header.push_str("\n/* Verdicts */\n");
    for verdict in Verdict::ALL {
        let _ = writeln!(header, "#define TANDEM_VERDICT_{} {}u", verdict.name().to_uppercase(), verdict.code());
    }
    header.push_str("\n/* Reasons; counters from TANDEM_COUNTER_REASON on */\n");
    for reason in Reason::ALL {
        let _ = writeln!(header, "#define TANDEM_REASON_{} {}u", reason.name().to_uppercase(), reason.code());
    }
    header.push_str("\n#endif\n");
    header
}

fn define(register: &Register) -> String {
    let Register { name, doc, offset, count, stride, fields, .. } = register;
    let access = match register.access {
        AccessMode::Ro => "read only",
        AccessMode::Rw => "read and write",
        AccessMode::Wo => "write only",
    };
    let mut text = match count {
        1 => format!("\n/*{doc} {access} */\n#define TANDEM_{name} 0x{offset:03x}u\n"),
        _ => format!("\n/*{doc} {access}, i < {count} */\n#define TANDEM_{name}(i) (0x{offset:03x}u + {stride}u * (i))\n"),
    };
    for field in *fields {
        let prefix = format!("TANDEM_{name}_{}", field.name.to_uppercase());
        let word = if fields.iter().any(|field| field.word > 0) { format!("word {}: ", field.word) } else { String::new() };
        let _ = writeln!(text, "#define {prefix}_SHIFT {}u /* {word}{} */", field.lsb, field.doc);
        let _ = writeln!(text, "#define {prefix}_MASK {:#010x}u", field.mask());
    }
    text
}
