//! The emitted text, cut into its modules.
//!
//! It is our emitter's own, so its form is known: a module starts and ends at the beginning of a line, and has one port on each line. The
//! wrappers that are written by hand keep to it, but have parameters.

use anyhow::{Context, Result};
use std::path::Path;

/// The designs, by data width and group count, and whether the ports share a decision side where both kinds are emitted.
pub const DESIGNS: [&str; 3] = ["512x8", "256x4", "512x8_shared"];

/// The module that holds all of a design.
pub const TOP: &str = "tandem_distributor";

/// What the name of every emitted module begins with.
const PREFIX: &str = "tandem_";

/// A module's name in tables, records and commands: without the prefix that all share.
pub fn short(module: &str) -> &str {
    module.strip_prefix(PREFIX).unwrap_or(module)
}

/// The module that a command names, with or without the prefix.
pub fn module_name(block: &str) -> String {
    format!("{PREFIX}{}", short(block))
}

/// The text of a design's distributor, from the folder that `just emit` wrote.
///
/// # Errors
/// The file that cannot be read.
pub fn distributor(folder: &Path, design: &str) -> Result<String> {
    tools::text_of(&folder.join(format!("tandem_{design}/{TOP}.f"))).context("remedy: just emit")
}

/// A module of the emitted text.
#[derive(Clone)]
pub struct ModuleText<'a> {
    /// What it is called.
    pub name: &'a str,
    /// From `module` to `endmodule`.
    pub text: &'a str,
    /// Its ports, in order; of a module with parameters none, whose widths depend on them.
    pub ports: Vec<Port<'a>>,
}

/// A port of a module.
#[derive(Clone)]
pub struct Port<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its bits.
    pub width: usize,
    /// Whether it goes into the module.
    pub input: bool,
    /// What its bits are, as the emitter notes next to it.
    pub fields: Vec<Field<'a>>,
}

/// A field of a port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its most significant bit.
    pub high: usize,
    /// Its least significant bit.
    pub low: usize,
}

impl ModuleText<'_> {
    /// The port called `name`, where there is one.
    pub fn port(&self, name: &str) -> Option<&Port<'_>> {
        self.ports.iter().find(|port| port.name == name)
    }
}

/// The modules of `text`, in order.
///
/// # Errors
/// The line that does not look like the emitter's.
pub fn modules(text: &str) -> Result<Vec<ModuleText<'_>>> {
    let starts = text.match_indices("\nmodule ").map(|(at, _)| at + 1);
    starts
        .map(|start| {
            let text = &text[start..];
            let text = &text[..text.find("\nendmodule").context("a module without end")? + "\nendmodule\n".len()];
            let (head, rest) = text.split_once(" (\n").context("a module without ports")?;
            let (ports, _) = rest.split_once("\n);").context("a module without body")?;
            let (name, parameters) = head.trim_start_matches("module ").split_once(' ').unwrap_or((head.trim_start_matches("module "), ""));
            let ports = if parameters.is_empty() { self::ports(ports)? } else { vec![] };
            Ok(ModuleText { name, text, ports })
        })
        .collect()
}

/// The ports, each with the fields that the comment above it names.
fn ports(lines: &str) -> Result<Vec<Port<'_>>> {
    let mut fields = vec![];
    let mut ports = vec![];
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        match line.trim().strip_prefix("//") {
            Some(comment) => fields.extend(comment.trim().trim_start_matches("fields: ").split(',').filter_map(field)),
            None => ports.push(Port { fields: std::mem::take(&mut fields), ..port(line)? }),
        }
    }
    Ok(ports)
}

/// `    input  wire [7:0] name, // comment`.
fn port(line: &str) -> Result<Port<'_>> {
    let parse = || {
        let (declared, _) = line.split_once("//").unwrap_or((line, ""));
        let mut words = declared.trim().trim_end_matches(',').split_whitespace();
        let input = match words.next()? {
            "input" => true,
            "output" => false,
            _ => return None,
        };
        let rest: Vec<&str> = words.skip(1).collect();
        let (name, range) = rest.split_last()?;
        let width = match range {
            [] => 1,
            [range] => range.strip_prefix('[')?.strip_suffix(":0]")?.parse::<usize>().ok()? + 1,
            _ => return None,
        };
        Some(Port { name, width, input, fields: vec![] })
    };
    parse().with_context(|| format!("not a port: {line:?}"))
}

/// `name [7:0]` or `name [8]`.
fn field(noted: &str) -> Option<Field<'_>> {
    let (name, bits) = noted.trim().strip_suffix(']')?.split_once(" [")?;
    let (high, low) = bits.split_once(':').unwrap_or((bits, bits));
    Some(Field { name, high: high.parse().ok()?, low: low.parse().ok()? })
}

#[cfg(test)]
mod tests {
    #[test]
    fn finds_modules_and_their_ports() {
        let text = "// top\n\nmodule a (\n    input  wire       clk,  // The clock (one);\n    // The word.\n    // fields: low [3:0],\n    //     top [7]\n    output reg  [7:0] q,\n    output wire       last\n);\nendmodule\n\nmodule b (\n    input  wire x\n);\nendmodule\n";
        let modules = super::modules(text).unwrap();
        let names: Vec<_> = modules.iter().map(|module| module.name).collect();
        assert_eq!(names, ["a", "b"]);
        let ports: Vec<_> = modules[0].ports.iter().map(|port| (port.name, port.width, port.input)).collect();
        assert_eq!(ports, [("clk", 1, true), ("q", 8, false), ("last", 1, false)]);
        assert_eq!(
            modules[0].ports[1].fields,
            [super::Field { name: "low", high: 3, low: 0 }, super::Field { name: "top", high: 7, low: 7 }]
        );
        assert!(modules[1].text.ends_with("endmodule\n"));
        assert!(super::modules("\nmodule a (\n    inout wire x\n);\nendmodule\n").is_err());
        let with_parameters = "\nmodule a #(\n    parameter int W = 1\n) (\n    input  wire [W-1:0] x\n);\nendmodule\n";
        let modules = super::modules(with_parameters).unwrap();
        assert!(modules[0].name == "a" && modules[0].ports.is_empty());
    }
}
