//! Verilog written by hand, cut into words.

use crate::primitive::Primitive;
use crate::tree::{Net, Node, Role};
use rust_hdl::prelude::Verilog;

/// Words of hand-written Verilog that make no names of their own.
const PLAIN: [&str; 11] = ["always", "posedge", "negedge", "if", "else", "begin", "end", "assign", "case", "endcase", "default"];

/// Whether a block is a leaf written by hand in terms of its ports and constants alone: a register, say. It is printed in its parent.
pub(super) fn is_inlined(node: &Node) -> bool {
    let Verilog::Custom(code) = &node.code else { return false };
    if Primitive::read(&node.code).is_some() {
        return false;
    }
    let known = |word: &str| {
        let port = |net: &Net| matches!(net.role, Role::Input | Role::Output | Role::Constant(_));
        PLAIN.contains(&word) || node.net(word).is_some_and(port)
    };
    node.children.is_empty() && words(code).iter().all(|part| !part.1 || known(part.0))
}

/// Cuts Verilog into names (true) and what lies between them; the digits of a literal and system functions are no names.
pub(super) fn words(code: &str) -> Vec<(&str, bool)> {
    let mut parts = vec![];
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_ascii_alphanumeric() || "_$'".contains(c);
        let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
        let end = if word(first) { end } else { rest.find(word).unwrap_or(rest.len()) };
        let (part, tail) = rest.split_at(end);
        parts.push((part, first.is_ascii_alphabetic() || first == '_'));
        rest = tail;
    }
    parts
}

/// Whether hand-written Verilog drives `port` by `assign`, and not in an `always` block.
pub(super) fn is_assigned(code: &str, port: &str) -> bool {
    words(code).windows(3).any(|part| part[0].0 == "assign" && part[2].0 == port)
}

/// Verilog without what follows `//` on its lines.
pub(super) fn without_comments(code: &str) -> String {
    code.lines().map(|line| line.split("//").next().unwrap_or(line).to_string() + "\n").collect()
}
