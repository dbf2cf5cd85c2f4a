//! The kernel of a block, as assignments and as blocks of what belongs together.

use super::body::body;
use super::fields::is_apart;
use super::names::Names;
use super::step::Step;
use crate::expression::{constant, show};
use crate::source::COLUMNS;
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
        names.writing(&steps.iter().flat_map(|step| &step.writes).cloned().collect());
        let bundle = bundle(names, &steps);
        let above = steps.iter().take(if bundle.is_some() { steps.len() } else { 1 }).flat_map(|step| &step.above);
        let above: String = above.map(|line| format!("    // {line}\n")).collect();
        if !text.is_empty() && !above.is_empty() {
            text.push('\n');
        }
        text += &above;
        if let [Step { statement: VerilogStatement::Assignment(to, value), .. }] = steps[..] {
            let printed = names.assignment(to, value);
            let _ = writeln!(text, "    assign {}", body(&[printed]).trim());
        } else if let Some(bundle) = bundle {
            text += &bundle;
        } else {
            let statements: Vec<_> = steps.iter().map(|step| step.statement).collect();
            let written: BTreeSet<&String> = steps.iter().flat_map(|step| &step.writes).collect();
            let apart: Vec<&String> = written.iter().copied().filter(|name| is_apart(names, name, &statements)).collect();
            names.apart(&apart);
            variables.extend(written.iter().filter(|name| !apart.contains(name)).map(|name| names.print_name(name)));
            variables.extend(apart.iter().flat_map(|name| names.parts(name)));
            let mut block = vec![];
            for (number, step) in steps.iter().enumerate() {
                let above = if number == 0 { &[][..] } else { &step.above };
                block.extend(above.iter().cloned().map(VerilogStatement::Comment));
                block.push(names.statement(step.statement));
            }
            let lines: String = body(&block).lines().map(short).collect();
            let _ = write!(text, "    always @(*) begin\n{lines}    end\n");
            apart.iter().for_each(|name| text += &together(&names.print_name(name), &names.parts(name)));
        }
    }
    text
}

/// Whether a value's name says which field it is for.
fn told(field: &str, value: &str) -> bool {
    value == field || value.ends_with(&format!("_{field}"))
}

/// A line of a block; a long one that writes many fields at once in several lines.
fn short(line: &str) -> String {
    let indent = &line[..line.len() - line.trim_start().len()];
    match line.trim_start().strip_prefix('{').and_then(|rest| rest.split_once("} = ")).filter(|_| line.len() > COLUMNS) {
        Some((to, value)) => format!("{indent}{{\n{indent}    {}\n{indent}}} = {value}\n", to.replace(", ", &format!(",\n{indent}    "))),
        None => format!("{line}\n"),
    }
}

/// Joins the fields of a bundle that are variables of their own, the most significant first.
fn together(bundle: &str, parts: &[String]) -> String {
    let line = format!("    assign {bundle} = {{{}}};\n", parts.join(", "));
    if line.len() <= COLUMNS { line } else { format!("    assign {bundle} = {{\n        {}\n    }};\n", parts.join(",\n        ")) }
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
    let fields: Vec<_> =
        parts.iter().rev().map(|(at, width, _, value)| (net.field(*at, *width), show(&names.sized(value, *width)))).collect();
    let all: Vec<&str> = fields.iter().map(|(_, value)| value.as_str()).collect();
    let line = format!("    assign {} = {{{}}};\n", names.print_name(&net.name), all.join(", "));
    if line.len() <= COLUMNS && fields.iter().all(|(field, value)| field.is_none_or(|field| told(&field.name, value))) {
        return Some(line);
    }
    let mut lines = vec![];
    for (at, (offset, width, _, value)) in parts.iter().enumerate().rev() {
        let value = show(&names.sized(value, *width));
        let comma = if at == 0 { "" } else { "," };
        let field = net.field(*offset, *width).filter(|field| !told(&field.name, &value));
        let field = field.map_or(String::new(), |field| format!(" // {}", field.name));
        lines.push(format!("        {value}{comma}{field}\n"));
    }
    Some(format!("    assign {} = {{\n{}    }};\n", names.print_name(&net.name), lines.concat()))
}
