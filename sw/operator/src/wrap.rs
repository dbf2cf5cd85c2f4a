//! Text that fits a terminal. What goes into a file or a pipe keeps its lines: programs read it, and people search it.

use std::io::IsTerminal as _;
use unicode_width::UnicodeWidthStr as _;

/// The columns of the terminal that standard output goes to: what `COLUMNS` tells, or else the terminal itself. `None` where it goes elsewhere.
pub fn columns() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    told.or_else(|| terminal_size::terminal_size().map(|(width, _)| width.0.into()).filter(|columns| *columns > 0))
}

/// Breaks lines at blanks where they are longer than so many columns. A line goes on below itself, two columns further in.
pub fn wrapped(text: &str, columns: Option<usize>) -> String {
    let Some(columns) = columns else { return text.to_owned() };
    text.split('\n').map(|line| wrapped_line(line, columns)).collect::<Vec<_>>().join("\n")
}

fn wrapped_line(line: &str, columns: usize) -> String {
    let words = line.trim_start_matches(' ');
    let indent = line.len() - words.len();
    let mut out = " ".repeat(indent);
    let mut used = indent;
    for (place, word) in words.split(' ').enumerate() {
        let width = anstream::adapter::strip_str(word).to_string().width();
        if place > 0 && used + 1 + width > columns {
            out += &format!("\n{}", " ".repeat(indent + 2));
            used = indent + 2;
        } else if place > 0 {
            out.push(' ');
            used += 1;
        }
        out += word;
        used += width;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_go_on_further_in() {
        let text = "a rule takes flows\n  add a rule\n\nend";
        assert_eq!(wrapped(text, None), text);
        assert_eq!(wrapped(text, Some(18)), text, "what fits stays");
        assert_eq!(wrapped(text, Some(10)), "a rule\n  takes\n  flows\n  add a\n    rule\n\nend");
    }

    #[test]
    fn colours_take_no_columns_and_wide_letters_take_two() {
        assert_eq!(wrapped("\x1b[1mab\x1b[0m cd", Some(5)), "\x1b[1mab\x1b[0m cd");
        assert_eq!(wrapped("\u{6771}\u{4eac} cd", Some(6)), "\u{6771}\u{4eac}\n  cd");
    }

    #[test]
    fn a_word_that_is_too_long_stays_whole() {
        assert_eq!(wrapped("00000000000000000000ffff0a0000019c40 x", Some(10)), "00000000000000000000ffff0a0000019c40\n  x");
    }
}
