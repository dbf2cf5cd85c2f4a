//! Statements and expressions with every width written out.

use super::names::Names;
use crate::expression::{bare, constant, digits, is_comparison, is_logical, show};
use crate::shape::shape;
use rust_hdl::core::ast::*;
use rust_hdl::prelude::clog2;

/// Brackets that rust-hdl's printer takes for part of a name; in a name of its own it would evaluate them.
pub(super) const OPEN: char = '\u{2}';
pub(super) const CLOSE: char = '\u{3}';

impl Names<'_> {
    /// A statement with every literal and cast in the width of what stands beside it.
    pub(super) fn statement(&self, statement: &VerilogStatement) -> VerilogStatement {
        let block = |block: &VerilogBlock| block.iter().map(|statement| self.statement(statement)).collect();
        match statement {
            VerilogStatement::Assignment(to, value) => self.assignment(to, value),
            VerilogStatement::SliceAssignment { base, width, offset, replacement } => {
                let to = VerilogExpression::Slice(Box::new(base.clone()), *width, Box::new(offset.clone()));
                self.assignment(&to, replacement)
            }
            VerilogStatement::If(choice) => VerilogStatement::If(VerilogConditional {
                test: self.sized(&choice.test, 1),
                then: block(&choice.then),
                otherwise: match &choice.otherwise {
                    VerilogBlockOrConditional::Block(inner) => VerilogBlockOrConditional::Block(block(inner)),
                    VerilogBlockOrConditional::Conditional(next) => VerilogBlockOrConditional::Conditional(Box::new(self.statement(next))),
                    VerilogBlockOrConditional::None => VerilogBlockOrConditional::None,
                },
            }),
            VerilogStatement::Match(choice) => {
                let case = |case: &VerilogCase| VerilogCase { condition: self.print_name(&case.condition), block: block(&case.block) };
                let mut cases: Vec<_> = choice.cases.iter().map(case).collect();
                if cases.iter().all(|case| case.condition != "default") {
                    cases.push(VerilogCase { condition: "default".into(), block: vec![] });
                }
                VerilogStatement::Match(VerilogMatch { test: self.in_own_width(&choice.test), cases })
            }
            other => other.clone(),
        }
    }

    pub(super) fn assignment(&self, to: &VerilogExpression, value: &VerilogExpression) -> VerilogStatement {
        let width = shape(self.node, to).rust.unwrap_or(1);
        if let VerilogExpression::Signal(name) = to
            && let parts = self.parts(name)
            && !parts.is_empty()
        {
            let all = VerilogExpression::Signal(format!("{{{}}}", parts.join(", ")));
            return VerilogStatement::Assignment(all, self.sized(value, width));
        }
        VerilogStatement::Assignment(self.sized(to, width), self.sized(value, width))
    }

    /// An expression in its own width.
    fn in_own_width(&self, expression: &VerilogExpression) -> VerilogExpression {
        self.sized(expression, shape(self.node, expression).rust.unwrap_or(32))
    }

    /// An expression in `width` bits, which is its own width, or more where Rust adds a bit to a word.
    pub(super) fn sized(&self, expression: &VerilogExpression, width: usize) -> VerilogExpression {
        use VerilogExpression as E;
        let verbatim = |text: String| E::Signal(text);
        match expression {
            E::Literal(literal) => verbatim(format!("{width}'h{}", digits(literal))),
            E::Signal(_) | E::Slice(..) | E::Index(..) => verbatim(self.plain(expression, width)),
            E::Cast(inner, to) => match bare(inner) {
                E::Literal(literal) => verbatim(format!("{to}'h{}", digits(literal))),
                plain => verbatim(self.plain(plain, *to)),
            },
            E::Paren(inner) => match self.sized(inner, width) {
                plain @ E::Signal(_) => plain,
                inner => E::Paren(Box::new(inner)),
            },
            E::Unary(VerilogOpUnary::Not | VerilogOpUnary::Neg, inner) => rebuild_unary(expression, self.sized(inner, width)),
            E::Unary(_, inner) => rebuild_unary(expression, self.in_own_width(inner)),
            E::Binary(left, operator, right) => {
                let (l, r) = (shape(self.node, left).rust, shape(self.node, right).rust);
                let (left, right) = match operator {
                    VerilogOp::Shl | VerilogOp::Shr => (self.sized(left, width), self.amount(right)),
                    _ if is_comparison(operator) => {
                        let common = l.or(r).unwrap_or(32);
                        (self.sized(left, common), self.sized(right, common))
                    }
                    _ if is_logical(operator) => (self.in_own_width(left), self.in_own_width(right)),
                    _ => (self.sized(left, width), self.sized(right, width)),
                };
                E::Binary(Box::new(left), operator.clone(), Box::new(right))
            }
            // The translation check refuses these.
            E::Signed(_) | E::Unsigned(_) | E::IndexReplace(..) => expression.clone(),
        }
    }

    /// How far to shift.
    fn amount(&self, amount: &VerilogExpression) -> VerilogExpression {
        match constant(amount) {
            Some(value) => VerilogExpression::Signal(value.to_string()),
            None => self.in_own_width(amount),
        }
    }

    /// A signal, or a part of one, cut or padded to `width` bits.
    fn plain(&self, expression: &VerilogExpression, width: usize) -> String {
        use VerilogExpression as E;
        let own = shape(self.node, expression).rust.unwrap_or(width);
        let taken = own.min(width);
        let part = |base: &E, at: Option<&E>| {
            let E::Signal(raw) = base else { return show(base) };
            let (name, whole) = (self.print_name(raw), self.node.net(raw).map_or(taken, |net| net.width));
            let at_bit = at.map_or(Some(0), constant);
            if let (Some(bit), true) = (at_bit.and_then(|bit| usize::try_from(bit).ok()), own < whole)
                && let Some(field) = self.field(raw, bit, own)
            {
                return if taken == own { field } else { format!("{field}{OPEN}{}:0{CLOSE}", taken - 1) };
            }
            match at_bit {
                Some(0) if taken == whole => name,
                Some(at) if taken == 1 => format!("{name}{OPEN}{at}{CLOSE}"),
                Some(at) => format!("{name}{OPEN}{}:{at}{CLOSE}", at + taken as i64 - 1),
                None => {
                    let at = at.map(|at| show(&self.sized(at, clog2(whole)))).unwrap_or_default();
                    if taken == 1 { format!("{name}{OPEN}{at}{CLOSE}") } else { format!("{name}{OPEN}{at} +: {taken}{CLOSE}") }
                }
            }
        };
        let text = match expression {
            E::Slice(base, _, at) | E::Index(base, at) => part(base, Some(at)),
            other => part(other, None),
        };
        if own < width { format!("{{{}'h0, {text}}}", width - own) } else { text }
    }
}

fn rebuild_unary(like: &VerilogExpression, inner: VerilogExpression) -> VerilogExpression {
    match like {
        VerilogExpression::Unary(operator, _) => VerilogExpression::Unary(operator.clone(), Box::new(inner)),
        other => other.clone(),
    }
}
