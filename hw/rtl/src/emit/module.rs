//! The text of one module.

use super::sized::{CLOSE, OPEN, body};
use super::tree::{Net, Node, Role, constant};
use super::width::{bare, show};
use rust_hdl::core::ast::*;
use rust_hdl::prelude::Verilog;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Stands around the number of an instance's module, until modules have names.
pub(super) const MARK: char = '\u{1}';

/// Words of hand-written Verilog that make no names of their own.
const PLAIN: [&str; 11] = ["always", "posedge", "negedge", "if", "else", "begin", "end", "assign", "case", "endcase", "default"];

/// Whether a block is a leaf written by hand in terms of its ports and constants alone: a register, say. It is printed in its parent.
pub(super) fn is_inlined(node: &Node) -> bool {
    let Verilog::Custom(code) = &node.code else { return false };
    let known = |word: &str| {
        let port = |net: &Net| matches!(net.role, Role::Input | Role::Output | Role::Constant(_));
        PLAIN.contains(&word) || node.net(word).is_some_and(port)
    };
    node.children.is_empty() && words(code).iter().all(|part| !part.1 || known(part.0))
}

/// Cuts Verilog into names (true) and what lies between them; the digits of a literal and system functions are no names.
fn words(code: &str) -> Vec<(&str, bool)> {
    let mut parts = vec![];
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_ascii_alphanumeric() || "_$'".contains(c);
        let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
        let end = if word(first) { end } else { rest.find(word).unwrap_or(rest.len()) };
        let (part, tail) = rest.split_at(end);
        parts.push((part, first.is_ascii_alphabetic() || first == '_'));
        rest = tail;
    }
    parts
}

/// Prints one module.
pub(super) struct Printer<'a> {
    pub(super) node: &'a Node,
    /// The library's number of each child, none where it is inlined.
    kinds: &'a [Option<usize>],
    /// Signals that are other names of a signal: `.0` is printed as `.1`.
    aliases: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    /// The kernel's statements, without those that became aliases.
    kernel: Vec<Step<'a>>,
}

/// A statement of the kernel, and the signals that it writes and reads.
struct Step<'a> {
    statement: &'a VerilogStatement,
    writes: BTreeSet<String>,
    reads: BTreeSet<String>,
}

impl<'a> Printer<'a> {
    pub(super) fn new(node: &'a Node, kinds: &'a [Option<usize>]) -> Self {
        let kernel = node.kernel.iter().map(|statement| {
            let (mut writes, mut reads) = (BTreeSet::new(), BTreeSet::new());
            uses(statement, &mut writes, &mut reads);
            Step { statement, writes, reads }
        });
        let mut printer = Self { node, kinds, aliases: BTreeMap::new(), names: names(node), kernel: kernel.collect() };
        printer.find_aliases();
        printer
    }

    fn is_module_port(&self, name: &str) -> bool {
        let instance = |(child, kind): (&Node, &Option<usize>)| {
            kind.is_some() && name.strip_prefix(&child.name).is_some_and(|rest| rest.starts_with('$'))
        };
        self.node.children.iter().zip(self.kinds).any(instance)
    }

    /// Makes port connections of links, and of statements that only copy a signal to or from a child.
    fn find_aliases(&mut self) {
        let node = self.node;
        let role = |name: &str| node.net(name).map(|net| &net.role);
        let mut pairs: Vec<(String, String, Option<usize>)> =
            node.links.iter().map(|(to, from)| (to.clone(), from.clone(), None)).collect();
        for (at, step) in self.kernel.iter().enumerate() {
            if let VerilogStatement::Assignment(VerilogExpression::Signal(to), from) = step.statement
                && let VerilogExpression::Signal(from) = bare(from)
                && self.kernel.iter().filter(|other| other.writes.contains(to)).count() == 1
                && !self.kernel[at..].iter().any(|later| later.writes.contains(from))
            {
                pairs.push((to.clone(), from.clone(), Some(at)));
            }
        }
        let mut gone = BTreeSet::new();
        for (to, from, at) in pairs {
            if role(&to) == Some(&Role::ChildInput) && !matches!(role(&from), None | Some(Role::Variant(_))) {
                self.aliases.insert(to, from);
                gone.extend(at);
            } else if role(&to) == Some(&Role::Output) && self.is_module_port(&from) && !self.aliases.contains_key(&from) {
                self.aliases.insert(from, to);
                gone.extend(at);
            }
        }
        let mut at = 0..;
        self.kernel.retain(|_| at.next().is_none_or(|at| !gone.contains(&at)));
    }

