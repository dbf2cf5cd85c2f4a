//! A kernel with its loops unrolled and its names resolved.

use super::node::Node;
use crate::expression::constant;
use crate::trap::Trap;
use rust_hdl::core::ast::*;
use rust_hdl::prelude::Verilog;

/// Unrolls loops and resolves names as rust-hdl does when it prints, so that the check sees exactly what will be printed.
pub(super) fn resolve_kernel(node: &mut Node) {
    if let Verilog::Combinatorial(block) = node.code.clone() {
        let kernel = Resolver { node, loops: vec![] }.block(&block);
        node.kernel = kernel;
    }
}

struct Resolver<'a> {
    node: &'a mut Node,
    loops: Vec<(String, usize)>,
}

impl Resolver<'_> {
    fn block(&mut self, block: &VerilogBlock) -> VerilogBlock {
        block.iter().flat_map(|statement| self.statement(statement)).collect()
    }

    fn statement(&mut self, statement: &VerilogStatement) -> VerilogBlock {
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
                then: self.block(&choice.then),
                otherwise: match &choice.otherwise {
                    VerilogBlockOrConditional::None => VerilogBlockOrConditional::None,
                    VerilogBlockOrConditional::Block(block) => VerilogBlockOrConditional::Block(self.block(block)),
                    VerilogBlockOrConditional::Conditional(next) => match self.statement(next).pop() {
                        Some(next) => VerilogBlockOrConditional::Conditional(Box::new(next)),
                        None => VerilogBlockOrConditional::None,
                    },
                },
            })],
            VerilogStatement::Match(choice) => {
                let cases = choice.cases.iter();
                let cases = cases.map(|case| VerilogCase { condition: case.condition.clone(), block: self.block(&case.block) });
                let cases = cases.collect();
                vec![VerilogStatement::Match(VerilogMatch { test: self.expression(&choice.test), cases })]
            }
            VerilogStatement::Loop(body) => self.unroll(body),
            VerilogStatement::Macro(block) => self.block(block),
            VerilogStatement::Comment(text) => vec![VerilogStatement::Comment(text.clone())],
            VerilogStatement::Link(links) => {
                links.iter().for_each(|link| self.link(link));
                vec![]
            }
        }
    }

    fn unroll(&mut self, body: &VerilogLoop) -> VerilogBlock {
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
            unrolled.extend(self.block(&body.block));
            self.loops.pop();
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

    /// The name as rust-hdl prints it: `a[i + 1].b.next` is `a$3$b` while `i` is 2.
    fn name(&mut self, written: &str) -> String {
        let flat = written.trim_start_matches('.').replace('.', "$").replace("::", "$");
        let flat = flat.trim_end_matches("$next");
        let Some((before, rest)) = flat.split_once('[') else { return flat.into() };
        let Some((index, after)) = rest.split_once(']') else { return flat.into() };
        if after.contains('[') {
            self.node.refuse(Trap::SecondIndex, written);
        }
        match syn::parse_str(index).ok().and_then(|index| self.index(&index)) {
            Some(value) => format!("{before}${value}{after}"),
            None => flat.into(),
        }
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
