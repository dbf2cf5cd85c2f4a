//! How answers reach their reader: text for people, JSON for programs.

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use std::fmt::{self, Display};
use std::io::Write as _;
use std::sync::OnceLock;
use unicode_width::UnicodeWidthStr as _;

/// What is added, or as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What changes, or deserves a look.
pub const CHANGED: Style = AnsiColor::Yellow.on_default();
/// What is removed, or wrong.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Headings.
pub const HEADING: Style = Style::new().bold();
/// What only explains.
pub const ASIDE: Style = Style::new().dimmed();

/// Text in a style.
pub fn painted(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Why standard output takes no more.
static FAILURE: OnceLock<std::io::Error> = OnceLock::new();

/// The first failure of standard output, a closed pipe among them. A command goes on without it: its exit code tells what it did.
pub fn failure() -> Option<&'static std::io::Error> {
    FAILURE.get()
}

/// Prints text for people. Colours reach terminals only, and none that asks for `NO_COLOR`. After a [`failure`] it prints nothing.
pub fn print(text: impl Display) {
    let mut out = anstream::stdout().lock();
    let mut written = || write!(out, "{text}").and_then(|()| out.flush());
    if FAILURE.get().is_none()
        && let Err(error) = written()
    {
        let _ = FAILURE.set(error);
    }
}

/// Prints one JSON document, as [`print`] does.
pub fn json(document: &impl Serialize) {
    print(format_args!("{}\n", serde_json::to_string_pretty(document).expect("a report has string keys only")));
}

/// Prints one line of a stream of JSON documents, as [`print`] does.
pub fn json_line(document: &impl Serialize) {
    print(format_args!("{}\n", serde_json::to_string(document).expect("a report has string keys only")));
}

/// Tells a person on standard error; if that takes nothing, there is nobody to tell.
pub fn tell(text: impl Display) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Columns that line up. A heading that starts with `>` is of numbers: its column is flush right.
pub struct Table {
    headings: &'static [&'static str],
    rows: Vec<(Style, Vec<String>)>,
}

impl Table {
    /// A table without rows.
    pub fn new(headings: &'static [&'static str]) -> Self {
        Self { headings, rows: Vec::new() }
    }

    /// Adds a row, one cell for each heading.
    pub fn row<const N: usize>(&mut self, style: Style, cells: [String; N]) {
        assert_eq!(N, self.headings.len(), "one cell for each heading");
        self.rows.push((style, cells.into()));
    }

    fn line(&self, f: &mut fmt::Formatter<'_>, style: Style, cells: &[&str]) -> fmt::Result {
        let mut line = String::new();
        for (column, cell) in cells.iter().enumerate() {
            let (heading, gap) = (self.headings[column], if column == 0 { "" } else { "  " });
            let fill = " ".repeat(self.width(column) - cell.width());
            line += &if heading.starts_with('>') { format!("{gap}{fill}{cell}") } else { format!("{gap}{cell}{fill}") };
        }
        writeln!(f, "{style}{}{style:#}", line.trim_end())
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().map(|(_, cells)| cells[column].width());
        cells.chain([self.headings[column].trim_start_matches('>').len()]).max().unwrap_or(0)
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headings: Vec<&str> = self.headings.iter().map(|heading| heading.trim_start_matches('>')).collect();
        self.line(f, HEADING, &headings)?;
        for (style, cells) in &self.rows {
            self.line(f, *style, &cells.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

/// A text and the blanks that fill it up to so many columns of a terminal, on which some letters take two and some none.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// Bytes as hexadecimal digits, in their order.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Text of others on one line of a terminal: what would steer the terminal is written out.
pub fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { letter.escape_default().to_string() } else { letter.into() }).collect()
}

/// A number with its thousands apart.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("digits are text")).collect();
    groups.join(",")
}

/// A count of things, such as `1 group` and `4 managers`.
pub fn some(count: usize, thing: &str) -> String {
    format!("{} {thing}{}", thousands(count as u64), if count == 1 { "" } else { "s" })
}

/// A share of one, in per cent.
pub fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_where_letters_are_two_columns_wide_or_none() {
        let mut table = Table::new(&["name", ">entries"]);
        // Two wide letters, an e with a combining accent, and four plain letters: four, one and four columns.
        for name in ["\u{6771}\u{4eac}", "e\u{301}", "abcd"] {
            table.row(Style::new(), [name.into(), "7".into()]);
        }
        let text = anstream::adapter::strip_str(&table.to_string()).to_string();
        assert_eq!(text, "name  entries\n\u{6771}\u{4eac}        7\ne\u{301}           7\nabcd        7\n");
    }
}
