//! A kernel with its loops unrolled and its names resolved.

use super::node::Node;
use crate::expression::constant;
use crate::source::{Note, Notes, Sources};
use crate::trap::Trap;
use rust_hdl::core::ast::*;
use rust_hdl::prelude::Verilog;

/// Unrolls loops and resolves names as rust-hdl does when it prints, so that the check sees exactly what will be printed.
///
/// The comments in the source stand before the statements that they are written above.
pub(super) fn resolve_kernel(node: &mut Node, sources: &Sources) {
    if let Verilog::Combinatorial(block) = node.code.clone() {
        let notes = node.kind.as_ref().and_then(|kind| sources.notes(kind));
        let kernel = Resolver { node, sources, loops: vec![] }.block(&block, notes);
        node.kernel = kernel;
    }
}

struct Resolver<'a> {
    node: &'a mut Node,
    sources: &'a Sources,
    loops: Vec<(String, usize)>,
}

impl Resolver<'_> {
    fn block(&mut self, block: &VerilogBlock, notes: Option<&Notes>) -> VerilogBlock {
        let mut resolved = vec![];
        for (number, statement) in block.iter().enumerate() {
            let note = notes.and_then(|notes| notes.get(number));
            if let (Some(note), Some(kind)) = (note, &self.node.kind) {
                resolved.extend(self.sources.comment(kind, &note.above).into_iter().map(VerilogStatement::Comment));
            }
            resolved.extend(self.statement(statement, note));
        }
        resolved
    }

    fn statement(&mut self, statement: &VerilogStatement, note: Option<&Note>) -> VerilogBlock {
        let inner = |number| note.and_then(|note| note.block(number));
        match statement {
            VerilogStatement::Assignment(target, value) => {
                vec![VerilogStatement::Assignment(self.expression(target), self.expression(value))]
            }
            VerilogStatement::SliceAssignment { base, width, offset, replacement } => vec![VerilogStatement::SliceAssignment {
                base: self.expression(base),
                width: *width,
                offset: self.offset(offset),
                replacement: self.expression(replacement),
            }],
            VerilogStatement::If(choice) => vec![VerilogStatement::If(VerilogConditional {
                test: self.expression(&choice.test),
                then: self.block(&choice.then, inner(0)),
                otherwise: match &choice.otherwise {
                    VerilogBlockOrConditional::None => VerilogBlockOrConditional::None,
                    VerilogBlockOrConditional::Block(block) => VerilogBlockOrConditional::Block(self.block(block, inner(1))),
                    VerilogBlockOrConditional::Conditional(next) => {
                        match self.statement(next, inner(1).and_then(|notes| notes.get(0))).pop() {
                            Some(next) => VerilogBlockOrConditional::Conditional(Box::new(next)),
                            None => VerilogBlockOrConditional::None,
                        }
                    }
                },
            })],
            VerilogStatement::Match(choice) => {
                let cases = choice.cases.iter().enumerate();
                let cases = cases
                    .map(|(number, case)| VerilogCase { condition: case.condition.clone(), block: self.block(&case.block, inner(number)) });
                let cases = cases.collect();
                vec![VerilogStatement::Match(VerilogMatch { test: self.expression(&choice.test), cases })]
            }
            VerilogStatement::Loop(body) => self.unroll(body, inner(0)),
            VerilogStatement::Macro(block) => self.block(block, None),
            VerilogStatement::Comment(text) => {
                // rust-hdl leaves the macro's call in it: `comment! ("..`.
                let told = text.split_once("! (\"").map_or(text.as_str(), |(_, told)| told);
                vec![VerilogStatement::Comment(told.into())]
            }
            VerilogStatement::Link(links) => {
                let known = self.node.links.len();
                links.iter().for_each(|link| self.link(link));
                // Only what the first of them joins is kept, for a comment above it.
                let first = self.node.links.get(known).cloned();
                let end = |(to, from)| VerilogLinkDetails { my_name: String::new(), owner_name: to, other_name: from };
                first.map(|first| VerilogStatement::Link(vec![VerilogLink::Forward(end(first))])).into_iter().collect()
            }
        }
    }

    fn unroll(&mut self, body: &VerilogLoop, notes: Option<&Notes>) -> VerilogBlock {
        let index = &body.index;
        if self.loops.iter().any(|(outer, _)| outer == index) {
            self.node.refuse(Trap::LoopShadowsLoop, format!("for {index} in .. inside for {index} in .."));
        }
        if self.node.net(index).is_some() {
            self.node.refuse(Trap::LoopNamedLikeField, format!("for {index} in .."));
        }
        let mut unrolled = vec![];
        for value in body.from.as_usize()..body.to.as_usize() {
            self.loops.push((index.clone(), value));
            let mut block = self.block(&body.block, notes);
            self.loops.pop();
            if !unrolled.is_empty() {
                block.retain(|statement| !matches!(statement, VerilogStatement::Comment(_))); // once is enough
            }
            unrolled.extend(block);
        }
        unrolled
    }

    fn link(&mut self, link: &VerilogLink) {
        let (details, forward) = match link {
            VerilogLink::Forward(details) => (details, true),
            VerilogLink::Backward(details) => (details, false),
            VerilogLink::Bidirectional(details) => {
                self.node.refuse(Trap::Foreign, format!("link of {} and {}", details.owner_name, details.other_name));
                return;
            }
        };
        let end = |holder: &str| format!("{holder}.{}", details.my_name.trim_start_matches('.')).trim_end_matches('.').to_string();
        let (owner, other) = (self.name(&end(&details.owner_name)), self.name(&end(&details.other_name)));
        self.node.links.push(if forward { (other, owner) } else { (owner, other) });
    }

    fn expression(&mut self, expression: &VerilogExpression) -> VerilogExpression {
        use VerilogExpression as E;
        let boxed = |this: &mut Self, inner: &E| Box::new(this.expression(inner));
        match expression {
            E::Signal(name) => match self.loops.iter().rev().find(|(index, _)| index == name) {
                Some((_, value)) => E::Literal((*value as u32).into()),
                None => E::Signal(self.name(name)),
            },
            E::Literal(literal) => E::Literal(literal.clone()),
            E::Cast(inner, width) => E::Cast(boxed(self, inner), *width),
            E::Signed(inner) => E::Signed(boxed(self, inner)),
            E::Unsigned(inner) => E::Unsigned(boxed(self, inner)),
            E::Paren(inner) => E::Paren(boxed(self, inner)),
            E::Binary(left, operator, right) => E::Binary(boxed(self, left), operator.clone(), boxed(self, right)),
            E::Unary(operator, inner) => E::Unary(operator.clone(), boxed(self, inner)),
            E::Index(base, at) => E::Index(boxed(self, base), Box::new(self.offset(at))),
            E::Slice(base, width, at) => E::Slice(boxed(self, base), *width, Box::new(self.offset(at))),
            E::IndexReplace(base, at, value) => E::IndexReplace(boxed(self, base), Box::new(self.offset(at)), boxed(self, value)),
        }
    }

    /// An offset, as a plain number where it is constant.
    fn offset(&mut self, offset: &VerilogExpression) -> VerilogExpression {
        let offset = self.expression(offset);
        match constant(&offset).and_then(|value| u32::try_from(value).ok()) {
            Some(value) => VerilogExpression::Literal(value.into()),
            None => offset,
        }
    }

    /// The name as rust-hdl prints it: `a[i + 1].b[0].next` is `a$3$b$0` while `i` is 2.
    fn name(&self, written: &str) -> String {
        let flat = written.trim_start_matches('.').replace('.', "$").replace("::", "$");
        let flat = flat.trim_end_matches("$next");
        let (mut name, mut rest) = (String::new(), flat);
        while let Some((before, indexed)) = rest.split_once('[') {
            let Some((index, after)) = indexed.split_once(']') else { return flat.into() };
            let Some(value) = syn::parse_str(index).ok().and_then(|index| self.index(&index)) else { return flat.into() };
            name += &format!("{before}${value}");
            rest = after;
        }
        name + rest
    }

    fn index(&self, index: &syn::Expr) -> Option<i64> {
        match index {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => number.base10_parse().ok(),
            syn::Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                self.loops.iter().rev().find(|(index, _)| *index == name).map(|(_, value)| *value as i64)
            }
            syn::Expr::Paren(inner) => self.index(&inner.expr),
            syn::Expr::Binary(binary) => {
                let (left, right) = (self.index(&binary.left)?, self.index(&binary.right)?);
                match binary.op {
                    syn::BinOp::Add(_) => left.checked_add(right),
                    syn::BinOp::Sub(_) => left.checked_sub(right),
                    syn::BinOp::Mul(_) => left.checked_mul(right),
                    syn::BinOp::Div(_) => left.checked_div(right),
                    syn::BinOp::Rem(_) => left.checked_rem(right),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
