//! A TOML document, from its text to what it means, or to everything that is wrong with it.
//!
//! Reading goes on behind a fault, so that one look finds all: what cannot be read is `None`, and its fault is on the list.

mod error;
mod value;

pub use error::{ConfigError, Faults};
pub use toml::de::{DeTable, DeValue};

use std::cell::RefCell;
use std::ops::Range;
use toml::Spanned;

/// A value and where it stands.
pub type Value<'t> = Spanned<DeValue<'t>>;

/// Reads the text of a document; `file` is its name in faults, and `examples` where the language is shown. `read` makes of the whole table
/// what it means, and reports its faults.
///
/// # Errors
/// Everything that is wrong with it, each with its line and column and what to do about it. Of mistakes in the TOML itself only the first,
/// because what follows it is guesswork.
pub fn read<T>(text: &str, file: &str, examples: &str, read: impl FnOnce(&Source<'_>, &DeTable<'_>) -> Option<T>) -> Result<T, Faults> {
    let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
    let source = Source { file, text, line_starts, faults: RefCell::default() };
    let meant = DeTable::parse(text).map_err(|error| {
        let remedy = format!("{examples} has examples; https://toml.io has the whole language");
        source.report(error.span().unwrap_or(0..0), error.message().trim_end(), remedy);
    });
    let meant = meant.ok().and_then(|table| read(&source, table.get_ref()));
    let mut faults = source.faults.into_inner();
    faults.sort_by_key(|fault| (fault.line, fault.column));
    match meant {
        Some(meant) if faults.is_empty() => Ok(meant),
        _ => Err(Faults(faults)),
    }
}

/// All of them, if each is there. Unlike `collect`, it looks at every one, so that none keeps its fault to itself.
pub fn every<T>(items: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    items.collect::<Vec<_>>().into_iter().collect()
}

/// The text that is read, and what has been found wrong with it so far.
pub struct Source<'t> {
    file: &'t str,
    text: &'t str,
    /// The byte at which each line begins.
    line_starts: Vec<usize>,
    faults: RefCell<Vec<ConfigError>>,
}

impl Source<'_> {
    /// Line and column, from 1, of a byte.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = self.line_starts.partition_point(|start| *start <= before.len());
        (line, before[self.line_starts[line - 1]..].chars().count() + 1)
    }

    /// Puts a fault of the bytes at `span` on the list.
    pub fn report(&self, span: Range<usize>, problem: impl Into<String>, remedy: impl Into<String>) {
        let (line, column) = self.position(span.start);
        let fault = ConfigError { file: self.file.to_owned(), line, column, problem: problem.into(), remedy: remedy.into() };
        self.faults.borrow_mut().push(fault);
    }

    /// The same, in the place of the value that cannot be had.
    pub fn fault<T>(&self, span: Range<usize>, problem: impl Into<String>, remedy: impl Into<String>) -> Option<T> {
        self.report(span, problem, remedy);
        None
    }

    /// The value, if none of those before is equal; it then is one of them.
    pub fn unique<T: PartialEq + Clone>(
        &self,
        span: Range<usize>,
        what: &str,
        value: T,
        seen: &mut Vec<T>,
        show: impl Fn(&T) -> String,
    ) -> Option<T> {
        if seen.contains(&value) {
            let remedy = "remove one of the two, or give this one a different value";
            return self.fault(span, format!("{what} {} is used twice", show(&value)), remedy);
        }
        seen.push(value.clone());
        Some(value)
    }
}

/// A table whose keys are all known; those that are not are faults.
pub struct Section<'t> {
    /// The text that it is in.
    pub source: &'t Source<'t>,
    /// Where it stands.
    pub span: Range<usize>,
    /// What it holds.
    pub table: &'t DeTable<'t>,
}

impl<'t> Section<'t> {
    /// A table; keys of it that are none of `keys` are faults.
    pub fn new(source: &'t Source<'t>, span: Range<usize>, table: &'t DeTable<'t>, keys: &[&str]) -> Self {
        for (key, _) in table.iter().filter(|(key, _)| !keys.contains(&key.get_ref().as_ref())) {
            source.report(key.span(), format!("unknown key `{}`", key.get_ref()), format!("use one of: {}", keys.join(", ")));
        }
        Self { source, span, table }
    }

    /// The table that this value is.
    pub fn of(source: &'t Source<'t>, value: &'t Value<'t>, keys: &[&str]) -> Option<Self> {
        let table = source.table(value)?;
        Some(Self::new(source, value.span(), table, keys))
    }

    /// What a key holds, if it is there.
    pub fn get(&self, key: &str) -> Option<&'t Value<'t>> {
        self.table.get(key)
    }

    /// What a key holds; a fault if it is not there.
    pub fn required<T>(&self, key: &str, read: impl FnOnce(&'t Value<'t>) -> Option<T>) -> Option<T> {
        let missing = || self.source.fault(self.span.clone(), format!("missing key `{key}`"), "add it; it has no default");
        self.get(key).map_or_else(missing, read)
    }

    /// What a key holds, or what it means to leave it out.
    pub fn or<T>(&self, key: &str, left_out: T, read: impl FnOnce(&'t Value<'t>) -> Option<T>) -> Option<T> {
        self.get(key).map_or(Some(left_out), read)
    }

    /// The tables under `[[key]]`; none if there are none, or if the key holds something else, which is a fault.
    pub fn tables(&self, key: &str) -> &'t [Value<'t>] {
        self.get(key).and_then(|value| self.source.list(value)).unwrap_or_default()
    }
}
