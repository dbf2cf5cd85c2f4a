//! Source text without its comments, and words in text.

use std::ops::ControlFlow;

/// `text` with every character of a `//` or `/* */` comment made a space: lines and columns stay. Strings stay as they are.
pub fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut code = String::with_capacity(text.len());
    while let Some(next) = rest.chars().next() {
        let (length, comment) = match next {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), true),
            '/' if rest.starts_with("/*") => (block_comment(rest), true),
            '"' => (string(rest), false),
            'r' if !code.ends_with(is_word) => (raw_string(rest).unwrap_or(1), false),
            '\'' => (character(rest), false),
            _ => (next.len_utf8(), false),
        };
        let (piece, after) = rest.split_at(length);
        if comment {
            code.extend(piece.chars().map(|character| if character == '\n' { '\n' } else { ' ' }));
        } else {
            code.push_str(piece);
        }
        rest = after;
    }
    code
}

/// Comments nest, as in Rust.
fn block_comment(text: &str) -> usize {
    let ends = text.char_indices().try_fold(0_usize, |depth, (at, _)| match &text[at..] {
        rest if rest.starts_with("/*") => ControlFlow::Continue(depth + 1),
        rest if rest.starts_with("*/") && depth == 1 => ControlFlow::Break(at + 2),
        rest if rest.starts_with("*/") => ControlFlow::Continue(depth - 1),
        _ => ControlFlow::Continue(depth),
    });
    ends.break_value().unwrap_or(text.len())
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn raw_string(text: &str) -> Option<usize> {
    let hashes = text[1..].len() - text[1..].trim_start_matches('#').len();
    text[1 + hashes..].starts_with('"').then_some(())?;
    let end = format!("\"{}", "#".repeat(hashes));
    let from = 2 + hashes;
    Some(text[from..].find(&end).map_or(text.len(), |at| from + at + end.len()))
}

/// A character, or the mark of a lifetime or of a width in Verilog.
fn character(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match (characters.next(), characters.next(), characters.next()) {
        (Some((_, '\\')), Some(_), Some((at, '\''))) | (Some(_), Some((at, '\'')), _) => at + 1,
        _ => 1,
    }
}

/// Whether a character can be part of a name.
pub fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Where `word` stands in `line` as a whole name or phrase, if it does.
pub fn find_word(line: &str, word: &str) -> Option<usize> {
    let bounded = |at: &usize| !line[..*at].ends_with(is_word) && !line[at + word.len()..].starts_with(is_word);
    line.match_indices(word).map(|(at, _)| at).find(bounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_spaces_and_strings_stay() {
        let code = "let a = \"// \\\" no\"; // yes é\nlet b /* in /* out */ */ = '\"'; // \"\nlet r = r#\"/* \" */\"#; let c = 4'd0; // x";
        let expected = "let a = \"// \\\" no\";\nlet b                    = '\"';\nlet r = r#\"/* \" */\"#; let c = 4'd0;";
        let lines = without_comments(code).lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n");
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_comment_that_nobody_ends_goes_to_the_end() {
        assert_eq!(without_comments("a /* b\nc").trim_end(), "a");
    }

    #[test]
    fn a_word_is_found_whole_and_not_as_a_part() {
        assert_eq!(find_word("use stream::Outlet;", "Outlet"), Some(12));
        for line in ["OutletX", "MyOutlet", "outlet", "Outlet_2", ""] {
            assert_eq!(find_word(line, "Outlet"), None, "{line}");
        }
        assert_eq!(find_word("Outlets, then Outlet", "Outlet"), Some(14));
    }
}
