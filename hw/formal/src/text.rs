//! Properties put into the emitted text, as SystemVerilog's `bind` would.
//!
//! What a file of `properties` sees is the module from inside. For each port `p` it also has the constant `p__bits`; for each field `f` that the
//! emitter notes next to `p`, the wire `p__f` and the constant `p__f__bits`; and `f_started`, low in the first clock only, which is one of reset.
//! `wire name; // = a.b` reads signal `b` of the module's instance `a`, and `wire name = value; // > a.b` drives it.

use crate::claim::Claim;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use synth::verilog::{ModuleText, Port};

/// The modules that properties are written with.
const CHECKERS: [&str; 7] = [
    include_str!("../properties/cleared_together.sv"),
    include_str!("../properties/follow.sv"),
    include_str!("../properties/frames.sv"),
    include_str!("../properties/offered.sv"),
    include_str!("../properties/reset_lasts.sv"),
    include_str!("../properties/stable.sv"),
    include_str!("../properties/unbroken.sv"),
];

/// What every module with a reset begins with: a clock of it.
const STARTED: &str = "    reg f_started = 0;\n    always @(posedge clk) f_started <= 1;\n    always @(*) if (!f_started) assume (rst);\n";

/// The text of a design: what the emitter wrote to `folder`, and the shells' wrappers around it.
///
/// # Errors
/// The file that cannot be read.
pub fn design(folder: &Path, design: &str) -> Result<String> {
    let read = |file: &Path| fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()));
    let listed = |top: &str| tools::listed(&folder.join(format!("tandem_{design}/{top}.f"))).context("remedy: just emit");
    let mut files = listed("tandem_distributor")?;
    files.extend(listed("tandem_core")?);
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.clone()));
    let mut text = files.iter().map(|file| read(file)).collect::<Result<String>>()?;
    // The board whose data path is as wide.
    let netfpga = if design.starts_with("512") { "netfpga_plus" } else { "netfpga_sume" };
    let lookup = format!("{netfpga}/hw/lib/contrib/tandem_output_port_lookup_v1_0_0/hdl");
    for folder in ["common", "open_nic/box_250mhz", "open_nic/box_322mhz", &lookup] {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shells")).join(folder);
        let files = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let mut files = files.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()?;
        files.retain(|file| file.to_str().is_some_and(|name| name.ends_with(".sv") || name.ends_with("lookup.v")));
        files.sort();
        for file in files {
            text.push_str(&read(&file)?);
        }
    }
    Ok(text)
}

/// What properties are put into a design.
pub struct Bound {
    /// The design with them, Verilog.
    pub verilog: String,
    /// Commands that connect what they read of instances, and drive in them; for Yosys, after `flatten`.
    pub links: String,
}

/// Puts `properties` into the module called `top`, and has `stands_in` answer for other modules, by the file that stands for them.
///
/// # Errors
/// That there is no such module.
pub fn bind(modules: &[ModuleText], top: &str, claim: &Claim) -> Result<Bound> {
    let Some(claimed) = modules.iter().find(|module| module.name == top) else {
        bail!("no module is called {top}; remedy: give hw/formal/src its new name");
    };
    let one_clock = has_one_clock(claimed);
    // A name that nothing declares would be a wire that nothing drives.
    let mut verilog = format!("`default_nettype none\n{}", CHECKERS.concat());
    let held = held(modules, top, claim);
    for module in modules.iter().filter(|module| held.contains(module.name)) {
        let head = module.text.find("\n);").map_or(module.text, |end| &module.text[..end + 3]);
        let body = module.text.trim_end().trim_end_matches("endmodule");
        if module.name == top {
            let start = if one_clock && declared(head).any(|port| port == "rst") { STARTED } else { "" };
            verilog.push_str(&format!("{body}{}{start}{}endmodule\n", names(module), claim.properties));
        } else if let Some((_, properties)) = claim.inside.iter().find(|(name, _)| *name == module.name) {
            verilog.push_str(&format!("{body}{properties}endmodule\n"));
        } else if let Some(stand_in) = claim.stand_in(module) {
            verilog.push_str(&format!("{head}\n{}{stand_in}endmodule\n", names(module)));
        } else {
            verilog.push_str(module.text);
        }
    }
    if !one_clock {
        verilog = each_its_clock(&verilog);
    }
    Ok(Bound { verilog, links: claim.properties.lines().filter_map(link).collect() })
}

/// The modules that `top` holds, and itself: Yosys would take most of the time of a small proof to read the others.
fn held<'m>(modules: &'m [ModuleText], top: &'m str, claim: &Claim) -> BTreeSet<&'m str> {
    let by_name: BTreeMap<&str, _> = modules.iter().map(|module| (module.name, module)).collect();
    let words = |text: &'m str| text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let named = |text: &'m str| words(text).filter_map(|word| by_name.get(word).copied()).collect::<Vec<_>>();
    let mut held = BTreeSet::new();
    let mut open = named(top);
    for properties in claim.inside.iter().map(|(_, properties)| properties).chain([&claim.properties]) {
        open.extend(named(properties));
    }
    while let Some(module) = open.pop() {
        if held.insert(module.name) {
            let stand_in = claim.stand_in(module).filter(|_| module.name != top);
            open.extend(named(stand_in.unwrap_or(module.text)));
        }
    }
    held
}

