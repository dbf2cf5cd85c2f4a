//! A packet's walk for people: one stage a line, the packet and its reply side by side, or one after the other where a terminal is too narrow.

use super::Explanation;
use super::trace::{Trace, endpoint_text};
use crate::output::{ASIDE, BAD, CHANGED, GOOD, HEADING, painted};
use anstyle::Style;
use contract::code::{Reason, Verdict};
use operator::wrap::wrapped;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr as _;

/// Where the walk did not come.
const NOT_REACHED: &str = "-";
/// Columns of a stage's name and the blank behind it.
const STAGE: usize = 15;
/// Columns of a question's number, such as `Q12`, before what it decided.
const QUESTION: usize = 4;
/// The question that `classifier` decides.
const CLASSIFIER: u8 = 8;

/// One explanation, with its headline, for a terminal of so many columns or for anything else.
pub(super) fn text(explanation: &Explanation, columns: Option<usize>) -> String {
    let mut text = format!("{}\n\n", wrapped(&painted(HEADING, format_args!("by {}", explanation.tables)), columns));
    let packet = stages(&explanation.packet);
    let reply = explanation.reply.as_ref().map(stages);
    let wide = [Some(&packet), reply.as_ref()].into_iter().flatten().map(|side| STAGE + width(side) + 2).sum::<usize>() - STAGE - 2;
    match (&explanation.reply, &reply) {
        (Some(trace), Some(reply)) if columns.is_some_and(|columns| columns < wide) => {
            text += &table(&packet, &explanation.packet, "this packet", None);
            text += &format!("\n{}", table(reply, trace, "its reply", None));
        }
        _ => text += &table(&packet, &explanation.packet, "this packet", reply.as_deref()),
    }
    let _ = writeln!(text, "\n{}", wrapped(&conclusion(explanation), columns));
    text
}

/// Columns of a side's cells.
fn width(side: &[(&str, String)]) -> usize {
    side.iter().map(|(_, cell)| cell.width()).max().unwrap_or(0).max(QUESTION + "this packet".len())
}

