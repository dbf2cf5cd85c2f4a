//! Readable Verilog: one module per kind of block, registers inline, constants and slices printed plainly.
//!
//! rust-hdl prints every statement and operator. What is done to them here: literals get the width of what they stand beside; casts of
//! signals become slices and paddings; a signal written once becomes an `assign`, the others share an `always @(*)` only with those they
//! depend on; a child's input that is just another signal becomes its port connection; a field of a bundle is read by its name; small leaves
//! (registers) are inlined; modules that print alike are one, named after the block's struct. The text is the same on every run.

mod body;
mod expression;
mod fields;
mod logic;
mod module;
mod names;
mod ports;
mod registers;
mod step;
mod words;

use crate::library::{Library, Module};
use crate::primitive::Primitive;
use crate::source::{Kind, Sources};
use crate::tree::Node;
use module::{MARK, Printer};
use std::collections::BTreeSet;
use std::fmt::Write;
use words::is_inlined;

/// The modules of the designs' tops, by the name of each.
pub(crate) fn print(tops: &[(String, Node)], prefix: &str, sources: &Sources) -> Library {
    let mut shelf = Shelf { sources, prefix, parts: vec![] };
    let roots: Vec<(usize, &str)> = tops.iter().map(|(top, node)| (shelf.add(node, std::slice::from_ref(top)), top.as_str())).collect();
    let names = shelf.names(&roots);
    let modules =
        shelf.parts.iter().enumerate().map(|(number, part)| Module { name: names[number].clone(), text: part.finished(&names, number) });
    let modules = modules.collect();
    Library { modules, tops: roots.iter().map(|(root, top)| (top.to_string(), shelf.list(*root))).collect() }
}

/// A module whose instances' modules are still numbers, between `MARK`s.
struct Part {
    /// What it is called unless others are, too.
    name: String,
    /// The fields that lead to the first instance, the nearest first.
    fields: Vec<String>,
    doc: Vec<String>,
    text: String,
    /// Numbers of the modules it holds, in order.
    holds: Vec<usize>,
}

impl Part {
    fn finished(&self, names: &[String], number: usize) -> String {
        let mut text = String::new();
        self.doc.iter().for_each(|line| _ = writeln!(text, "{}", format!("// {line}").trim_end()));
        let mut parts = self.text.split(MARK);
        let _ = write!(text, "module {}{}", names[number], parts.next().unwrap_or_default());
        while let (Some(held), Some(rest)) = (parts.next(), parts.next()) {
            let _ = write!(text, "{}{rest}", held.parse::<usize>().map_or("", |held| &names[held]));
        }
        text
    }
}

struct Shelf<'a> {
    sources: &'a Sources,
    prefix: &'a str,
    parts: Vec<Part>,
}

impl Shelf<'_> {
    /// The number of the module that `node` is an instance of, which `fields` lead to.
    fn add(&mut self, node: &Node, fields: &[String]) -> usize {
        let mut children = vec![];
        for child in &node.children {
            let field = child.name.split('$').next().unwrap_or(&child.name);
            let fields = [&[field.to_string()], fields].concat();
            children.push((!is_inlined(child)).then(|| self.add(child, &fields)));
        }
        let primitive = Primitive::read(&node.code);
        let own = node.kind.clone().unwrap_or_default();
        let kind = match &primitive {
            // Its comments are those of all its uses, so generics keep their names.
            Some(primitive) if self.sources.knows(&primitive.name) => Kind::bare(&primitive.name),
            Some(_) => Kind::bare(&own.name),
            None => own,
        };
        let written = primitive.as_ref().map_or(&[][..], |primitive| &primitive.doc);
        let doc = if written.is_empty() { self.sources.doc(&kind) } else { written.to_vec() };
        let called = primitive.map_or_else(|| kind.name.clone(), |primitive| primitive.name);
        let name = self.prefixed(&snake(if called.is_empty() { &fields[0] } else { &called }));
        let text = Printer::new(node, kind, &children, self.sources).text();
        let known = self.parts.iter().position(|part| part.name == name && part.text == text);
        known.unwrap_or_else(|| {
            let holds = children.into_iter().flatten().collect();
            self.parts.push(Part { name, fields: fields.to_vec(), doc, text, holds });
            self.parts.len() - 1
        })
    }

    fn prefixed(&self, name: &str) -> String {
        if name.starts_with(self.prefix) { name.into() } else { format!("{}{name}", self.prefix) }
    }

    /// Names the modules after their structs. Where a struct makes several, also after the top, where each is in another; else after the
    /// nearest field on the way to each that tells it from the others; where none does, with a number.
    fn names(&self, roots: &[(usize, &str)]) -> Vec<String> {
        let root = |number: usize| roots.iter().find(|(root, _)| *root == number).map(|(_, top)| *top);
        let lists: Vec<(Vec<usize>, &str)> = roots.iter().map(|(root, top)| (self.list(*root), *top)).collect();
        let tops = |number: usize| lists.iter().filter(move |(list, _)| list.contains(&number)).map(|(_, top)| *top).collect::<Vec<_>>();
        let mut taken: BTreeSet<String> = roots.iter().map(|(_, top)| top.to_string()).collect();
        let mut name = |(number, part): (usize, &Part)| {
            if let Some(top) = root(number) {
                return top.to_string();
            }
            let same: Vec<usize> = (0..self.parts.len()).filter(|&of| root(of).is_none() && self.parts[of].name == part.name).collect();
            let others: Vec<&Part> = same.iter().filter(|&&of| of != number).map(|&of| &self.parts[of]).collect();
            let all: Vec<&str> = same.iter().flat_map(|&of| tops(of)).collect();
            let one_each = all.len() == same.len() && all.iter().collect::<BTreeSet<_>>().len() == same.len();
            let tells = |(level, field): &(usize, &String)| {
                self.prefixed(field) != part.name && others.iter().all(|other| other.fields.get(*level) != Some(field))
            };
            let base = match part.fields.iter().enumerate().find(tells) {
                _ if others.is_empty() => part.name.clone(),
                _ if one_each => format!("{}_{}", part.name, tops(number).concat().trim_start_matches(self.prefix)),
                Some((_, field)) => format!("{}_{field}", part.name),
                None => part.name.clone(),
            };
            let numbered = (2..).map(|number| format!("{base}_{number}"));
            let unique = std::iter::once(base.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
            unique.unwrap_or(base)
        };
        self.parts.iter().enumerate().map(&mut name).collect()
    }

    /// The modules that `number` is made of, each after those it holds.
    fn list(&self, number: usize) -> Vec<usize> {
        let mut list: Vec<usize> = self.parts[number].holds.iter().flat_map(|&held| self.list(held)).chain([number]).collect();
        let mut seen = BTreeSet::new();
        list.retain(|&number| seen.insert(number));
        list
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
