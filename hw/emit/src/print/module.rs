//! The text of one module.

use super::expression::{CLOSE, OPEN};
use super::logic::logic;
use super::names::{Names, printed};
use super::registers::registers;
use super::step::{Step, steps};
use super::words::{is_assigned, words};
use crate::tree::{Net, Node, Role};
use rust_hdl::prelude::Verilog;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Stands around the number of an instance's module, until modules have names.
pub(super) const MARK: char = '\u{1}';

/// Prints one module.
pub(super) struct Printer<'a> {
    names: Names<'a>,
    /// The library's number of each child, none where it is inlined.
    kinds: &'a [Option<usize>],
    /// The kernel's statements, without those that became aliases.
    kernel: Vec<Step<'a>>,
}

impl<'a> Printer<'a> {
    pub(super) fn new(node: &'a Node, kinds: &'a [Option<usize>]) -> Self {
        let mut kernel = steps(node);
        let names = Names::new(node, &mut kernel, kinds);
        Self { names, kinds, kernel }
    }

    pub(super) fn text(&self) -> String {
        if let Verilog::Custom(code) = &self.names.node.code {
            return self.custom(code);
        }
        let mut variables = BTreeSet::new();
        let logic = logic(&self.names, &self.kernel, &mut variables);
        let registers = registers(&self.names, self.kinds, &mut variables);
        let instances = self.instances();
        let mut text = self.ports(&variables);
        text += &self.declarations(&format!("{logic}{registers}{instances}"), &variables);
        for part in [logic, registers, instances] {
            if !part.is_empty() {
                text.push('\n');
                text += &part;
            }
        }
        (text + "endmodule\n").replace(OPEN, "[").replace(CLOSE, "]")
    }

    fn custom(&self, code: &str) -> String {
        let code: String =
            words(code).iter().map(|(part, word)| if *word { self.names.print_name(part) } else { part.to_string() }).collect();
        let outputs =
            self.names.node.nets.iter().filter(|net| net.role == Role::Output).map(|net| self.names.name_of(&net.name).to_string());
        let mut text = self.ports(&outputs.filter(|port| !is_assigned(&code, port)).collect());
        text += &self.declarations(&code, &BTreeSet::new());
        text.push('\n');
        code.lines().for_each(|line| text += &(format!("    {line}").trim_end().to_string() + "\n"));
        text + "endmodule\n"
    }

    /// The port list; `variables` are what `always` blocks write.
    fn ports(&self, variables: &BTreeSet<String>) -> String {
        let ports = self.names.node.nets.iter().filter(|net| matches!(net.role, Role::Input | Role::Output));
        let ports = ports.map(|net| {
            let kind = match net.role {
                Role::Input => "input  wire",
                _ if variables.contains(self.names.name_of(&net.name)) => "output reg ",
                _ => "output wire",
            };
            (format!("    {kind} {}{}", range(net.width), self.names.name_of(&net.name)), net)
        });
        let ports: Vec<_> = ports.collect();
        let last = ports.len().saturating_sub(1);
        let lines =
            ports.iter().enumerate().map(|(at, (port, net))| format!("{port}{}{}\n", if at < last { "," } else { "" }, layout(net)));
        format!(" (\n{});\n", lines.collect::<String>())
    }

    /// What `text` uses of constants and signals inside the module.
    fn declarations(&self, text: &str, variables: &BTreeSet<String>) -> String {
        let used: BTreeSet<&str> = words(text).iter().filter(|part| part.1).map(|part| part.0).collect();
        let (mut constants, mut signals) = (String::new(), String::new());
        for net in &self.names.node.nets {
            let name = self.names.name_of(&net.name);
            if !used.contains(name) || self.names.is_alias(&net.name) {
                continue;
            }
            let range = range(net.width);
            let _ = match &net.role {
                Role::Constant(digits) => writeln!(constants, "    localparam {range}{name} = {}'h{digits};", net.width),
                Role::Variant(number) => writeln!(constants, "    localparam {range}{name} = {}'d{number};", net.width),
                Role::Local | Role::ChildInput | Role::ChildOutput => {
                    let kind = if variables.contains(name) { "reg " } else { "wire" };
                    writeln!(signals, "    {kind} {range}{name};{}", layout(net))
                }
                Role::Input | Role::Output | Role::Bidirectional => Ok(()),
            };
        }
        [constants, signals].iter().filter(|part| !part.is_empty()).map(|part| format!("\n{part}")).collect()
    }

    fn instances(&self) -> String {
        let mut text = String::new();
        let mut read = BTreeSet::new();
        self.kernel.iter().for_each(|step| read.extend(step.reads.iter().map(|name| self.names.resolve(name))));
        read.extend(self.names.aliased());
        read.extend(self.names.node.links.iter().map(|(_, from)| self.names.resolve(from)));
        for (child, kind) in self.names.node.children.iter().zip(self.kinds) {
            let Some(kind) = kind else { continue };
            let ports = child.nets.iter().filter(|net| matches!(net.role, Role::Input | Role::Output));
            let ports = ports.map(|port| {
                let outside = format!("{}${}", child.name, port.name);
                let inside = printed(child)[&port.name].clone();
                let unread = port.role == Role::Output && !read.contains(self.names.resolve(&outside));
                format!("        .{inside}({})", if unread { String::new() } else { self.names.print_name(&outside) })
            });
            let ports = ports.collect::<Vec<_>>().join(",\n");
            let _ = write!(text, "    {MARK}{kind}{MARK} {} (\n{ports}\n    );\n", self.names.name_of(&child.name));
        }
        text
    }
}

fn range(width: usize) -> String {
    if width == 1 { String::new() } else { format!("[{}:0] ", width - 1) }
}

/// A comment that tells where a bundle's fields lie.
fn layout(net: &Net) -> String {
    let mut at = 0;
    let mut fields = vec![];
    for (name, width) in &net.fields {
        fields.push(if *width == 1 { format!("{name} [{at}]") } else { format!("{name} [{}:{at}]", at + width - 1) });
        at += width;
    }
    if fields.is_empty() { String::new() } else { format!(" // {}", fields.join(", ")) }
}
