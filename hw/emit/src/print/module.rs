//! The text of one module.

use super::expression::{CLOSE, OPEN};
use super::logic::logic;
use super::names::{Names, printed};
use super::ports::{ports, trailing};
use super::registers::registers;
use super::step::{Step, steps};
use super::words::{is_assigned, without_comments, words};
use crate::primitive::Primitive;
use crate::source::{Kind, Sources};
use crate::tree::{Net, Node, Role};
use rust_hdl::prelude::Verilog;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Stands around the number of an instance's module, until modules have names.
pub(super) const MARK: char = '\u{1}';

/// Prints one module.
pub(super) struct Printer<'a> {
    sources: &'a Sources,
    /// The struct whose comments its signals have.
    kind: Kind,
    names: Names<'a>,
    /// The library's number of each child, none where it is inlined.
    kinds: &'a [Option<usize>],
    /// The kernel's statements, without those that became aliases.
    kernel: Vec<Step<'a>>,
}

impl<'a> Printer<'a> {
    pub(super) fn new(node: &'a Node, kind: Kind, kinds: &'a [Option<usize>], sources: &'a Sources) -> Self {
        let mut kernel = steps(node);
        let names = Names::new(node, &mut kernel, kinds);
        Self { sources, kind, names, kinds, kernel }
    }

    /// The module from what follows its name, to its end.
    pub(super) fn text(&self) -> String {
        if let Some(primitive) = Primitive::read(&self.names.node.code) {
            return self.custom(&primitive.body, Some(&primitive));
        }
        if let Verilog::Custom(code) = &self.names.node.code {
            return self.custom(code, None);
        }
        let mut variables = BTreeSet::new();
        let logic = logic(&self.names, &self.kernel, &mut variables);
        let registers = registers(&self.names, self.kinds, &mut variables);
        let instances = self.instances();
        let mut text = self.ports(&variables, None);
        let [parts, fields] = self.names.field_declarations();
        text += &self.declarations(&format!("{fields}{logic}{registers}{instances}"), &variables);
        for part in [parts, fields, logic, registers, instances] {
            if !part.is_empty() {
                text.push('\n');
                text += &part;
            }
        }
        (text + "\nendmodule\n").replace(OPEN, "[").replace(CLOSE, "]")
    }

    fn custom(&self, code: &str, primitive: Option<&Primitive>) -> String {
        let code: String =
            words(code).iter().map(|(part, word)| if *word { self.names.print_name(part) } else { part.to_string() }).collect();
        let outputs =
            self.names.node.nets.iter().filter(|net| net.role == Role::Output).map(|net| self.names.name_of(&net.name).to_string());
        let mut text = self.ports(&outputs.filter(|port| !is_assigned(&code, port)).collect(), primitive);
        text += &self.declarations(&code, &BTreeSet::new());
        text.push('\n');
        code.lines().for_each(|line| text += &(format!("    {line}").trim_end().to_string() + "\n"));
        text + "\nendmodule\n"
    }

    /// The parameters and the port list; `variables` are what `always` blocks write.
    fn ports(&self, variables: &BTreeSet<String>, primitive: Option<&Primitive>) -> String {
        let parameters = primitive.map_or(&[][..], |primitive| &primitive.parameters);
        let parameters: Vec<_> = parameters.iter().map(|of| format!("    parameter {} = {}", of.name, of.default)).collect();
        let list = ports(&self.names, &self.kind, self.sources, variables, primitive);
        if parameters.is_empty() { format!(" (\n{list});\n") } else { format!(" #(\n{}\n) (\n{list});\n", parameters.join(",\n")) }
    }

    /// What `text` uses of constants and signals inside the module.
    fn declarations(&self, text: &str, variables: &BTreeSet<String>) -> String {
        let text = without_comments(text);
        let used: BTreeSet<&str> = words(&text).iter().filter(|part| part.1).map(|part| part.0).collect();
        let (mut constants, mut signals) = (String::new(), String::new());
        for net in &self.names.node.nets {
            let name = self.names.name_of(&net.name);
            if !used.contains(name) || self.names.is_alias(&net.name) {
                continue;
            }
            let range = range(net.width);
            let line = match &net.role {
                Role::Constant(digits) => format!("    localparam {range}{name} = {}'h{digits};", net.width),
                Role::Variant(number) => format!("    localparam {range}{name} = {}'d{number};", net.width),
                Role::Local | Role::ChildInput | Role::ChildOutput => {
                    let kind = if variables.contains(name) { "reg " } else { "wire" };
                    format!("    {kind} {range}{name};")
                }
                Role::Input | Role::Output | Role::Bidirectional => continue,
            };
            let part = if matches!(net.role, Role::Constant(_) | Role::Variant(_)) { &mut constants } else { &mut signals };
            let _ = writeln!(part, "{line}{}", self.comment(net, &line));
        }
        [constants, signals].iter().filter(|part| !part.is_empty()).map(|part| format!("\n{part}")).collect()
    }

    /// What the sources say of a signal inside the module, behind its declaration: of a register, at its output.
    fn comment(&self, net: &Net, line: &str) -> String {
        let child = |(child, kind): &(&Node, &Option<usize>)| kind.is_none() && net.name.strip_prefix(&child.name) == Some("$q");
        let register = self.names.node.children.iter().zip(self.kinds).find(child).map(|(child, _)| child.name.as_str());
        let own = if net.role == Role::Local || matches!(net.role, Role::Constant(_)) { Some(net.name.as_str()) } else { register };
        let doc = own.map_or(vec![], |name| self.sources.signal(&self.kind, name)[1].clone());
        trailing(&doc, line.len()).map_or(String::new(), |doc| format!(" // {doc}"))
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
            let parameters = Primitive::read(&child.code).map_or(vec![], |primitive| primitive.parameters);
            let parameters: Vec<_> = parameters.iter().map(|of| format!(".{}({})", of.name, of.value)).collect();
            let parameters = if parameters.is_empty() { String::new() } else { format!("#({}) ", parameters.join(", ")) };
            if !text.is_empty() {
                text.push('\n');
            }
            self.names.comment(&child.name).iter().for_each(|line| _ = writeln!(text, "    // {line}"));
            let _ = write!(text, "    {MARK}{kind}{MARK} {parameters}{} (\n{ports}\n    );\n", self.names.name_of(&child.name));
        }
        text
    }
}

fn range(width: usize) -> String {
    if width == 1 { String::new() } else { format!("[{}:0] ", width - 1) }
}
