//! Doc comments as plain text.

use std::collections::BTreeMap;

/// Columns of a comment.
pub(crate) const COLUMNS: usize = 110;

/// The lines of a doc comment without Rust's marks, with what the generics stand for, wrapped.
///
/// A sentence that begins with a generic speaks to those who use the block from Rust, and is left out.
pub(super) fn plain(doc: &[String], generics: &BTreeMap<String, String>) -> Vec<String> {
    let mut lines = vec![];
    for paragraph in doc.split(String::is_empty) {
        let text = paragraph.join(" ");
        let told: Vec<String> = sentences(&text)
            .into_iter()
            .filter(|sentence| !begins(sentence, generics))
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

fn begins(sentence: &str, generics: &BTreeMap<String, String>) -> bool {
    sentence.strip_prefix('`').and_then(|rest| rest.split_once('`')).is_some_and(|(first, _)| generics.contains_key(first))
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
            (substituted(code, generics), after)
        } else {
            (rest[..1].to_string(), &rest[1..])
        };
        text += &shown;
        rest = after;
    }
    text + rest
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
        assert_eq!(plain_of("`A` words. Of `T`.\nBits [3:0].\n\nEnd."), "Of Beat. Bits [3:0].\n\nEnd.");
    }

    #[test]
    fn lines_are_wrapped() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
    }
}
