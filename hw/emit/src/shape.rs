//! The width of an expression, in Rust and in Verilog.

use crate::expression::{is_comparison, is_logical, printed_width};
use crate::tree::{Net, Node, Role};
use rust_hdl::core::ast::*;

/// Width of an expression in Rust (none for a bare literal, which takes any) and, standing alone, in Verilog.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) rust: Option<usize>,
    pub(crate) verilog: usize,
}

pub(crate) fn shape(node: &Node, expression: &VerilogExpression) -> Shape {
    use VerilogExpression as E;
    let exact = |width| Shape { rust: Some(width), verilog: width };
    match expression {
        E::Signal(name) => match node.net(name) {
            Some(Net { role: Role::Variant(_), width, .. }) => Shape { rust: Some(*width), verilog: 32 },
            Some(net) => exact(net.width),
            None => Shape { rust: None, verilog: 1 },
        },
        E::Literal(literal) => Shape { rust: None, verilog: printed_width(literal) },
        E::Cast(inner, width) => Shape { rust: Some(*width), verilog: shape(node, inner).verilog.max(*width) },
        E::Signed(inner) | E::Unsigned(inner) | E::Paren(inner) => shape(node, inner),
        E::Unary(VerilogOpUnary::Not | VerilogOpUnary::Neg, inner) => shape(node, inner),
        E::Unary(..) | E::Index(..) => exact(1),
        E::Slice(_, width, _) => exact(*width),
        E::IndexReplace(base, ..) => shape(node, base),
        E::Binary(left, operator, right) => {
            let (left, right) = (shape(node, left), shape(node, right));
            match operator {
                VerilogOp::Shl | VerilogOp::Shr => Shape { rust: left.rust.or(right.rust.and(Some(64))), ..left },
                _ if is_comparison(operator) || is_logical(operator) => exact(1),
                _ => Shape { rust: left.rust.or(right.rust), verilog: left.verilog.max(right.verilog) },
            }
        }
    }
}
