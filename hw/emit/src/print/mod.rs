//! Readable Verilog: one module per kind of block, registers inline, constants and slices printed plainly.
//!
//! rust-hdl prints every statement and operator. What is done to them here: literals get the width of what they stand beside; casts of
//! signals become slices and paddings; a signal written once becomes an `assign`, the others share an `always @(*)` only with those they
//! depend on; a child's input that is just another signal becomes its port connection; small leaves (registers) are inlined; modules that
//! print alike are one, named after the block's struct. The text is the same on every run.

mod body;
mod expression;
mod logic;
mod module;
mod names;
mod registers;
mod step;
mod words;

use crate::source::Sources;
use crate::tree::Node;
use module::{MARK, Printer};
use std::collections::BTreeSet;
use std::fmt::Write;
use words::is_inlined;

/// The design's modules, the top first, each before those it holds.
pub(crate) fn print(tree: &Node, top: &str, kind: &str, sources: &Sources) -> String {
    let mut library = Library { sources, modules: vec![] };
    let root = library.module(tree, Some(kind), &[top.to_string()]);
    let names = library.names(root, top);
    let mut text = String::from("// Emitted from the Rust description of the hardware; do not edit.\n");
    let mut printed = BTreeSet::new();
    library.write(root, &names, &mut printed, &mut text);
    text
}

/// A module whose instances' kinds are still numbers in the library, between `MARK`s.
struct Module {
    /// Name of the block's struct, where the sources tell.
    kind: Option<String>,
    /// The fields that lead to the first instance, the nearest first.
    fields: Vec<String>,
    text: String,
    /// Numbers of the modules it holds, in order.
    holds: Vec<usize>,
}

struct Library<'a> {
    sources: &'a Sources,
    modules: Vec<Module>,
}

impl Library<'_> {
    /// The number of the module that `node` is an instance of.
    fn module(&mut self, node: &Node, kind: Option<&str>, fields: &[String]) -> usize {
        let source = kind.and_then(|kind| self.sources.blocks.get(kind));
        let mut holds = vec![];
        for child in &node.children {
            let field = child.name.split('$').next().unwrap_or(&child.name);
            let kind = source.and_then(|source| source.fields.get(field)).cloned();
            let fields = [&[field.to_string()], fields].concat();
            holds.push((!is_inlined(child)).then(|| self.module(child, kind.as_deref(), &fields)));
        }
        let text = Printer::new(node, &holds).text();
        let known = self.modules.iter().position(|module| module.kind.as_deref() == kind && module.text == text);
        known.unwrap_or_else(|| {
            let holds = holds.into_iter().flatten().collect();
            self.modules.push(Module { kind: kind.map(str::to_string), fields: fields.to_vec(), text, holds });
            self.modules.len() - 1
        })
    }

    /// Names the modules after their structs. Where a struct makes several, also after the nearest field on the way to each that tells it
    /// from the others; where none does, with a number.
    fn names(&self, root: usize, top: &str) -> Vec<String> {
        let kind = |module: &Module| snake(module.kind.as_deref().unwrap_or(&module.fields[0]));
        let mut taken = BTreeSet::from([top.to_string()]);
        let mut name = |(number, module): (usize, &Module)| {
            if number == root {
                return top.to_string();
            }
            let kind_name = kind(module);
            let others = self.modules.iter().enumerate().filter(|(other, m)| ![number, root].contains(other) && kind(m) == kind_name);
            let others: Vec<&Module> = others.map(|(_, other)| other).collect();
            let tells = |(level, field): &(usize, &String)| {
                **field != kind_name && others.iter().all(|other| other.fields.get(*level) != Some(field))
            };
            let base = match module.fields.iter().enumerate().find(tells) {
                Some((_, field)) if !others.is_empty() => format!("{kind_name}_{field}"),
                _ => kind_name.clone(),
            };
            let numbered = (2..).map(|number| format!("{base}_{number}"));
            let unique = std::iter::once(base.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
            unique.unwrap_or(base)
        };
        self.modules.iter().enumerate().map(&mut name).collect()
    }

    fn write(&self, number: usize, names: &[String], printed: &mut BTreeSet<usize>, text: &mut String) {
        if !printed.insert(number) {
            return;
        }
        let module = &self.modules[number];
        text.push('\n');
        let doc = module.kind.as_ref().and_then(|kind| self.sources.blocks.get(kind)).map_or(&[][..], |source| &source.doc);
        doc.iter().for_each(|line| _ = writeln!(text, "{}", format!("// {line}").trim_end()));
        let mut parts = module.text.split(MARK);
        let _ = write!(text, "module {}{}", names[number], parts.next().unwrap_or_default());
        while let (Some(kind), Some(rest)) = (parts.next(), parts.next()) {
            let _ = write!(text, "{}{rest}", kind.parse::<usize>().map_or("", |kind| &names[kind]));
        }
        module.holds.iter().for_each(|&held| self.write(held, names, printed, text));
    }
}

/// `SipRound` as `sip_round`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
