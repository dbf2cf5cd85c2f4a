//! Statements as text.

use rust_hdl::core::ast::VerilogStatement;
use rust_hdl::core::verilog_gen::verilog_combinatorial;
use std::fmt::Write;

/// The statements as rust-hdl prints them, each line indented twice; `else` on the line of its `end`, `begin` on that of its label.
pub(super) fn body(statements: &[VerilogStatement]) -> String {
    let text = verilog_combinatorial(&statements.to_vec());
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let mut joined = String::new();
    let mut labels: Vec<usize> = vec![]; // how far the blocks of open labels are indented
    for line in lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default() {
        let (word, indent) = (line.trim_start(), line.len() - line.trim_start().len());
        let ends = |last: &str| joined.ends_with(last);
        let onto_last = match word {
            "begin" => ends(":\n"),
            "end" => ends(": begin\n"),
            _ => word.starts_with("else ") && ends("end\n"),
        };
        let out = 4 + indent - (4 * labels.len()).min(indent);
        if word == "end" && labels.last() == Some(&indent) {
            labels.pop();
        } else if word == "begin" {
            labels.push(indent);
        }
        if onto_last {
            joined.pop();
            let _ = writeln!(joined, " {word}");
        } else {
            let _ = writeln!(joined, "{:out$}{word}", "");
        }
    }
    joined
}
