//! Properties put into the emitted text, as SystemVerilog's `bind` would.
//!
//! What a file of `properties` sees is the module from inside. For each port `p` it also has the constant `p__bits`; for each field `f` that the
//! emitter notes beside `p`, the wire `p__f` and the constant `p__f__bits`; and `f_started`, low in the first clock only, which is one of reset.
//! `wire name; // = a.b` reads signal `b` of the module's instance `a`, and `wire name = value; // > a.b` drives it.

use anyhow::{Result, bail};
use std::fmt::Write;
use synth::verilog::{Module, Port};

/// The modules that properties are written with.
const CHECKERS: [&str; 3] =
    [include_str!("../properties/follow.sv"), include_str!("../properties/frames.sv"), include_str!("../properties/stable.sv")];

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
pub fn bind<'a>(modules: &[Module], top: &str, properties: &str, stands_in: impl Fn(&Module) -> Option<&'a str>) -> Result<Bound> {
    // A name that nothing declares would be a wire that nothing drives.
    let mut verilog = format!("`default_nettype none\n{}", CHECKERS.concat());
    let mut found = false;
    for module in modules {
        let head = module.text.find(");").map_or(module.text, |end| &module.text[..end + 2]);
        let body = module.text.trim_end().trim_end_matches("endmodule");
        if module.name == top {
            found = true;
            let clock = if module.port("clk").is_some() { "clk" } else { "clock" };
            let start = format!(
                "    reg f_started = 0;\n    always @(posedge {clock}) f_started <= 1;\n    always @(*) if (!f_started) assume (rst);\n"
            );
            verilog.push_str(&format!("{body}{}{start}{properties}endmodule\n", names(module)));
        } else if let Some(stand_in) = stands_in(module) {
            verilog.push_str(&format!("{head}\n{}{stand_in}endmodule\n", names(module)));
        } else {
            verilog.push_str(module.text);
        }
    }
    if !found {
        bail!("no module is called {top}; remedy: give hw/formal/src/claims.rs its new name");
    }
    Ok(Bound { verilog, links: properties.lines().filter_map(link).collect() })
}

/// The constants and wires that name a module's ports and their fields.
fn names(module: &Module) -> String {
    let mut names = String::new();
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
    use synth::verilog::modules;

    const TEXT: &str = "\nmodule a (\n    input  wire [8:0] p, // low [7:0], top [8]\n    input  wire clock\n);\n    x x ();\nendmodule\n\nmodule x (\n    input  wire clock\n);\nendmodule\n";

    #[test]
    fn names_fields_and_links_instances() {
        let properties = "    wire [2:0] f_a; // = x.deep\n    wire f_b = f_a[0]; // > x.in\n";
        let bound = bind(&modules(TEXT).unwrap(), "a", properties, |module| (module.name == "x").then_some("    // x\n")).unwrap();
        assert!(
            bound.verilog.contains("localparam p__bits = 9;") && bound.verilog.contains("wire [0:0] p__top = p[8:8];"),
            "{}",
            bound.verilog
        );
        assert!(bound.verilog.contains("    x x ();\n") && bound.verilog.contains("    // x\nendmodule"), "{}", bound.verilog);
        let links = "connect -nounset -nomap -set f_a x.deep\nconnect -nounset -nomap -set x.in f_b\n";
        assert_eq!(bound.links, links);
        assert!(bind(&modules(TEXT).unwrap(), "b", "", |_| None).is_err());
    }
}
