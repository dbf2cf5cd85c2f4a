//! From the text of a `tandem.toml` to a configuration, or to everything that is wrong with it.
//!
//! Reading goes on behind a fault, so that one look finds all: what cannot be read is `None`, and its fault is on the list.

mod address;
mod group;
mod manager;
mod rule;
mod value;

use crate::configuration::{Configuration, ManagerState};
use crate::error::{ConfigError, Faults};
use contract::limits::{GROUP_MACS, PORTS};
use contract::row::{Mac, Neighbours, mac_text};
use std::cell::RefCell;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
type Value<'t> = Spanned<DeValue<'t>>;

impl Configuration {
    /// Reads the text of a `tandem.toml`; `file` is its name in faults.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its line and column and what to do about it. Of mistakes in
    /// the TOML itself only the first, because what follows it is guesswork.
    pub fn parse(text: &str, file: &str) -> Result<Self, Faults> {
        Self::parse_with(text, file, &[])
    }

    /// The same with other states for the managers of these names than the text gives them. A name that the text does not have changes nothing.
    ///
    /// # Errors
    /// As [`Configuration::parse`].
    pub fn parse_with(text: &str, file: &str, states: &[(&str, ManagerState)]) -> Result<Self, Faults> {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
        let source = Source { file, text, line_starts, states, faults: RefCell::default() };
        // Behind the first mistake in the language itself the rest is guesswork.
        let configuration = DeTable::parse(text).map_err(|error| {
            let remedy = "docs/configuration.md has examples; https://toml.io has the whole language";
            source.report(error.span().unwrap_or(0..0), error.message().trim_end(), remedy);
        });
        let configuration = configuration.ok().and_then(|table| top(&source, table.get_ref()));
        let mut faults = source.faults.into_inner();
        faults.sort_by_key(|fault| (fault.line, fault.column));
        match configuration {
            Some(configuration) if faults.is_empty() => Ok(configuration),
            _ => Err(Faults(faults)),
        }
    }
}

fn top(source: &Source<'_>, table: &DeTable<'_>) -> Option<Configuration> {
    let keys = ["enabled", "group_macs", "neighbours", "pairs", "manager", "group", "rule"];
    let section = Section::new(source, 0..0, table, &keys);
    let enabled = section.or("enabled", true, |value| source.boolean(value));
    let group_macs = section.required("group_macs", |value| group_macs(source, value));
    let places = [Neighbours::Bridge, Neighbours::Host].map(|neighbours| (neighbours.name(), neighbours));
    let neighbours = section.or("neighbours", Neighbours::Bridge, |value| source.choice(value, "place for neighbour questions", &places));
    let port_pairs = section.or("pairs", model::state::port_pairs(), |value| port_pairs(source, value));
    let managers = manager::Managers::read(&section, group_macs.as_deref().unwrap_or_default());
    let groups = group::Groups::read(&section, &managers, enabled, group_macs.as_deref());
    let rules = rule::read(&section, &groups);
    Some(Configuration {
        enabled: enabled?,
        group_macs: group_macs?,
        neighbours: neighbours?,
        port_pairs: port_pairs?,
        managers: managers.all()?,
        groups: groups.all()?,
        rules: rules?,
        file: source.file.to_owned(),
    })
}

fn group_macs(source: &Source<'_>, value: &Value<'_>) -> Option<Vec<Mac>> {
    let list = source.list(value)?;
    if list.is_empty() || list.len() > GROUP_MACS {
        let remedy = format!("a card takes 1 to {GROUP_MACS} group MACs, to which managers and hosts send");
        return source.fault(value.span(), format!("{} group MACs", list.len()), remedy);
    }
    let mut seen = Vec::new();
    every(list.iter().map(|written| source.unique(written.span(), "group MAC", source.mac(written)?, &mut seen, |mac| mac_text(*mac))))
}

fn port_pairs(source: &Source<'_>, value: &Value<'_>) -> Option<[u8; PORTS]> {
    let ports = every(source.list(value)?.iter().map(|port| source.port(port)))?;
    let remedy = format!("name {PORTS} egress ports: the first for frames bridged from port 0, the second from port 1");
    ports.try_into().ok().or_else(|| source.fault(value.span(), "pairs has the wrong length", remedy))
}

/// All of them, if each is there. Unlike `collect`, it looks at every one, so that none keeps its fault to itself.
fn every<T>(items: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    items.collect::<Vec<_>>().into_iter().collect()
}

/// The text that is read, and what has been found wrong with it so far.
struct Source<'t> {
    file: &'t str,
    text: &'t str,
    /// The byte at which each line begins.
    line_starts: Vec<usize>,
    /// States that managers are to have by their names, whatever the text says.
    states: &'t [(&'t str, ManagerState)],
    faults: RefCell<Vec<ConfigError>>,
}

impl Source<'_> {
    /// Line and column, from 1, of a byte.
    fn position(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = self.line_starts.partition_point(|start| *start <= before.len());
        (line, before[self.line_starts[line - 1]..].chars().count() + 1)
    }

    /// Puts a fault of the bytes at `span` on the list.
    fn report(&self, span: Range<usize>, problem: impl Into<String>, remedy: impl Into<String>) {
        let (line, column) = self.position(span.start);
        let fault = ConfigError { file: self.file.to_owned(), line, column, problem: problem.into(), remedy: remedy.into() };
        self.faults.borrow_mut().push(fault);
    }

    /// The same, in the place of the value that cannot be had.
    fn fault<T>(&self, span: Range<usize>, problem: impl Into<String>, remedy: impl Into<String>) -> Option<T> {
        self.report(span, problem, remedy);
        None
    }

    /// The value, if none of those before is equal; it then is one of them.
    fn unique<T: PartialEq + Clone>(
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
struct Section<'t> {
    source: &'t Source<'t>,
    span: Range<usize>,
    table: &'t DeTable<'t>,
}

impl<'t> Section<'t> {
    fn new(source: &'t Source<'t>, span: Range<usize>, table: &'t DeTable<'t>, keys: &[&str]) -> Self {
        for (key, _) in table.iter().filter(|(key, _)| !keys.contains(&key.get_ref().as_ref())) {
            source.report(key.span(), format!("unknown key `{}`", key.get_ref()), format!("use one of: {}", keys.join(", ")));
        }
        Self { source, span, table }
    }

    /// The table that this value is.
    fn of(source: &'t Source<'t>, value: &'t Value<'t>, keys: &[&str]) -> Option<Self> {
        let table = source.table(value)?;
        Some(Self::new(source, value.span(), table, keys))
    }

    fn get(&self, key: &str) -> Option<&'t Value<'t>> {
        self.table.get(key)
    }

    /// What a key holds; a fault if it is not there.
    fn required<T>(&self, key: &str, read: impl FnOnce(&'t Value<'t>) -> Option<T>) -> Option<T> {
        let missing = || self.source.fault(self.span.clone(), format!("missing key `{key}`"), "add it; it has no default");
        self.get(key).map_or_else(missing, read)
    }

    /// What a key holds, or what it means to leave it out.
    fn or<T>(&self, key: &str, left_out: T, read: impl FnOnce(&'t Value<'t>) -> Option<T>) -> Option<T> {
        self.get(key).map_or(Some(left_out), read)
    }

    /// The tables under `[[key]]`; none if there are none, or if the key holds something else, which is a fault.
    fn tables(&self, key: &str) -> &'t [Value<'t>] {
        self.get(key).and_then(|value| self.source.list(value)).unwrap_or_default()
    }
}
