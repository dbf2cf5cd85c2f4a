//! Whether an expression is worth the same in Verilog as in Rust.
//!
//! Rust computes each expression in its own width. Verilog computes a whole tree of operators in its widest operand's width, bare literals
//! counting 32 bits, and the target's. So for each expression there are two widths, and the question whether the bits above Rust's are zero.

use crate::expression::{bare, constant, digits, is_comparison, is_logical, precedence, show};
use crate::shape::{Shape, shape};
use crate::trap::{Refusal, Trap};
use crate::tree::{Node, Role};
use rust_hdl::core::ast::*;

/// What is refused of the expressions of one block.
pub(super) fn refusals(node: &Node) -> Vec<Refusal> {
    let mut walk = Walk { node, refusals: vec![] };
    walk.block(&node.kernel);
    walk.refusals
}

struct Walk<'a> {
    node: &'a Node,
    refusals: Vec<Refusal>,
}

impl Walk<'_> {
    fn refuse(&mut self, trap: Trap, excerpt: impl Into<String>) {
        let refusal = Refusal { trap, place: self.node.path.clone(), excerpt: excerpt.into() };
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }

    fn block(&mut self, block: &VerilogBlock) {
        block.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &VerilogStatement) {
        match statement {
            VerilogStatement::Assignment(target, value) => {
                self.exact(target, 0);
                let width = shape(self.node, target).rust;
                self.assignment(show(target), width, value);
            }
            VerilogStatement::SliceAssignment { base, width, offset, replacement } => {
                let target = VerilogExpression::Slice(Box::new(base.clone()), *width, Box::new(offset.clone()));
                self.exact(&target, 0);
                self.assignment(show(&target), Some(*width), replacement);
            }
            VerilogStatement::If(choice) => {
                self.alone(&choice.test, Trap::WideComparison);
                self.block(&choice.then);
                match &choice.otherwise {
                    VerilogBlockOrConditional::Block(block) => self.block(block),
                    VerilogBlockOrConditional::Conditional(next) => self.statement(next),
                    VerilogBlockOrConditional::None => {}
                }
            }
            VerilogStatement::Match(choice) => {
                if !self.exact(&choice.test, shape(self.node, &choice.test).verilog.max(32)) {
                    self.refuse(Trap::WideComparison, format!("match {}", show(&choice.test)));
                }
                for case in &choice.cases {
                    let known = case.condition == "default"
                        || self.node.net(&case.condition).is_some_and(|net| matches!(net.role, Role::Variant(_)));
                    if !known {
                        self.refuse(Trap::MatchPattern, case.condition.clone());
                    }
                    self.block(&case.block);
                }
            }
            VerilogStatement::Loop(_) | VerilogStatement::Macro(_) | VerilogStatement::Link(_) | VerilogStatement::Comment(_) => {}
        }
    }

    fn assignment(&mut self, target: String, width: Option<usize>, value: &VerilogExpression) {
        let own = shape(self.node, value);
        self.exact(value, own.verilog.max(width.unwrap_or(0)));
        if let Some(width) = width {
            self.fits(value, width);
            if own.rust.is_some_and(|own| own != width) {
                self.refuse(Trap::WidthMismatch, format!("{target} = {}", show(value)));
            }
        }
    }

    /// Refuses a literal that needs more than `width` bits.
    fn fits(&mut self, expression: &VerilogExpression, width: usize) {
        if let VerilogExpression::Literal(literal) = bare(expression) {
            let digits = digits(literal);
            let top = digits.chars().next().and_then(|digit| digit.to_digit(16)).unwrap_or(0);
            let needed = 4 * (digits.len() - 1) + (32 - top.leading_zeros()) as usize;
            if needed > width {
                self.refuse(Trap::LiteralTooWide, format!("{} in {width} bits", show(expression)));
            }
        }
    }

    /// Checks an expression that Verilog computes in its own width.
    fn alone(&mut self, expression: &VerilogExpression, trap: Trap) {
        if !self.exact(expression, shape(self.node, expression).verilog) {
            self.refuse(trap, show(expression));
        }
    }

    /// Refuses what is wrong inside `expression`, and tells whether its value, computed by Verilog in `context` bits, is Rust's with zeros above.
    /// If not, it is still right in the bits that Rust has.
    fn exact(&mut self, expression: &VerilogExpression, context: usize) -> bool {
        use VerilogExpression as E;
        let width = shape(self.node, expression).rust;
        match expression {
            E::Signal(name) => {
                let hidden = name.split('$').any(|part| part.starts_with('_'));
                match self.node.net(name) {
                    Some(_) => {}
                    None if hidden => self.refuse(Trap::HiddenSignal, name),
                    None => self.refuse(Trap::UnknownName, name),
                }
                true
            }
            E::Literal(_) => true,
            E::Paren(inner) => self.exact(inner, context),
            E::Signed(inner) | E::Unsigned(inner) => {
                self.refuse(Trap::Signed, show(expression));
                self.exact(inner, context)
            }
            E::Cast(inner, width) => {
                let plain = matches!(bare(inner), E::Signal(_) | E::Literal(_) | E::Slice(..) | E::Index(..));
                if !plain {
                    self.refuse(Trap::CastOfExpression, show(expression));
                }
                self.fits(inner, *width);
                self.exact(inner, context) || !plain
            }
            E::Unary(VerilogOpUnary::Not | VerilogOpUnary::Neg, inner) => {
                self.exact(inner, context);
                // Printed together, as ~|x, they are one reduction, of one bit.
                let reduction = matches!(**inner, E::Unary(VerilogOpUnary::All | VerilogOpUnary::Any | VerilogOpUnary::Xor, _));
                reduction || width == Some(context)
            }
            E::Unary(operator, inner) => {
                let own = shape(self.node, inner);
                let whole = !matches!(operator, VerilogOpUnary::All) || own.rust == Some(own.verilog);
                if !self.exact(inner, own.verilog) || !whole {
                    self.refuse(Trap::WideReduction, show(expression));
                }
                true
            }
            E::Index(base, at) => self.slice(expression, base, 1, at),
            E::Slice(base, width, at) => self.slice(expression, base, *width, at),
            E::IndexReplace(base, at, value) => {
                self.refuse(Trap::ReplaceBit, show(expression));
                [base, at, value].into_iter().for_each(|inner| _ = self.exact(inner, context));
                true
            }
            E::Binary(left, operator, right) => self.binary(expression, (left, operator, right), context),
        }
    }

    fn binary(
        &mut self,
        expression: &VerilogExpression,
        (left, operator, right): (&VerilogExpression, &VerilogOp, &VerilogExpression),
        context: usize,
    ) -> bool {
        let binds = |side: &VerilogExpression, least| match side {
            VerilogExpression::Binary(_, inner, _) => precedence(inner) >= least,
            _ => true,
        };
        if !binds(left, precedence(operator)) || !binds(right, precedence(operator) + 1) {
            self.refuse(Trap::MixedOperators, show(expression));
        }
        let (l, r) = (shape(self.node, left), shape(self.node, right));
        let width = shape(self.node, expression).rust;
        match operator {
            VerilogOp::Shl | VerilogOp::Shr => {
                self.alone(right, Trap::CarrySurvives);
                let exact = self.exact(left, context);
                if matches!(operator, VerilogOp::Shl) {
                    return width.is_none() || width == Some(context);
                }
                if !exact || width.is_some_and(|width| context < width) {
                    self.refuse(Trap::ShiftOfWideSum, show(expression));
                }
                true
            }
            _ if is_comparison(operator) => {
                let common = l.verilog.max(r.verilog);
                let short = [l, r].iter().any(|side| side.rust.is_some_and(|width| width > common));
                if !self.exact(left, common) | !self.exact(right, common) || short {
                    self.refuse(Trap::WideComparison, show(expression));
                }
                self.literals(left, right);
                true
            }
            _ if is_logical(operator) => {
                self.alone(left, Trap::CarrySurvives);
                self.alone(right, Trap::CarrySurvives);
                true
            }
            _ => {
                let (exact_left, exact_right) = (self.exact(left, context), self.exact(right, context));
                let narrow = |side: Shape, exact: bool| !exact && side.rust.is_some_and(|own| width.is_some_and(|width| own < width));
                if narrow(l, exact_left) || narrow(r, exact_right) {
                    self.refuse(Trap::CarrySurvives, show(expression));
                }
                // Bits cannot multiply: a product is a plain number, where the sides have no width of their own.
                if !matches!(operator, VerilogOp::Mul) {
                    self.literals(left, right);
                }
                let whole = width.is_none() || width == Some(context);
                whole
                    || match operator {
                        VerilogOp::BitAnd => exact_left || exact_right,
                        VerilogOp::BitOr | VerilogOp::BitXor => exact_left && exact_right,
                        _ => false,
                    }
            }
        }
    }

    /// Refuses a literal on either side that does not fit the other side.
    fn literals(&mut self, left: &VerilogExpression, right: &VerilogExpression) {
        let (l, r) = (shape(self.node, left).rust, shape(self.node, right).rust);
        r.into_iter().for_each(|width| self.fits(left, width));
        l.into_iter().for_each(|width| self.fits(right, width));
    }

    fn slice(&mut self, expression: &VerilogExpression, base: &VerilogExpression, width: usize, at: &VerilogExpression) -> bool {
        self.exact(base, 0);
        let VerilogExpression::Signal(name) = base else {
            self.refuse(Trap::SliceOfExpression, show(expression));
            return true;
        };
        self.exact(at, 32);
        let Some(top) = self.node.net(name).map(|net| net.width as u64) else { return true };
        match largest(self.node, at) {
            None => self.refuse(Trap::ComputedOffset, show(expression)),
            Some(offset) if offset.saturating_add(width as u64) > top => self.refuse(Trap::SlicePastTop, show(expression)),
            Some(_) => {}
        }
        true
    }
}

/// The largest value of an offset that means the same in Rust and Verilog: a constant, a signal, a signal times a constant, that plus a constant.
fn largest(node: &Node, offset: &VerilogExpression) -> Option<u64> {
    use VerilogExpression as E;
    if let Some(value) = constant(offset) {
        return u64::try_from(value).ok();
    }
    match bare(offset) {
        plain @ (E::Signal(_) | E::Slice(..) | E::Index(..)) => {
            let width = shape(node, plain).rust?;
            (width < 16).then(|| (1 << width) - 1)
        }
        E::Binary(left, VerilogOp::Mul, right) => largest(node, left)?.checked_mul(largest(node, right)?),
        E::Binary(left, VerilogOp::Add, right) => match (bare(left), bare(right)) {
            // Bits cannot multiply, so a product is a plain number, and so is the sum: it does not wrap.
            (E::Binary(_, VerilogOp::Mul, _), _) if constant(right).is_some() => largest(node, left)?.checked_add(largest(node, right)?),
            (_, E::Binary(_, VerilogOp::Mul, _)) if constant(left).is_some() => largest(node, left)?.checked_add(largest(node, right)?),
            _ => None,
        },
        _ => None,
    }
}
