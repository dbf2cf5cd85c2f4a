//! `tandem register`.

use crate::{Finding, Global, card, confirm, output};
use anyhow::Result;
use contract::limits::REGISTER_WINDOW;
use contract::register::{self, MAP};
use driver::{Card as _, WrittenBack, write_back};
use serde::Serialize;
use std::str::FromStr;

/// Reads or writes one register
///
/// docs/registers.md describes the registers. A write takes effect whatever it breaks, so to change a card, use `plan` and `apply`. PCIe
/// carries writes without an answer; what the card took is read back, of banked state from the idle bank.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem register read GENERATION
  tandem register read 0x02c
  tandem register read 'RULE_MATCH[3]'
  tandem register write CONTROL 0         bridge every frame

A write that can change at once what happens to traffic (CONTROL, COMMIT, ...) asks first.
Ends with 2 if the card holds another word than the one written.")]
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
        /// Writes without asking
        #[arg(long)]
        yes: bool,
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
    /// What the register reads.
    value: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_until: Option<&'static str>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    match arguments.access {
        Direction::Read { register } => read(global, register.0),
        Direction::Write { register, value, yes } => write(global, register.0, value, yes),
    }
}

fn read(global: &Global, address: u32) -> Result<Finding> {
    let value = card::open(global)?.read(address)?;
    if global.json {
        output::json(&Report { address, register: name(address), value: Some(value), written: None, held_until: None });
    } else {
        output::print(format_args!("{} = {}\n", place(address), word(value)));
    }
    Ok(Finding::Clean)
}

fn write(global: &Global, address: u32, value: u32, yes: bool) -> Result<Finding> {
    if !yes && register::decode(address).is_some_and(|(register, _)| register.puts_in_force()) {
        let name = name(address).unwrap_or_default();
        confirm::ask(&format!("A write of {name} can change at once what happens to traffic. Write {value:#010x}?"))?;
    }
    let written = write_back(&mut card::open(global)?, address, value)?;
    if global.json {
        let (value, written, held_until) = (written.reads, Some(value), written.held_until);
        output::json(&Report { address, register: name(address), value, written, held_until });
    } else {
        output::print(format_args!("{}{}\n", place(address), told(address, value, written)));
    }
    // Of a register that cannot be read, nobody knows; where there is none, nothing was taken.
    let taken = match written.reads {
        Some(reads) => reads == value || written.held_until.is_some(),
        None => register::decode(address).is_some(),
    };
    Ok(if taken { Finding::Clean } else { Finding::Something })
}

/// What became of a word that was written.
fn told(address: u32, value: u32, written: WrittenBack) -> String {
    let bank = if written.idle { ", in the idle bank: in force with the next commit" } else { "" };
    match (written.reads, written.held_until) {
        (Some(reads), _) if reads == value => format!(" = {}, read back{bank}", word(value)),
        (Some(reads), Some(register)) => {
            format!(" = {}; {} is held until {register} is written", word(reads), word(value))
        }
        (Some(reads), None) => {
            format!(
                " = {}, where {} was written: the card refused it, or has only these bits (docs/registers.md)",
                word(reads),
                word(value)
            )
        }
        (None, _) if register::decode(address).is_some() => {
            format!(": {} written; it cannot be read back, GENERATION and ACTIVE show what it did", word(value))
        }
        (None, _) => format!(": the card has no register there, so {} was refused", word(value)),
    }
}

fn place(address: u32) -> String {
    format!("{address:#05x} {}", name(address).as_deref().unwrap_or("reserved"))
}

fn word(value: u32) -> String {
    format!("{value:#010x} ({value})")
}

/// The register's name, with its index if there are several.
fn name(address: u32) -> Option<String> {
    register::decode(address).map(|(register, index)| match register.count {
        1 => register.name.to_owned(),
        _ => format!("{}[{index}]", register.name),
    })
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
