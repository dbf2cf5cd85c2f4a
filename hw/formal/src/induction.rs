//! The step of an induction: what held for some clocks holds in the next. Each statement is a question of its own to the solver.
//!
//! `smtbmc` asks for all statements at once, whether one of them fails: a question that took Yices minutes, or an hour, where all of them one
//! by one take seconds. The answer is the same: the statements follow from each other if each of them follows from all in the clocks before.

use crate::tool;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Whether every statement of `block` holds in a clock, given that all of them held in as many `clocks` before. `folder` has the
/// `model.smt2` that Yosys' `write_smt2` made.
///
/// # Errors
/// A model that is not as `write_smt2` makes it, or a solver that does not run or gives no answer.
pub fn follows(folder: &Path, block: &str, clocks: usize) -> Result<bool> {
    let model = fs::read_to_string(folder.join("model.smt2")).context("no model")?;
    // Models of the states are of no use here, and keep the solver from leaving variables out.
    let model: String = model.lines().filter(|line| !line.contains(":produce-models")).flat_map(|line| [line, "\n"]).collect();
    let statements = statements(&model, block).with_context(|| format!("{}: no statements of {block}", folder.display()))?;
    for (number, statement) in statements.iter().enumerate() {
        let name = format!("step{number}.smt2");
        fs::write(folder.join(&name), format!("(set-logic QF_AUFBV)\n{model}{}", question(block, clocks, statement)))?;
        match tool::yices(folder, &name)?.trim() {
            "unsat" => fs::remove_file(folder.join(&name))?,
            "sat" => return Ok(false),
            other => bail!("yices-smt2 in {} gives no answer to {name}: {other}", folder.display()),
        }
    }
    Ok(true)
}

/// The statements of a model, as terms of the state `state`: the conjuncts of the function that Yosys calls by the block's name and `_a`.
fn statements(model: &str, block: &str) -> Option<Vec<String>> {
    let head = format!("(define-fun |{block}_a| ((state |{block}_s|)) Bool");
    let body = term(model.split_once(&head)?.1)?;
    let Some(mut rest) = body.strip_prefix("(and") else {
        return (body != "true").then(|| vec![body.to_owned()]);
    };
    let mut statements = Vec::new();
    while let Some(found) = term(rest) {
        statements.push(found.to_owned());
        rest = &rest[rest.find(found)? + found.len()..];
    }
    (!statements.is_empty()).then_some(statements)
}

/// The first term of a text of SMT-LIB, behind blanks and comments; none at the end of the term around it.
fn term(text: &str) -> Option<&str> {
    let mut text = text.trim_start();
    while text.starts_with(';') {
        text = text.split_once('\n')?.1.trim_start();
    }
    if !text.starts_with('(') {
        let end = text.find(|end: char| end.is_whitespace() || end == ')')?;
        return (end > 0).then(|| &text[..end]);
    }
    let (mut depth, mut in_name) = (0, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '|' => in_name = !in_name,
            '(' if !in_name => depth += 1,
            ')' if !in_name => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[..=at]);
        }
    }
    None
}

/// Can it be that all statements hold in so many clocks, one after the other, and this one does not in the next?
fn question(block: &str, clocks: usize, statement: &str) -> String {
    let mut text = String::new();
    for clock in 0..=clocks {
        let _ = writeln!(text, "(declare-fun s{clock} () |{block}_s|)");
        let _ = writeln!(text, "(assert (|{block}_u| s{clock}))\n(assert (|{block}_h| s{clock}))\n(assert (not (|{block}_is| s{clock})))");
    }
    for clock in 0..clocks {
        let _ = writeln!(text, "(assert (|{block}_t| s{clock} s{}))\n(assert (|{block}_a| s{clock}))", clock + 1);
    }
    let last = statement.replace(" state)", &format!(" s{clocks})"));
    let _ = writeln!(text, "(assert (not {last}))\n(check-sat)");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_the_conjuncts_whatever_is_noted_behind_them() {
        let model = |body: &str| format!("(define-fun |m_a| ((state |m_s|)) Bool {body})\n(define-fun |m_u| ((state |m_s|)) Bool true)\n");
        let two = model("(and\n  (|m_a 0| state)\n  (|m_a ) 1| state) ; (why\n)");
        assert_eq!(statements(&two, "m").unwrap(), ["(|m_a 0| state)", "(|m_a ) 1| state)"]);
        assert_eq!(statements(&model("\n  (|m_a 0| state)\n"), "m").unwrap(), ["(|m_a 0| state)"]);
        assert_eq!(statements(&model("true"), "m"), None);
        assert_eq!(statements("", "m"), None);
    }
}
