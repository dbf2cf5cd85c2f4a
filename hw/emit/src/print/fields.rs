//! Fields of bundles, read and written by their names.
//!
//! A field that is read has a wire. A bundle that an `always` block writes field by field is made of variables, one for each field.

use super::names::Names;
use crate::expression::{bare, constant};
use crate::tree::Net;
use rust_hdl::core::ast::*;
use std::collections::BTreeSet;
use std::fmt::Write;

impl Names<'_> {
    /// Says which signals the statements write that are printed next.
    pub(super) fn writing(&self, names: &BTreeSet<String>) {
        *self.fields.whole.borrow_mut() = names.iter().map(|name| self.resolve(name).to_string()).collect();
    }

    /// Makes bundles that are written next of variables.
    pub(super) fn apart(&self, names: &[&String]) {
        for name in names {
            let signal = self.resolve(name).to_string();
            self.fields.whole.borrow_mut().remove(&signal);
            self.fields.apart.borrow_mut().insert(signal);
        }
    }

    /// What these bits of a bundle are called, where they are a field of it that has a name.
    pub(super) fn field(&self, name: &str, at: usize, width: usize) -> Option<String> {
        let signal = self.resolve(name);
        if self.fields.whole.borrow().contains(signal) {
            return None;
        }
        let field = [signal, name].into_iter().find_map(|name| self.node.net(name)?.field(at, width))?;
        let mut names = self.fields.names.borrow_mut();
        let printed = format!("{}_{}", self.print_name(signal), field.name);
        let is_taken = self.is_taken(&printed) || names.iter().any(|(of, name)| of.0 != signal && name.as_ref() == Some(&printed));
        let named = || (!is_taken).then_some(printed);
        names.entry((signal.to_string(), at, width)).or_insert_with(named).clone()
    }

    /// Whether every field of a bundle can have a name.
    fn names_all(&self, net: &Net) -> bool {
        let whole = self.fields.whole.take();
        let all = net.fields.iter().all(|field| field.is_inner || self.field(&net.name, field.at, field.width).is_some());
        *self.fields.whole.borrow_mut() = whole;
        all
    }

    /// The variables of a bundle that is made of them, the most significant first; none where it is not.
    pub(super) fn parts(&self, name: &str) -> Vec<String> {
        let signal = self.resolve(name);
        if !self.fields.apart.borrow().contains(signal) {
            return vec![];
        }
        let fields = self.node.net(signal).map_or(&[][..], |net| &net.fields);
        fields.iter().filter(|field| !field.is_inner).rev().filter_map(|field| self.field(signal, field.at, field.width)).collect()
    }

    /// The declarations of the variables, then those of the wires, a line each.
    pub(super) fn field_declarations(&self) -> [String; 2] {
        let (mut variables, mut wires) = (String::new(), String::new());
        for ((signal, at, width), field) in &*self.fields.names.borrow() {
            let Some(field) = field else { continue };
            let range = if *width == 1 { String::new() } else { format!("[{}:0] ", width - 1) };
            let bits = if *width == 1 { at.to_string() } else { format!("{}:{at}", at + width - 1) };
            let is_part = |net: &Net| net.field(*at, *width).is_some_and(|field| !field.is_inner);
            let _ = if self.fields.apart.borrow().contains(signal) && self.node.net(signal).is_some_and(is_part) {
                writeln!(variables, "    reg  {range}{field};")
            } else {
                writeln!(wires, "    wire {range}{field} = {}[{bits}];", self.print_name(signal))
            };
        }
        [variables, wires]
    }
}

/// Whether the bundle `name` can be made of variables where `statements` write it: they write and read nothing of it but whole fields, and
/// write more than the whole.
pub(super) fn is_apart(names: &Names, name: &str, statements: &[&VerilogStatement]) -> bool {
    let Some(net) = names.node.net(name).filter(|net| !net.fields.is_empty()) else { return false };
    let mut uses = Uses { net, by_fields: true, has_parts: false };
    statements.iter().for_each(|statement| uses.statement(statement));
    uses.by_fields && uses.has_parts && names.names_all(net)
}

struct Uses<'a> {
    net: &'a Net,
    /// Whether nothing is read or written but fields, or written but the whole.
    by_fields: bool,
    /// Whether a field is written.
    has_parts: bool,
}

impl Uses<'_> {
    fn statement(&mut self, statement: &VerilogStatement) {
        match statement {
            VerilogStatement::Assignment(to, value) => {
                if !matches!(to, VerilogExpression::Signal(name) if *name == self.net.name) {
                    self.expression(to);
                }
                self.expression(value);
            }
            VerilogStatement::SliceAssignment { base, width, offset, replacement } => {
                if matches!(base, VerilogExpression::Signal(name) if *name == self.net.name) {
                    self.has_parts = true;
                    self.part(offset, *width);
                }
                self.expression(offset);
                self.expression(replacement);
            }
            VerilogStatement::If(choice) => {
                self.expression(&choice.test);
                choice.then.iter().for_each(|inner| self.statement(inner));
                match &choice.otherwise {
                    VerilogBlockOrConditional::Block(block) => block.iter().for_each(|inner| self.statement(inner)),
                    VerilogBlockOrConditional::Conditional(next) => self.statement(next),
                    VerilogBlockOrConditional::None => {}
                }
            }
            VerilogStatement::Match(choice) => {
                self.expression(&choice.test);
                choice.cases.iter().flat_map(|case| &case.block).for_each(|inner| self.statement(inner));
            }
            VerilogStatement::Loop(_) | VerilogStatement::Macro(_) | VerilogStatement::Link(_) | VerilogStatement::Comment(_) => {}
        }
    }

    fn part(&mut self, offset: &VerilogExpression, width: usize) {
        let at = constant(offset).and_then(|at| usize::try_from(at).ok());
        self.by_fields &= at.and_then(|at| self.net.field(at, width)).is_some_and(|field| !field.is_inner);
    }

    fn expression(&mut self, expression: &VerilogExpression) {
        use VerilogExpression as E;
        let own = |base: &E| matches!(bare(base), E::Signal(name) if *name == self.net.name);
        match expression {
            E::Signal(name) => self.by_fields &= *name != self.net.name,
            E::Literal(_) => {}
            E::Cast(inner, _) | E::Signed(inner) | E::Unsigned(inner) | E::Paren(inner) | E::Unary(_, inner) => self.expression(inner),
            E::Binary(left, _, right) => [left, right].into_iter().for_each(|inner| self.expression(inner)),
            E::Index(base, at) if own(base) => self.part(at, 1),
            E::Slice(base, width, at) if own(base) => self.part(at, *width),
            E::Index(base, at) | E::Slice(base, _, at) => [base, at].into_iter().for_each(|inner| self.expression(inner)),
            E::IndexReplace(base, at, value) => [base, at, value].into_iter().for_each(|inner| self.expression(inner)),
        }
    }
}
