//! Random expressions as rust-hdl's macro would make them of Rust, and what they are worth in Rust.

use crate::verilator::{INPUTS, Inputs};
use rust_hdl::prelude::ast::{VerilogExpression as Expression, VerilogOp as Operator, VerilogOpUnary as Unary};

/// The widths that occur.
pub const WIDTHS: [usize; 6] = [1, 5, 8, 16, 32, 40];

/// A source of random expressions and inputs: SplitMix64.
pub struct Generator(u64);

impl Generator {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    /// Values of every size, with all zeros and all ones among them.
    pub fn inputs(&mut self) -> Inputs {
        INPUTS.map(|(_, width)| match self.below(6) {
            0 => 0,
            1 => (1 << width) - 1,
            2 => self.below(4) as u64 & ((1 << width) - 1),
            _ => self.below(1 << width) as u64,
        })
    }

    /// An expression of `width` bits that reads a signal.
    pub fn expression(&mut self, width: usize) -> Expression {
        let depth = 1 + self.below(4);
        self.value(width, depth)
    }

    fn value(&mut self, width: usize, depth: usize) -> Expression {
        if depth == 0 {
            return self.leaf(width);
        }
        match self.below(if width == 1 { 12 } else { 8 }) {
            0 => Expression::Unary(Unary::Not, Box::new(self.side(width, depth, 10))),
            1 => {
                let from = WIDTHS[self.below(WIDTHS.len())];
                let inner = if self.below(2) == 0 { self.value(from, depth - 1) } else { self.leaf(from) };
                Expression::Cast(Box::new(inner), width)
            }
            2 => {
                let (left, amount) = (self.side(width, depth, 8), self.amount());
                Expression::Binary(Box::new(left), Operator::Shl, Box::new(amount))
            }
            3 => {
                let (left, amount) = (self.side(width, depth, 8), self.amount());
                Expression::Binary(Box::new(left), Operator::Shr, Box::new(amount))
            }
            choice @ 4..=7 => {
                let (operator, rank) = match (choice, self.below(2)) {
                    (4, 0) => (Operator::Add, 9),
                    (4, _) => (Operator::Sub, 9),
                    (5, _) => (Operator::BitAnd, 7),
                    (6, _) => (Operator::BitXor, 6),
                    _ => (Operator::BitOr, 5),
                };
                let left = self.side(width, depth, rank);
                let right = if self.below(4) == 0 { self.literal(width) } else { self.side(width, depth, rank + 1) };
                Expression::Binary(Box::new(left), operator, Box::new(right))
            }
            8..=10 => {
                let of = WIDTHS[self.below(WIDTHS.len())];
                let operators = [Operator::Eq, Operator::Ne, Operator::Lt, Operator::Le, Operator::Gt, Operator::Ge];
                let operator = operators[self.below(6)].clone();
                let left = self.side(of, depth, 5);
                let right = if self.below(3) == 0 { self.literal(of) } else { self.side(of, depth, 5) };
                Expression::Binary(Box::new(left), operator, Box::new(right))
            }
            _ => {
                let of = WIDTHS[self.below(WIDTHS.len())];
                let operator = [Unary::All, Unary::Any, Unary::Xor][self.below(3)].clone();
                let inner = self.value(of, depth - 1);
                let inner = match inner {
                    Expression::Signal(_) | Expression::Slice(..) | Expression::Cast(..) => inner,
                    Expression::Binary(..) if of > 1 => Expression::Paren(Box::new(inner)),
                    Expression::Unary(Unary::Not, _) if of > 1 => Expression::Paren(Box::new(inner)),
                    _ => Expression::Signal("d".into()), // a bool, which has no such method
                };
                Expression::Unary(operator, Box::new(inner))
            }
        }
    }

    /// One side of an operator: in parentheses where Rust needs them, as its operators rank, and often where it does not.
    fn side(&mut self, width: usize, depth: usize, rank: u8) -> Expression {
        let value = self.value(width, depth - 1);
        let own = match &value {
            Expression::Binary(_, operator, _) => match operator {
                Operator::Add | Operator::Sub => 9,
                Operator::Shl | Operator::Shr => 8,
                Operator::BitAnd => 7,
                Operator::BitXor => 6,
                Operator::BitOr => 5,
                _ => 4,
            },
            _ => 10,
        };
        if own < rank || (own < 10 && self.below(2) == 0) { Expression::Paren(Box::new(value)) } else { value }
    }