/// A packet's stages below a heading, and beside them its reply's.
fn table(stages: &[(&str, String)], trace: &Trace, heading: &str, reply: Option<&[(&str, String)]>) -> String {
    let width = width(stages);
    let [heading, reply_heading] = [heading, if reply.is_some() { "its reply" } else { "" }].map(|heading| cell(None, heading.into()));
    let headings = format!("{:<STAGE$}{heading:<width$}  {reply_heading}", "");
    let mut text = format!("{}\n", painted(HEADING, headings.trim_end()));
    for (row, (stage, cell)) in stages.iter().enumerate() {
        let other = reply.map_or("", |reply| &reply[row].1);
        let gap = " ".repeat(width + 2 - cell.width());
        let line = format!("{}{}{gap}{other}", painted(ASIDE, format_args!("{stage:<STAGE$}")), painted(style(stage, trace), cell));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn style(stage: &str, trace: &Trace) -> Style {
    match trace.verdict {
        _ if stage != "verdict" => Style::new(),
        verdict if verdict == Verdict::ToManager.name() => GOOD,
        verdict if verdict == Verdict::Drop.name() => BAD,
        _ => CHANGED,
    }
}

/// What the two directions have in common.
fn conclusion(explanation: &Explanation) -> String {
    let met = |trace: &Trace| trace.taken_by().map_or("no manager".into(), |_| manager(trace));
    match (&explanation.reply, explanation.same_manager) {
        (None, _) => "The walk shows no reply to this packet.".into(),
        (Some(_), Some(true)) => painted(GOOD, format_args!("Both directions go to {}.", manager(&explanation.packet))),
        (Some(reply), Some(false)) => painted(
            BAD,
            format_args!("The directions differ: this packet goes to {}, its reply to {}.", met(&explanation.packet), met(reply)),
        ),
        (Some(_), None) => painted(CHANGED, "Neither direction goes to a manager."),
    }
}

/// What a packet met at a stage: the question of `docs/decision.md` that was decided there, if any, and the answer.
fn cell(question: Option<u8>, answer: String) -> String {
    format!("{:<QUESTION$}{answer}", question.map_or(String::new(), |number| format!("Q{number}")))
}

/// The stages of the walk by name, each with what this packet met there; group and verdict are their results.
fn stages(trace: &Trace) -> Vec<(&'static str, String)> {
    let of_group = trace.group.is_some();
    let early = trace.question.filter(|_| !of_group);
    // A frame that ends inside a VLAN tag has a tag's EtherType: `ethernet` answers question 4 for it.
    let in_tag = matches!(trace.ether_type.as_deref(), Some("0x8100" | "0x88a8"));
    let by_ethernet = early.filter(|number| *number <= 3 || in_tag);
    let by_network =
        if trace.embedded == Some(true) { Reason::IcmpError.questions().first().copied() } else { early.filter(|_| by_ethernet.is_none()) };
    let end =
        |word, end: &Option<String>, port| end.as_ref().map_or(NOT_REACHED.into(), |end| format!("{word} {}", endpoint_text(end, port)));
    vec![
        ("ethernet", cell(by_ethernet, ethernet(trace))),
        ("network", cell(by_network, network(trace))),
        ("", cell(None, end("from", &trace.source, trace.source_port))),
        ("", cell(None, end("to  ", &trace.destination, trace.destination_port))),
        ("classifier", cell(of_group.then_some(CLASSIFIER), rule(trace))),
        ("group", cell(None, group(trace))),
        ("key", cell(trace.question.filter(|_| of_group), key(trace))),
        ("", cell(None, trace.key.clone().unwrap_or(NOT_REACHED.into()))),
        ("hash", cell(None, trace.hash.map_or(NOT_REACHED.into(), |hash| format!("{hash:#010x}")))),
        ("entry_table", cell(None, entry(trace))),
        ("manager_table", cell(None, row(trace))),
        ("verdict", cell(trace.reason_question, verdict(trace))),
    ]
}

fn ethernet(trace: &Trace) -> String {
    let (Some(destination), Some(ether_type)) = (&trace.destination_mac, &trace.ether_type) else {
        return NOT_REACHED.into();
    };
    let tags = match trace.vlan_tags {
        Some(0) | None => String::new(),
        Some(1) => ", 1 VLAN tag".into(),
        Some(tags) => format!(", {tags} VLAN tags"),
    };
    format!("to {destination}, EtherType {ether_type}{tags}")
}

fn network(trace: &Trace) -> String {
    let (Some(version), Some(protocol)) = (trace.ip_version, &trace.protocol) else {
        return NOT_REACHED.into();
    };
    let embedded = if trace.embedded == Some(true) { ", inside an ICMP error" } else { "" };
    format!("IPv{version}, {protocol}{embedded}")
}

fn rule(trace: &Trace) -> String {
    match (trace.group, trace.rule, &trace.rule_says) {
        (Some(_), Some(rule), Some(says)) => format!("{rule}: {says}"),
        (Some(_), ..) => "none matches".into(),
        _ => NOT_REACHED.into(),
    }
}

fn group(trace: &Trace) -> String {
    match (trace.group, &trace.group_name) {
        (Some(id), Some(name)) => format!("{name} ({id})"),
        (Some(id), None) => id.to_string(),
        _ => NOT_REACHED.into(),
    }
}

fn key(trace: &Trace) -> String {
    match (trace.key_reason, &trace.key_of) {
        (Some(reason), Some(of)) => format!("{reason}: {of}"),
        (Some(reason), None) => format!("{reason}: none; it goes to the designated manager"),
        _ => NOT_REACHED.into(),
    }
}

fn entry(trace: &Trace) -> String {
    match (trace.group, trace.bucket, trace.manager) {
        (Some(_), Some(bucket), Some(id)) => format!("bucket {bucket} holds {id}"),
        (Some(_), Some(bucket), None) => format!("bucket {bucket} holds no manager"),
        (Some(_), None, Some(id)) => format!("designated: {id}"),
        (Some(_), None, None) => "designated: none".into(),
        _ => NOT_REACHED.into(),
    }
}

fn row(trace: &Trace) -> String {
    let (Some(mac), Some(enabled)) = (&trace.manager_mac, trace.manager_enabled) else {
        return NOT_REACHED.into();
    };
    format!("{}, {mac}{}", manager(trace), if enabled { "" } else { ", disabled" })
}

fn manager(trace: &Trace) -> String {
    match (&trace.manager_name, trace.manager) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (None, Some(id)) => format!("manager {id}"),
        _ => "no manager".into(),
    }
}

fn verdict(trace: &Trace) -> String {
    let way = match trace.egress_port {
        Some(port) => format!(", by port {port}"),
        None if trace.verdict == Verdict::Drop.name() => String::new(),
        None => ", to the host".into(),
    };
    format!("{}, {}{way}", trace.verdict, trace.reason)
}
