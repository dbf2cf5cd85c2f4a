//! Whether every signal is driven once, on every path, before it is read.

use crate::expression::{constant, uses};
use crate::shape::shape;
use crate::trap::{Refusal, Trap};
use crate::tree::{Net, Node, Role};
use rust_hdl::core::ast::*;
use rust_hdl::prelude::Verilog;
use std::collections::{BTreeMap, BTreeSet};

/// What is refused of the drivers and reads of one block.
pub(super) fn refusals(node: &Node) -> Vec<Refusal> {
    if !matches!(node.code, Verilog::Combinatorial(_) | Verilog::Empty) {
        return vec![];
    }
    let mut flow = Flow { node, refusals: vec![], paths: vec![BTreeMap::new()], read: BTreeSet::new() };
    flow.block(&node.kernel);
    flow.finish();
    flow.refusals
}

/// The signals and bits that a path has written: one flag per bit.
type Written = BTreeMap<String, Vec<bool>>;

struct Flow<'a> {
    node: &'a Node,
    refusals: Vec<Refusal>,
    /// What has been written on the way here, branch by branch, the outermost first.
    paths: Vec<Written>,
    read: BTreeSet<String>,
}

impl Flow<'_> {
    fn refuse(&mut self, trap: Trap, excerpt: String) {
        let refusal = Refusal { trap, place: self.node.path.clone(), excerpt };
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }

    fn finish(&mut self) {
        let links: BTreeSet<&str> = self.node.links.iter().map(|(target, _)| target.as_str()).collect();
        if links.len() < self.node.links.len() {
            self.refuse(Trap::ManyDrivers, "one target of two links".into());
        }
        let written = self.paths.pop().unwrap_or_default();
        for Net { name, width, role, .. } in &self.node.nets {
            if !matches!(role, Role::Output | Role::Local | Role::ChildInput) {
                continue;
            }
            match (written.get(name), links.contains(name.as_str())) {
                (Some(_), true) => self.refuse(Trap::ManyDrivers, format!("{name}: kernel and link")),
                (None, false) => self.refuse(Trap::Undriven, name.clone()),
                (Some(bits), false) if bits.iter().any(|bit| !bit) => {
                    let missing: Vec<_> = (0..*width).filter(|&bit| !bits[bit]).collect();
                    self.refuse(Trap::Latch, format!("{name}, bits {}..={}", missing[0], missing[missing.len() - 1]));
                }
                _ => {}
            }
        }
        if !written.is_empty() && !self.read.iter().any(|name| is_signal(self.node, name)) {
            self.refuse(Trap::ReadsNothing, "the whole kernel".into());
        } else {
            written.keys().filter(|name| runs_never(self.node, name)).for_each(|name| self.refuse(Trap::ReadsNothing, name.clone()));
        }
    }

    fn block(&mut self, block: &VerilogBlock) {
        block.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &VerilogStatement) {
        match statement {
            VerilogStatement::Assignment(target, value) => {
                self.reads(value);
                self.write(target, None);
            }
            VerilogStatement::SliceAssignment { base, width, offset, replacement } => {
                self.reads(replacement);
                self.reads(offset);
                let at = constant(offset).and_then(|at| usize::try_from(at).ok());
                self.write(base, Some((at, *width)));
            }
            VerilogStatement::If(choice) => {
                self.reads(&choice.test);
                let then = self.branch(|flow| flow.block(&choice.then));
                let otherwise = self.branch(|flow| match &choice.otherwise {
                    VerilogBlockOrConditional::Block(block) => flow.block(block),
                    VerilogBlockOrConditional::Conditional(next) => flow.statement(next),
                    VerilogBlockOrConditional::None => {}
                });
                self.join(vec![then, otherwise]);
            }
            VerilogStatement::Match(choice) => {
                self.reads(&choice.test);
                let mut branches: Vec<_> = choice.cases.iter().map(|case| self.branch(|flow| flow.block(&case.block))).collect();
                let labels: BTreeSet<_> = choice.cases.iter().map(|case| case.condition.as_str()).collect();
                let width = shape(self.node, &choice.test).rust.unwrap_or(32);
                if !labels.contains("default") && labels.len() >> width == 0 {
                    branches.push(Written::new());
                }
                self.join(branches);
            }
            VerilogStatement::Loop(_) | VerilogStatement::Macro(_) | VerilogStatement::Link(_) | VerilogStatement::Comment(_) => {}
        }
    }

    fn branch(&mut self, walk: impl FnOnce(&mut Self)) -> Written {
        self.paths.push(Written::new());
        walk(self);
        self.paths.pop().unwrap_or_default()
    }

    /// Counts as written what every branch has written or the way to them had.
    fn join(&mut self, branches: Vec<Written>) {
        let names: BTreeSet<&String> = branches.iter().flat_map(BTreeMap::keys).collect();
        for name in names {
            let Some(width) = self.node.net(name).map(|net| net.width) else { continue };
            let everywhere = |bit| branches.iter().all(|branch| branch.get(name).is_some_and(|bits| bits[bit]));
            let bits: Vec<bool> = (0..width).map(everywhere).collect();
            self.mark(name, bits);
        }
    }

    fn mark(&mut self, name: &str, bits: Vec<bool>) {
        let Some(path) = self.paths.last_mut() else { return };
        match path.get_mut(name) {
            Some(known) => known.iter_mut().zip(bits).for_each(|(known, bit)| *known |= bit),
            None => _ = path.insert(name.into(), bits),
        }
    }

    /// Notes a write: of the whole, or of `width` bits from an offset, which is none where it is not constant.
    fn write(&mut self, target: &VerilogExpression, part: Option<(Option<usize>, usize)>) {
        let VerilogExpression::Signal(name) = target else { return };
        let Some(net) = self.node.net(name) else { return };
        if !matches!(net.role, Role::Output | Role::Local | Role::ChildInput) {
            self.refuse(Trap::ManyDrivers, name.clone());
        }
        if net.role == Role::ChildInput && self.read.contains(name) {
            self.refuse(Trap::ReadBeforeWrite, format!("{name}, read between two writes"));
        }
        let range = match part {
            None => 0..net.width,
            Some((Some(at), width)) => at..at + width,
            Some((None, _)) => 0..0,
        };
        self.mark(name, (0..net.width).map(|bit| range.contains(&bit)).collect());
    }

    fn reads(&mut self, expression: &VerilogExpression) {
        use VerilogExpression as E;
        match expression {
            E::Signal(name) => self.read(name, None),
            E::Literal(_) => {}
            E::Cast(inner, _) | E::Signed(inner) | E::Unsigned(inner) | E::Paren(inner) | E::Unary(_, inner) => self.reads(inner),
            E::Binary(left, _, right) => {
                self.reads(left);
                self.reads(right);
            }
            E::Index(base, at) => self.part(base, at, 1),
            E::Slice(base, width, at) => self.part(base, at, *width),
            E::IndexReplace(base, at, value) => [base, at, value].into_iter().for_each(|inner| self.reads(inner)),
        }
    }

    fn part(&mut self, base: &VerilogExpression, at: &VerilogExpression, width: usize) {
        self.reads(at);
        match (base, constant(at).and_then(|at| usize::try_from(at).ok())) {
            (VerilogExpression::Signal(name), Some(at)) => self.read(name, Some(at..at + width)),
            _ => self.reads(base),
        }
    }

    fn read(&mut self, name: &str, part: Option<std::ops::Range<usize>>) {
        self.read.insert(name.into());
        let Some(net) = self.node.net(name) else { return };
        let linked = self.node.links.iter().any(|(target, _)| target == name);
        if linked || !matches!(net.role, Role::Output | Role::Local | Role::ChildInput) {
            return;
        }
        let known = |bit: usize| self.paths.iter().any(|path| path.get(name).is_some_and(|bits| bits[bit]));
        if !part.unwrap_or(0..net.width).filter(|&bit| bit < net.width).all(known) {
            self.refuse(Trap::ReadBeforeWrite, name.into());
        }
    }
}

fn is_signal(node: &Node, name: &str) -> bool {
    node.net(name).is_some_and(|net| !matches!(net.role, Role::Constant(_) | Role::Variant(_)))
}

/// Whether a signal is written several times over, from constants alone: it is printed as a block of its own, which would wait for ever.
fn runs_never(node: &Node, name: &str) -> bool {
    let mut reads = BTreeSet::new();
    let mut parts = vec![];
    for statement in &node.kernel {
        let mut writes = BTreeSet::new();
        let mut read = BTreeSet::new();
        uses(statement, &mut writes, &mut read);
        if writes.contains(name) {
            reads.extend(read);
            parts.push(match statement {
                VerilogStatement::SliceAssignment { offset, .. } => constant(offset),
                _ => None,
            });
        }
    }
    let distinct: BTreeSet<_> = parts.iter().collect();
    let once = parts.len() == 1 || (distinct.len() == parts.len() && !distinct.contains(&None));
    !once && !reads.iter().any(|name| is_signal(node, name))
}