    fn leaf(&mut self, width: usize) -> Expression {
        let equal: Vec<_> = INPUTS.iter().filter(|input| input.1 == width).collect();
        let (name, _) = *equal[self.below(equal.len())];
        let wider: Vec<_> = INPUTS.iter().filter(|input| input.1 > width).collect();
        if wider.is_empty() || self.below(3) > 0 {
            return Expression::Signal(name.into());
        }
        let (name, whole) = *wider[self.below(wider.len())];
        let signal = Box::new(Expression::Signal(name.into()));
        let at = Box::new(Expression::Literal((self.below(whole - width + 1) as u32).into()));
        if width == 1 { Expression::Index(signal, at) } else { Expression::Slice(signal, width, at) }
    }

    fn literal(&mut self, width: usize) -> Expression {
        let value = self.below(1 << width.min(31));
        Expression::Literal((value as u32).into())
    }

    fn amount(&mut self) -> Expression {
        if self.below(3) == 0 { Expression::Signal("c".into()) } else { Expression::Literal((self.below(7) as u32).into()) }
    }
}

/// What the expression is worth in Rust, where it is used as `width` bits: every operator in its operands' width, wrapping.
pub fn evaluate(expression: &Expression, inputs: &Inputs, width: usize) -> u64 {
    value(expression, inputs).0 & mask(width)
}

fn mask(width: usize) -> u64 {
    (1 << width) - 1
}

/// Value and width; a bare literal has none.
fn value(expression: &Expression, inputs: &Inputs) -> (u64, Option<usize>) {
    match expression {
        Expression::Signal(name) => {
            let at = INPUTS.iter().position(|input| input.0 == name).expect("an input");
            (inputs[at], Some(INPUTS[at].1))
        }
        Expression::Literal(literal) => (literal.as_usize() as u64, None),
        Expression::Paren(inner) => value(inner, inputs),
        Expression::Cast(inner, width) => (value(inner, inputs).0 & mask(*width), Some(*width)),
        Expression::Slice(base, width, at) => ((value(base, inputs).0 >> value(at, inputs).0) & mask(*width), Some(*width)),
        Expression::Index(base, at) => ((value(base, inputs).0 >> value(at, inputs).0) & 1, Some(1)),
        Expression::Unary(operator, inner) => {
            let (inner, width) = value(inner, inputs);
            let bits = width.expect("an operand with a width");
            match operator {
                Unary::Not => (!inner & mask(bits), width),
                Unary::All => (u64::from(inner == mask(bits)), Some(1)),
                Unary::Any => (u64::from(inner != 0), Some(1)),
                Unary::Xor => (u64::from(inner.count_ones() % 2 == 1), Some(1)),
                Unary::Neg => panic!("Bits have no minus"),
            }
        }
        Expression::Binary(left, operator, right) => {
            let ((left, width), (right, other)) = (value(left, inputs), value(right, inputs));
            let bits = width.or(other).expect("an operand with a width");
            let word = |value: u64| (value & mask(bits), Some(bits));
            let truth = |value: bool| (u64::from(value), Some(1));
            match operator {
                Operator::Add => word(left.wrapping_add(right)),
                Operator::Sub => word(left.wrapping_sub(right)),
                Operator::BitAnd => word(left & right),
                Operator::BitOr => word(left | right),
                Operator::BitXor => word(left ^ right),
                Operator::Shl => word(left.checked_shl(right as u32).unwrap_or(0)),
                Operator::Shr => word(left.checked_shr(right as u32).unwrap_or(0)),
                Operator::Eq => truth(left == right),
                Operator::Ne => truth(left != right),
                Operator::Lt => truth(left < right),
                Operator::Le => truth(left <= right),
                Operator::Gt => truth(left > right),
                Operator::Ge => truth(left >= right),
                Operator::Mul | Operator::LogicalAnd | Operator::LogicalOr => panic!("never generated"),
            }
        }
        other => panic!("never generated: {other:?}"),
    }
}