    /// The signal that stands for `name`, after all its aliases.
    fn resolve<'n>(&'n self, mut name: &'n str) -> &'n str {
        while let Some(other) = self.aliases.get(name) {
            name = other;
        }
        name
    }

    pub(super) fn print_name(&self, name: &str) -> String {
        let name = self.resolve(name);
        self.names.get(name).cloned().unwrap_or_else(|| name.into())
    }

    pub(super) fn text(&self) -> String {
        if let Verilog::Custom(code) = &self.node.code {
            return self.custom(code);
        }
        let mut variables = BTreeSet::new();
        let logic = self.logic(&mut variables);
        let registers = self.registers(&mut variables);
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
        let code: String = words(code).iter().map(|(part, word)| if *word { self.print_name(part) } else { part.to_string() }).collect();
        let outputs = self.node.nets.iter().filter(|net| net.role == Role::Output).map(|net| self.names[&net.name].clone());
        let mut text = self.ports(&outputs.filter(|port| !is_assigned(&code, port)).collect());
        text += &self.declarations(&code, &BTreeSet::new());
        text.push('\n');
        code.lines().for_each(|line| text += &(format!("    {line}").trim_end().to_string() + "\n"));
        text + "endmodule\n"
    }

    /// The port list; `variables` are what `always` blocks write.
    fn ports(&self, variables: &BTreeSet<String>) -> String {
        let ports = self.node.nets.iter().filter(|net| matches!(net.role, Role::Input | Role::Output));
        let ports = ports.map(|net| {
            let kind = match net.role {
                Role::Input => "input  wire",
                _ if variables.contains(&self.names[&net.name]) => "output reg ",
                _ => "output wire",
            };
            (format!("    {kind} {}{}", range(net.width), self.names[&net.name]), net)
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
        for net in &self.node.nets {
            let name = &self.names[&net.name];
            if !used.contains(name.as_str()) || self.aliases.contains_key(&net.name) {
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

    /// The kernel: what is written once as an assignment, the rest in blocks of what belongs together.
    fn logic(&self, variables: &mut BTreeSet<String>) -> String {
        let mut text = String::new();
        for (to, from) in &self.node.links {
            if self.resolve(to) != self.resolve(from) {
                let _ = writeln!(text, "    assign {} = {};", self.print_name(to), self.print_name(from));
            }
        }
        for group in self.groups() {
            let steps: Vec<&Step> = group.iter().map(|&at| &self.kernel[at]).collect();
            if let [Step { statement: VerilogStatement::Assignment(to, value), .. }] = steps[..] {
                let printed = self.assignment(to, value);
                let _ = writeln!(text, "    assign {}", body(&[printed]).trim());
            } else if let Some(bundle) = self.bundle(&steps) {
                text += &bundle;
            } else {
                variables.extend(steps.iter().flat_map(|step| &step.writes).map(|name| self.print_name(name)));
                let block: Vec<_> = steps.iter().map(|step| self.statement(step.statement)).collect();
                let _ = write!(text, "    always @(*) begin\n{}    end\n", body(&block));
            }
        }
        text
    }

    /// Numbers of statements that must stay together and in order: those that write the same signal, and those that read what is written again
    /// afterwards.
    fn groups(&self) -> Vec<Vec<usize>> {
        let count = self.kernel.len();
        let mut group: Vec<usize> = (0..count).collect();
        let mut unite = |a: usize, b: usize| {
            let (a, b) = (group[a].min(group[b]), group[a].max(group[b]));
            group.iter_mut().filter(|group| **group == b).for_each(|group| *group = a);
        };
        let mut writers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, step) in self.kernel.iter().enumerate() {
            step.writes.iter().for_each(|name| writers.entry(name).or_default().push(at));
            if step.writes.is_empty() && at + 1 < count {
                unite(at, at + 1); // a comment stands before what it speaks of
            }
        }
        for at in writers.values() {
            at.windows(2).for_each(|pair| unite(pair[0], pair[1]));
        }
        for (at, step) in self.kernel.iter().enumerate() {
            for &last in step.reads.iter().filter_map(|name| writers.get(name.as_str())?.last()) {
                if last > at {
                    unite(at, last);
                }
            }
        }
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        group.iter().enumerate().for_each(|(at, group)| groups.entry(*group).or_default().push(at));
        groups.into_values().collect()
    }

    /// A bundle whose fields are each written once, as one concatenation.
    fn bundle(&self, steps: &[&Step]) -> Option<String> {
        let mut parts = vec![];
        for step in steps {
            let VerilogStatement::SliceAssignment { base: VerilogExpression::Signal(name), width, offset, replacement } = step.statement
            else {
                return None;
            };
            if step.reads.contains(name) {
                return None;
            }
            parts.push((usize::try_from(constant(offset)?).ok()?, *width, name, replacement));
        }
        parts.sort_by_key(|part| part.0);
        let net = self.node.net(parts.first()?.2)?;
        let mut next = 0;
        for (at, width, ..) in &parts {
            if *at != next {
                return None;
            }
            next += width;
        }
        if next != net.width {
            return None;
        }
        let mut lines = vec![];
        for (at, (offset, width, _, value)) in parts.iter().enumerate().rev() {
            let value = show(&self.sized(value, *width));
            let comma = if at == 0 { "" } else { "," };
            lines.push(format!("        {value}{comma}{}\n", field(net, *offset, *width)));
        }
        Some(format!("    assign {} = {{\n{}    }};\n", self.print_name(&net.name), lines.concat()))
    }

    /// The registers and other small leaves, those of one clock in one block.
    fn registers(&self, variables: &mut BTreeSet<String>) -> String {
        let mut clocked: Vec<(String, Vec<String>)> = vec![];
        let mut text = String::new();
        for (child, kind) in self.node.children.iter().zip(self.kinds) {
            let (None, Verilog::Custom(code)) = (kind, &child.code) else { continue };
            let outputs = child.nets.iter().filter(|net| net.role == Role::Output && !is_assigned(code, &net.name));
            variables.extend(outputs.map(|net| self.print_name(&format!("{}${}", child.name, net.name))));
            let name = |part: &str| match child.net(part).map(|net| (&net.role, net.width)) {
                Some((Role::Constant(digits), width)) => format!("{width}'h{digits}"),
                Some(_) => self.print_name(&format!("{}${part}", child.name)),
                None => part.to_string(),
            };
            let code: String = words(code).iter().map(|(part, word)| if *word { name(part) } else { part.to_string() }).collect();
            match code.trim().strip_prefix("always @(posedge ").and_then(|rest| rest.split_once(')')) {
                Some((clock, step)) if !step.contains('\n') => match clocked.iter_mut().find(|(known, _)| known == clock) {
                    Some((_, steps)) => steps.push(step.trim().into()),
                    None => clocked.push((clock.into(), vec![step.trim().into()])),
                },
                _ => code.lines().for_each(|line| _ = writeln!(text, "    {line}")),
            }
        }
        for (clock, steps) in clocked {
            let _ = write!(
                text,
                "    always @(posedge {clock}) begin\n{}    end\n",
                steps.iter().map(|step| format!("        {step}\n")).collect::<String>()
            );
        }
        text
    }

    fn instances(&self) -> String {
        let mut text = String::new();
        let mut read = BTreeSet::new();
        self.kernel.iter().for_each(|step| read.extend(step.reads.iter().map(|name| self.resolve(name))));
        read.extend(self.aliases.values().map(|name| self.resolve(name)));
        read.extend(self.node.links.iter().map(|(_, from)| self.resolve(from)));
        for (child, kind) in self.node.children.iter().zip(self.kinds) {
            let Some(kind) = kind else { continue };
            let ports = child.nets.iter().filter(|net| matches!(net.role, Role::Input | Role::Output));
            let ports = ports.map(|port| {
                let outside = format!("{}${}", child.name, port.name);
                let inside = names(child)[&port.name].clone();
                let unread = port.role == Role::Output && !read.contains(self.resolve(&outside));
                format!("        .{inside}({})", if unread { String::new() } else { self.print_name(&outside) })
            });
            let ports = ports.collect::<Vec<_>>().join(",\n");
            let _ = write!(text, "    {MARK}{kind}{MARK} {} (\n{ports}\n    );\n", self.names[&child.name]);
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

/// A comment that names the field at these bits of a bundle.
fn field(net: &Net, offset: usize, width: usize) -> String {
    let mut at = 0;
    for (name, bits) in &net.fields {
        if at == offset && *bits == width {
            return format!(" // {name}");
        }
        at += bits;
    }
    String::new()
}

/// Whether hand-written Verilog drives `port` by `assign`, and not in an `always` block.
fn is_assigned(code: &str, port: &str) -> bool {
    words(code).windows(3).any(|part| part[0].0 == "assign" && part[2].0 == port)
}

/// The Verilog name of every signal and instance: `$` becomes `_`, with more of them where two would be the same.
fn names(node: &Node) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::new();
    let mut names = BTreeMap::new();
    for name in node.nets.iter().map(|net| &net.name).chain(node.children.iter().map(|child| &child.name)) {
        // rust-hdl's `clock!` reaches only ports called `clock`; in Verilog they are called `clk`.
        let short = match name.strip_suffix("clock") {
            Some(rest) if rest.is_empty() || rest.ends_with('$') => format!("{rest}clk"),
            _ => name.clone(),
        };
        let mut divider = String::from("_");
        while taken.contains(&short.replace('$', &divider)) {
            divider.push('_');
        }
        let printed = short.replace('$', &divider);
        taken.insert(printed.clone());
        names.insert(name.clone(), printed);
    }
    names
}

/// Adds the signals that a statement writes and reads.
pub(super) fn uses(statement: &VerilogStatement, writes: &mut BTreeSet<String>, reads: &mut BTreeSet<String>) {
    match statement {
        VerilogStatement::Assignment(to, value) => {
            signals(to, writes);
            signals(value, reads);
        }
        VerilogStatement::SliceAssignment { base, offset, replacement, .. } => {
            signals(base, writes);
            signals(offset, reads);
            signals(replacement, reads);
        }
        VerilogStatement::If(choice) => {
            signals(&choice.test, reads);
            choice.then.iter().for_each(|inner| uses(inner, writes, reads));
            match &choice.otherwise {
                VerilogBlockOrConditional::Block(block) => block.iter().for_each(|inner| uses(inner, writes, reads)),
                VerilogBlockOrConditional::Conditional(next) => uses(next, writes, reads),
                VerilogBlockOrConditional::None => {}
            }
        }
        VerilogStatement::Match(choice) => {
            signals(&choice.test, reads);
            choice.cases.iter().flat_map(|case| &case.block).for_each(|inner| uses(inner, writes, reads));
        }
        VerilogStatement::Loop(_) | VerilogStatement::Macro(_) | VerilogStatement::Link(_) | VerilogStatement::Comment(_) => {}
    }
}

fn signals(expression: &VerilogExpression, into: &mut BTreeSet<String>) {
    use VerilogExpression as E;
    match expression {
        E::Signal(name) => _ = into.insert(name.clone()),
        E::Literal(_) => {}
        E::Cast(inner, _) | E::Signed(inner) | E::Unsigned(inner) | E::Paren(inner) | E::Unary(_, inner) => signals(inner, into),
        E::Binary(left, _, right) => [left, right].into_iter().for_each(|inner| signals(inner, into)),
        E::Index(base, at) | E::Slice(base, _, at) => [base, at].into_iter().for_each(|inner| signals(inner, into)),
        E::IndexReplace(base, at, value) => [base, at, value].into_iter().for_each(|inner| signals(inner, into)),
    }
}
