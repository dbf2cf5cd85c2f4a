//! What an expression of a kernel is by itself: its text, its value where it is constant, the signals in it.

use rust_hdl::core::ast::*;
use rust_hdl::core::verilog_gen::verilog_combinatorial;
use std::collections::BTreeSet;

pub(crate) fn is_comparison(operator: &VerilogOp) -> bool {
    use VerilogOp::*;
    matches!(operator, Eq | Ne | Lt | Le | Gt | Ge)
}

pub(crate) fn is_logical(operator: &VerilogOp) -> bool {
    matches!(operator, VerilogOp::LogicalAnd | VerilogOp::LogicalOr)
}

/// How tightly Verilog binds an operator.
pub(crate) fn precedence(operator: &VerilogOp) -> u8 {
    use VerilogOp::*;
    match operator {
        Mul => 10,
        Add | Sub => 9,
        Shl | Shr => 8,
        Lt | Le | Gt | Ge => 7,
        Eq | Ne => 6,
        BitAnd => 5,
        BitXor => 4,
        BitOr => 3,
        LogicalAnd => 2,
        LogicalOr => 1,
    }
}

/// The expression as rust-hdl prints it.
pub(crate) fn show(expression: &VerilogExpression) -> String {
    let target = VerilogExpression::Signal("_".into());
    let text = verilog_combinatorial(&vec![VerilogStatement::Assignment(target, expression.clone())]);
    let text = text.split_once("_ = ").map_or("", |(_, rest)| rest);
    text.rsplit_once(';').map_or("", |(text, _)| text).to_string()
}

/// Without the parentheses around it.
pub(crate) fn bare(expression: &VerilogExpression) -> &VerilogExpression {
    match expression {
        VerilogExpression::Paren(inner) => bare(inner),
        other => other,
    }
}

/// Value of a literal, in hexadecimal digits.
pub(crate) fn digits(literal: &VerilogLiteral) -> String {
    let text = format!("{literal:x}");
    let digits = text.split("'h").nth(1).unwrap_or_default().trim_start_matches('0');
    if digits.is_empty() { "0".into() } else { digits.into() }
}

/// Width that rust-hdl prints a literal with.
pub(crate) fn printed_width(literal: &VerilogLiteral) -> usize {
    format!("{literal:x}").split('\'').next().and_then(|width| width.parse().ok()).unwrap_or(32)
}

/// The value of an expression of literals.
pub(crate) fn constant(expression: &VerilogExpression) -> Option<i64> {
    match expression {
        VerilogExpression::Literal(literal) => i64::from_str_radix(&digits(literal), 16).ok(),
        VerilogExpression::Paren(inner) => constant(inner),
        VerilogExpression::Binary(left, operator, right) => {
            let (left, right) = (constant(left)?, constant(right)?);
            match operator {
                VerilogOp::Add => left.checked_add(right),
                VerilogOp::Sub => left.checked_sub(right),
                VerilogOp::Mul => left.checked_mul(right),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Adds the signals that a statement writes and reads.
pub(crate) fn uses(statement: &VerilogStatement, writes: &mut BTreeSet<String>, reads: &mut BTreeSet<String>) {
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