/// Whether a module has one clock, called `clk`, and no other.
fn has_one_clock(module: &ModuleText) -> bool {
    let head = module.text.split_once("\n);").map_or("", |(head, _)| head);
    declared(head).filter(|port| port.ends_with("clk")).eq(["clk"])
}

/// The names that the lines of a module's head declare.
fn declared(head: &str) -> impl Iterator<Item = &str> {
    let code = head.lines().map(|line| line.split("//").next().unwrap_or(line));
    code.flat_map(|line| line.split(',')).filter_map(|port| port.split_whitespace().next_back())
}

/// Has every clock move what it clocks in the steps in which it is high: any of the clocks, none or all, in any order. Where two move in
/// one step, each sees of the other what was before.
fn each_its_clock(verilog: &str) -> String {
    let mut all = String::new();
    let mut parts = verilog.split("@(posedge ");
    all.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (clock, rest) = part.split_once(')').unwrap_or((part, ""));
        all.push_str(&format!("@(posedge f_step) if ({clock}){rest}"));
    }
    // A step of the proof.
    let mut modules = all.split("\nmodule ");
    let mut all = modules.next().unwrap_or_default().to_string();
    for module in modules {
        let (head, body) = module.split_once("\n);").unwrap_or((module, ""));
        all.push_str(&format!("\nmodule {head}\n);\n    (* anyseq *) wire f_step;\n{body}"));
    }
    all
}

/// The constants and wires that name a module's ports and their fields.
fn names(module: &ModuleText) -> String {
    let mut names = String::new();
    if module.ports.is_empty() {
        // The widths of its ports depend on its parameters.
        let head = module.text.split_once("\n) (\n").and_then(|(_, rest)| rest.split_once("\n);")).map_or("", |(head, _)| head);
        declared(head).for_each(|name| _ = writeln!(names, "    localparam {name}__bits = $bits({name});"));
    }
    for Port { name, width, fields, .. } in &module.ports {
        let _ = writeln!(names, "    localparam {name}__bits = {width};");
        for field in fields {
            let width = field.high - field.low;
            let _ = writeln!(names, "    localparam {name}__{}__bits = {};", field.name, width + 1);
            let _ = writeln!(names, "    wire [{width}:0] {name}__{} = {name}[{}:{}];", field.name, field.high, field.low);
        }
    }
    names
}

/// The command for a line that reads or drives a signal of an instance.
fn link(line: &str) -> Option<String> {
    let declared = line.trim().strip_prefix("wire ")?;
    let name = |text: &str| text.split_whitespace().last().map(str::to_string);
    let (to, from) = if let Some((own, other)) = declared.split_once("; // = ") {
        (name(own)?, other.to_string())
    } else {
        let (own, other) = declared.split_once("; // > ")?;
        (other.to_string(), name(own.split_once(" = ")?.0)?)
    };
    Some(format!("connect -nounset -nomap -set {to} {from}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::AS_IT_IS;
    use synth::verilog::modules;

    const TEXT: &str = "\nmodule a (\n    // The word.\n    // fields: low [7:0], top [8]\n    input  wire [8:0] p,\n    input  wire clk\n);\n    x x ();\nendmodule\n\nmodule x (\n    input  wire clk\n);\nendmodule\n";

    #[test]
    fn names_fields_and_links_instances() {
        let claim = Claim {
            properties: "    wire [2:0] f_a; // = x.deep\n    wire f_b = f_a[0]; // > x.in\n",
            stand_ins: &[("x", "    // x\n")],
            ..AS_IT_IS
        };
        let bound = bind(&modules(TEXT).unwrap(), "a", &claim).unwrap();
        assert!(
            bound.verilog.contains("localparam p__bits = 9;") && bound.verilog.contains("wire [0:0] p__top = p[8:8];"),
            "{}",
            bound.verilog
        );
        assert!(bound.verilog.contains("    x x ();\n") && bound.verilog.contains("    // x\nendmodule"), "{}", bound.verilog);
        let links = "connect -nounset -nomap -set f_a x.deep\nconnect -nounset -nomap -set x.in f_b\n";
        assert_eq!(bound.links, links);
        assert!(bind(&modules(TEXT).unwrap(), "b", &AS_IT_IS).is_err());
    }

    #[test]
    fn several_clocks_are_told_apart() {
        let told = super::each_its_clock("\nmodule a (\n    input wire c\n);\n    always_ff @(posedge c) begin");
        assert_eq!(
            told,
            "\nmodule a (\n    input wire c\n);\n    (* anyseq *) wire f_step;\n\n    always_ff @(posedge f_step) if (c) begin"
        );
    }
}
