//! The kernel of a block, as assignments and as blocks of what belongs together.

use super::body::body;
use super::names::Names;
use super::step::Step;
use crate::expression::{constant, show};
use crate::tree::Net;
use rust_hdl::core::ast::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The kernel: what is written once as an assignment, the rest in blocks of what belongs together.
pub(super) fn logic(names: &Names, kernel: &[Step], variables: &mut BTreeSet<String>) -> String {
    let mut text = String::new();
    for (to, from) in &names.node.links {
        if names.resolve(to) != names.resolve(from) {
            let _ = writeln!(text, "    assign {} = {};", names.print_name(to), names.print_name(from));
        }
    }
    for group in groups(kernel) {
        let steps: Vec<&Step> = group.iter().map(|&at| &kernel[at]).collect();
        if let [Step { statement: VerilogStatement::Assignment(to, value), .. }] = steps[..] {
            let printed = names.assignment(to, value);
            let _ = writeln!(text, "    assign {}", body(&[printed]).trim());
        } else if let Some(bundle) = bundle(names, &steps) {
            text += &bundle;
        } else {
            variables.extend(steps.iter().flat_map(|step| &step.writes).map(|name| names.print_name(name)));
            let block: Vec<_> = steps.iter().map(|step| names.statement(step.statement)).collect();
            let _ = write!(text, "    always @(*) begin\n{}    end\n", body(&block));
        }
    }
    text
}

/// Numbers of statements that must stay together and in order: those that write the same signal, and those that read what is written again
/// afterwards.
fn groups(kernel: &[Step]) -> Vec<Vec<usize>> {
    let count = kernel.len();
    let mut group: Vec<usize> = (0..count).collect();
    let mut unite = |a: usize, b: usize| {
        let (a, b) = (group[a].min(group[b]), group[a].max(group[b]));
        group.iter_mut().filter(|group| **group == b).for_each(|group| *group = a);
    };
    let mut writers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, step) in kernel.iter().enumerate() {
        step.writes.iter().for_each(|name| writers.entry(name).or_default().push(at));
        if step.writes.is_empty() && at + 1 < count {
            unite(at, at + 1); // a comment stands before what it speaks of
        }
    }
    for at in writers.values() {
        at.windows(2).for_each(|pair| unite(pair[0], pair[1]));
    }
    for (at, step) in kernel.iter().enumerate() {
        for &last in step.reads.iter().filter_map(|name| writers.get(name.as_str())?.last()) {
            if last > at {
                unite(at, last);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    group.iter().enumerate().for_each(|(at, group)| groups.entry(*group).or_default().push(at));
    groups.into_values().collect()
}

/// A bundle whose fields are each written once, as one concatenation.
fn bundle(names: &Names, steps: &[&Step]) -> Option<String> {
    let mut parts = vec![];
    for step in steps {
        let VerilogStatement::SliceAssignment { base: VerilogExpression::Signal(name), width, offset, replacement } = step.statement else {
            return None;
        };
        if step.reads.contains(name) {
            return None;
        }
        parts.push((usize::try_from(constant(offset)?).ok()?, *width, name, replacement));
    }
    parts.sort_by_key(|part| part.0);
    let net = names.node.net(parts.first()?.2)?;
    let mut next = 0;
    for (at, width, ..) in &parts {
        if *at != next {
            return None;
        }
        next += width;
    }
    if next != net.width {
        return None;
    }
    let mut lines = vec![];
    for (at, (offset, width, _, value)) in parts.iter().enumerate().rev() {
        let value = show(&names.sized(value, *width));
        let comma = if at == 0 { "" } else { "," };
        lines.push(format!("        {value}{comma}{}\n", field(net, *offset, *width)));
    }
    Some(format!("    assign {} = {{\n{}    }};\n", names.print_name(&net.name), lines.concat()))
}

/// A comment that names the field at these bits of a bundle.
fn field(net: &Net, offset: usize, width: usize) -> String {
    let mut at = 0;
    for (name, bits) in &net.fields {
        if at == offset && *bits == width {
            return format!(" // {name}");
        }
        at += bits;
    }
    String::new()
}
