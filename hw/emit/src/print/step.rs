//! A kernel, statement by statement.

use crate::expression::uses;
use crate::tree::Node;
use rust_hdl::core::ast::VerilogStatement;
use std::collections::BTreeSet;

/// A statement of the kernel, and the signals that it writes and reads.
pub(super) struct Step<'a> {
    pub(super) statement: &'a VerilogStatement,
    pub(super) writes: BTreeSet<String>,
    pub(super) reads: BTreeSet<String>,
    /// The comment above it.
    pub(super) above: Vec<String>,
}

/// The kernel's statements, in order.
pub(super) fn steps(node: &Node) -> Vec<Step<'_>> {
    let step = |statement| {
        let (mut writes, mut reads) = (BTreeSet::new(), BTreeSet::new());
        uses(statement, &mut writes, &mut reads);
        Step { statement, writes, reads, above: vec![] }
    };
    node.kernel.iter().map(step).collect()
}
