//! A module's port list, each port with what its doc comment says.

use super::names::Names;
use crate::primitive::Primitive;
use crate::source::{COLUMNS, Kind, Sources, wrapped};
use crate::tree::{Net, Role};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Columns of a line with a comment at its end.
const LINE: usize = 130;

/// A port as it is printed.
struct Port<'a> {
    net: &'a Net,
    declared: String,
    /// The lines above it.
    above: Vec<String>,
    /// The comment at its end.
    trailing: Option<String>,
}

/// The ports of a module, a line each, with their comments; `variables` are what `always` blocks write.
pub(super) fn ports(names: &Names, kind: &Kind, sources: &Sources, variables: &BTreeSet<String>, primitive: Option<&Primitive>) -> String {
    let nets: Vec<_> = names.node.nets.iter().filter(|net| matches!(net.role, Role::Input | Role::Output)).collect();
    let range = |net: &Net| match primitive {
        Some(primitive) => primitive.range(&net.name, net.width),
        None if net.width == 1 => String::new(),
        None => format!("[{}:0]", net.width - 1),
    };
    let ranges: Vec<_> = nets.iter().map(|net| range(net)).collect();
    let widest = ranges.iter().map(|range| range.len() + usize::from(!range.is_empty())).max().unwrap_or(0);
    let port = |(at, net): (usize, &&'_ Net)| {
        let name = names.name_of(&net.name);
        let direction = match net.role {
            Role::Input => "input  wire",
            _ if variables.contains(name) => "output reg ",
            _ => "output wire",
        };
        let comma = if at + 1 < nets.len() { "," } else { "" };
        (format!("    {direction} {:widest$}{name}{comma}", ranges[at]), at)
    };
    let mut list: Vec<Port> = vec![];
    for (declared, at) in nets.iter().enumerate().map(port) {
        let repeats = at > 0 && is_next_element(&nets[at - 1].name, &nets[at].name);
        let [interface, doc] = if repeats { [vec![], vec![]] } else { sources.signal(kind, &nets[at].name) };
        list.push(Port { net: nets[at], declared, above: interface, trailing: None });
        let port = &mut list[at];
        match trailing(&doc, port.declared.len()).filter(|_| port.net.fields.is_empty() || primitive.is_some()) {
            Some(line) => port.trailing = Some(line),
            None => port.above.extend(wrapped(&doc.join(" "), COLUMNS)),
        }
        if primitive.is_none() && !repeats {
            port.above.extend(layout(port.net));
        }
    }
    let column = list.iter().filter(|port| port.trailing.is_some()).map(|port| port.declared.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Port { declared, above, trailing, .. } in list {
        above.iter().for_each(|line| _ = writeln!(text, "    // {line}"));
        let _ = match trailing {
            Some(comment) => writeln!(text, "{declared:column$} // {comment}"),
            None => writeln!(text, "{declared}"),
        };
    }
    text
}

/// Whether the two are elements of one array of signals: what the first says holds for both.
fn is_next_element(before: &str, name: &str) -> bool {
    let parts = |name| str::rsplit_once(name, '$').and_then(|(array, at): (&str, &str)| Some((array, at.parse::<usize>().ok()?)));
    parts(before).zip(parts(name)).is_some_and(|(before, here)| before.0 == here.0 && before.1 + 1 == here.1)
}

/// The comment at the end of a line of so many columns, where it is one line and there is room.
pub(super) fn trailing(doc: &[String], columns: usize) -> Option<String> {
    match doc {
        [] => None,
        lines => Some(lines.join(" ")).filter(|line| columns + line.len() <= LINE),
    }
}

/// The lines that tell where a bundle's fields lie.
fn layout(net: &Net) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for field in net.fields.iter().filter(|field| !field.is_inner) {
        let bits = if field.width == 1 { field.at.to_string() } else { format!("{}:{}", field.at + field.width - 1, field.at) };
        let shown = format!("{} [{bits}]", field.name);
        match lines.last_mut() {
            Some(line) if line.len() + shown.len() < COLUMNS => *line = format!("{line}, {shown}"),
            Some(line) => {
                line.push(',');
                lines.push(format!("    {shown}"));
            }
            None => lines.push(format!("fields: {shown}")),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::is_next_element;

    #[test]
    fn a_comment_is_printed_once_for_an_array() {
        assert!(is_next_element("s_data$0", "s_data$1"));
        assert!(is_next_element("pair$1$data$0", "pair$1$data$1"));
        for (before, name) in [("s_data$1", "s_data$0"), ("s_data$0", "s_keep$1"), ("data", "data$1"), ("s$0$tdata", "s$1$tdata")] {
            assert!(!is_next_element(before, name), "{before} {name}");
        }
    }
}
