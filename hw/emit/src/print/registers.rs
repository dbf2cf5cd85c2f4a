//! The registers of a block, printed in it.

use super::names::Names;
use super::words::{is_assigned, words};
use crate::tree::Role;
use rust_hdl::prelude::Verilog;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The registers and other small leaves, those of one clock in one block.
pub(super) fn registers(names: &Names, kinds: &[Option<usize>], variables: &mut BTreeSet<String>) -> String {
    let mut clocked: Vec<(String, Vec<String>)> = vec![];
    let mut text = String::new();
    for (child, kind) in names.node.children.iter().zip(kinds) {
        let (None, Verilog::Custom(code)) = (kind, &child.code) else { continue };
        let outputs = child.nets.iter().filter(|net| net.role == Role::Output && !is_assigned(code, &net.name));
        variables.extend(outputs.map(|net| names.print_name(&format!("{}${}", child.name, net.name))));
        let name = |part: &str| match child.net(part).map(|net| (&net.role, net.width)) {
            Some((Role::Constant(digits), width)) => format!("{width}'h{digits}"),
            Some(_) => names.print_name(&format!("{}${part}", child.name)),
            None => part.to_string(),
        };
        let code: String = words(code).iter().map(|(part, word)| if *word { name(part) } else { part.to_string() }).collect();
        match code.trim().strip_prefix("always @(posedge ").and_then(|rest| rest.split_once(')')) {
            Some((clock, step)) if !step.contains('\n') => match clocked.iter_mut().find(|(known, _)| known == clock) {
                Some((_, steps)) => steps.push(step.trim().into()),
                None => clocked.push((clock.into(), vec![step.trim().into()])),
            },
            _ => code.lines().for_each(|line| _ = writeln!(text, "    {line}")),
        }
    }
    for (clock, steps) in clocked {
        let _ = write!(
            text,
            "    always @(posedge {clock}) begin\n{}    end\n",
            steps.iter().map(|step| format!("        {step}\n")).collect::<String>()
        );
    }
    text
}
