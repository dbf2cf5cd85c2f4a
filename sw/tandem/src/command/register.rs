//! `tandem register`.

use crate::output;
use crate::{Finding, Global, card};
use anyhow::Result;
use contract::limits::REGISTER_WINDOW;
use contract::register::{self, MAP};
use driver::Card as _;
use serde::Serialize;
use std::str::FromStr;

/// Reads or writes one register
///
/// docs/registers.md describes the registers. Nothing is checked: a write takes effect whatever it breaks, and a PCIe card cannot report
/// that it refused one. To change a card, use `plan` and `apply`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem register read GENERATION
  tandem register read 0x02c
  tandem register read 'RULE_MATCH[3]'
  tandem register write CONTROL 0         bridge every frame")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    access: Direction,
}

#[derive(clap::Subcommand)]
enum Direction {
    /// Reads a register
    Read {
        /// Its name, with an index if there are several, or its byte address
        register: RegisterAddress,
    },
    /// Writes a register
    Write {
        /// Its name, with an index if there are several, or its byte address
        register: RegisterAddress,
        /// The word, decimal or 0x and hexadecimal digits
        #[arg(value_parser = number)]
        value: u32,
    },
}

/// Byte address of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RegisterAddress(u32);

impl FromStr for RegisterAddress {
    type Err = String;

    /// Reads `GENERATION`, `RULE_MATCH[3]` or `0x02c`.
    fn from_str(text: &str) -> Result<Self, String> {
        let help =
            format!("write a name from docs/registers.md, such as GENERATION or RULE_MATCH[3], or an address below {REGISTER_WINDOW:#x}");
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            let address = number(text)?;
            let sound = address.is_multiple_of(4) && address < REGISTER_WINDOW;
            return if sound { Ok(Self(address)) } else { Err(format!("no register there; {help}")) };
        }
        let (name, index) = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
            Some((name, index)) => (name, index.parse().map_err(|_| help.clone())?),
            None => (text, 0),
        };
        let register = MAP.iter().find(|register| register.name.eq_ignore_ascii_case(name)).ok_or(help)?;
        if index >= register.count as usize {
            return Err(format!("{} has words 0 to {}", register.name, register.count - 1));
        }
        Ok(Self(register.at(index)))
    }
}

fn number(text: &str) -> Result<u32, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| "write a number of 32 bits, such as 7 or 0x1f".into())
}

/// One access.
#[derive(Serialize)]
struct Report {
    address: u32,
    register: Option<String>,
    value: u32,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let mut card = card::open(global)?;
    let (address, value) = match arguments.access {
        Direction::Read { register } => (register.0, card.read(register.0)?),
        Direction::Write { register, value } => {
            card.write(register.0, value)?;
            (register.0, value)
        }
    };
    let name = register::decode(address).map(|(register, index)| match register.count {
        1 => register.name.to_owned(),
        _ => format!("{}[{index}]", register.name),
    });
    if global.json {
        output::json(&Report { address, register: name, value });
    } else {
        output::print(format_args!("{address:#05x} {} = {value:#010x} ({value})\n", name.as_deref().unwrap_or("reserved")));
    }
    Ok(Finding::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::register::{GENERATION, RULE_MATCH};

    #[test]
    fn registers_are_named_as_the_page_names_them_or_by_their_address() {
        assert_eq!("GENERATION".parse(), Ok(RegisterAddress(GENERATION.at(0))));
        assert_eq!("rule_match[3]".parse(), Ok(RegisterAddress(RULE_MATCH.at(3))));
        assert_eq!("0x02c".parse(), Ok(RegisterAddress(0x2c)));
        assert_eq!("44".parse(), Ok(RegisterAddress(44)));
        for text in ["", "0x2d", "0x1000", "GENERATION[1]", "RULE_MATCH[16]", "RULE_MATCH[", "RULE_MATCH[x]", "0xzz", "SPEED", "[0]"] {
            assert!(text.parse::<RegisterAddress>().is_err(), "{text}");
        }
    }
}
