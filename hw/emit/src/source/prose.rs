//! Doc comments as plain text.

use std::collections::BTreeMap;

/// Columns of a comment.
pub(crate) const COLUMNS: usize = 110;

/// The lines of a doc comment without Rust's marks, with what the generics stand for, wrapped.
///
/// A sentence that begins with a generic, or links to a function, speaks to those who use the block from Rust, and is left out.
pub(super) fn plain(doc: &[String], generics: &BTreeMap<String, String>) -> Vec<String> {
    let mut lines = vec![];
    for paragraph in doc.split(String::is_empty) {
        let text = paragraph.join(" ");
        let told: Vec<String> = sentences(&text)
            .into_iter()
            .filter(|sentence| !is_for_rust(sentence, generics))
            .map(|sentence| unmarked(sentence, generics))
            .collect();
        if told.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrapped(&told.join(" "), COLUMNS));
    }
    lines
}

/// Words in lines of at most `columns`, but for a longer word.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < columns => *line = format!("{line} {word}"),
            _ => lines.push(word.into()),
        }
    }
    lines
}

/// The lines of a comment in a kernel, likewise, but with every sentence.
pub(super) fn comment(lines: &[String], generics: &BTreeMap<String, String>) -> Vec<String> {
    wrapped(&unmarked(&lines.join(" "), generics), COLUMNS)
}

fn sentences(text: &str) -> Vec<&str> {
    let ends = text.match_indices(". ").map(|(at, _)| at + 1).chain([text.len()]);
    let mut start = 0;
    ends.map(|end| text[std::mem::replace(&mut start, end)..end].trim()).filter(|sentence| !sentence.is_empty()).collect()
}

fn is_for_rust(sentence: &str, generics: &BTreeMap<String, String>) -> bool {
    let first = sentence.strip_prefix('`').and_then(|rest| rest.split_once('`'));
    let function = |(_, rest): (&str, &str)| {
        rest.split('`').next().and_then(|path| path.rsplit("::").next()).is_some_and(|name| name.starts_with(char::is_lowercase))
    };
    first.is_some_and(|(first, _)| generics.contains_key(first)) || sentence.split_once("[`").is_some_and(function)
}

/// A sentence without backticks and links; generics between backticks are replaced.
fn unmarked(sentence: &str, generics: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some(at) = rest.find(['`', '[']) {
        text += &rest[..at];
        rest = &rest[at..];
        let (shown, after) = if let Some((link, after)) = link(rest) {
            (unmarked(link.rsplit("::").next().unwrap_or(link), generics), after)
        } else if let Some((code, after)) = rest[1..].split_once('`').filter(|_| rest.starts_with('`')) {
            match generics.get(code).and_then(|value| value.parse().ok()) {
                Some(value) => calculated(&mut text, value, after),
                None => (substituted(code, generics), after),
            }
        } else {
            (rest[..1].to_string(), &rest[1..])
        };
        text += &shown;
        rest = after;
    }
    text + rest
}

/// The number that a generic stands for, with what the sentence does to it: `2 N`, `1 + N`, `N - 1`. Takes that from the end of `before` and
/// from `after`, and returns the rest of the latter.
fn calculated<'a>(before: &mut String, mut value: i64, mut after: &'a str) -> (String, &'a str) {
    let digits = |text: &str| text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    for (mark, apply) in [(" + ", i64::checked_add as fn(i64, i64) -> Option<i64>), (" ", i64::checked_mul)] {
        let Some(front) = before.strip_suffix(mark) else { continue };
        let start = front.len() - digits(front);
        if let Some(result) = front[start..].parse().ok().and_then(|number| apply(number, value)) {
            value = result;
            before.truncate(start);
            break;
        }
    }
    for (mark, apply) in [(" + ", i64::checked_add as fn(i64, i64) -> Option<i64>), (" - ", i64::checked_sub)] {
        let Some(rest) = after.strip_prefix(mark) else { continue };
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if let Some(result) = rest[..end].parse().ok().and_then(|number| apply(value, number)) {
            value = result;
            after = &rest[end..];
        }
    }
    (value.to_string(), after)
}

/// The text of a link that `text` begins with, and what follows it.
fn link(text: &str) -> Option<(&str, &str)> {
    let (shown, after) = text.strip_prefix('[')?.split_once(']')?;
    match after.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, after)) => Some((shown, after)),
        None => shown.strip_prefix('`').and_then(|shown| shown.strip_suffix('`')).map(|shown| (shown, after)),
    }
}

/// `code` with the values of generics.
pub(super) fn substituted(code: &str, generics: &BTreeMap<String, String>) -> String {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut text = String::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| word(c) != word(first)).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        text += generics.get(part).map_or(part, String::as_str);
        rest = after;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_of(doc: &str) -> String {
        let generics = BTreeMap::from([("A", "9"), ("T", "Beat")].map(|(name, value)| (name.into(), value.into())));
        plain(&doc.lines().map(str::to_string).collect::<Vec<_>>(), &generics).join("\n")
    }

    #[test]
    fn generics_between_backticks_have_their_values_and_links_are_plain() {
        assert_eq!(
            plain_of("A queue of `2^A` words, as [`stream::Fifo`] and [this](that)[0]."),
            "A queue of 2^9 words, as Fifo and this[0]."
        );
        assert_eq!(plain_of("Of `A` - 1 bits, 2 `A` + 1 clocks, 1 + `A` words."), "Of 8 bits, 19 clocks, 10 words.");
        assert_eq!(plain_of("Latency: [`latency`]. Sums: [`a::Sum`]."), "Sums: Sum.");
        assert_eq!(plain_of("`A` words. Of `T`.\nBits [3:0].\n\nEnd."), "Of Beat. Bits [3:0].\n\nEnd.");
    }

    #[test]
    fn lines_are_wrapped() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
    }
}
