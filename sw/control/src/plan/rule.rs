//! Rules that change.

use super::name::{Named, Names};
use crate::tables::Tables;
use contract::row::RuleRow;
use model::icmp::{ICMP, ICMPV6};
use model::transport::{TCP, UDP};
use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::fmt;

/// A rule as people read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Rule {
    /// The protocol it matches: its name or number, or "any".
    pub protocol: String,
    /// Lowest port.
    pub lowest: u16,
    /// Highest port.
    pub highest: u16,
    /// The group of packets that match.
    pub group: String,
    /// Whether it keys on the endpoint whose port lies outside the range.
    pub key_on_peer: bool,
}

impl fmt::Display for Rule {
    /// Such as `tcp 8000-8999 -> web`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { protocol, lowest, highest, group, key_on_peer } = self;
        write!(f, "{protocol} ")?;
        match (lowest, highest) {
            (0, &u16::MAX) => f.write_str("all ports")?,
            _ if lowest == highest => write!(f, "{lowest}")?,
            _ => write!(f, "{lowest}-{highest}")?,
        }
        write!(f, " -> {group}")?;
        if *key_on_peer { f.write_str(", keyed on the peer") } else { Ok(()) }
    }
}

/// A rule that comes, goes, or is exchanged for another. Places count from 0, in the order in which rules are asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum RuleChange {
    /// A new one.
    Added {
        /// Its place in the new list.
        place: usize,
        /// The rule.
        rule: Rule,
    },
    /// One that goes.
    Removed {
        /// Its place in the old list.
        place: usize,
        /// The rule.
        rule: Rule,
    },
    /// One instead of another.
    Changed {
        /// The place in the new list.
        place: usize,
        /// The rule on the card.
        from: Rule,
        /// The rule that it is to hold.
        to: Rule,
    },
}

pub(super) fn changes(now: &Tables, next: &Tables, names: Names<'_>) -> Vec<RuleChange> {
    let list = |tables: &Tables| -> Vec<Rule> { tables.rules.iter().filter(|row| row.in_use).map(|row| rule(row, names)).collect() };
    let (old, new) = (list(now), list(next));
    let removed = |place: usize| RuleChange::Removed { place, rule: old[place].clone() };
    let added = |place: usize| RuleChange::Added { place, rule: new[place].clone() };
    let mut changes = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new).iter().filter(|op| !matches!(op, DiffOp::Equal { .. })) {
        let (from, to) = (op.old_range(), op.new_range());
        let pairs = from.clone().zip(to.clone());
        changes.extend(pairs.map(|(i, place)| RuleChange::Changed { place, from: old[i].clone(), to: new[place].clone() }));
        let exchanged = from.len().min(to.len());
        changes.extend(from.skip(exchanged).map(removed));
        changes.extend(to.skip(exchanged).map(added));
    }
    changes
}

fn rule(row: &RuleRow, names: Names<'_>) -> Rule {
    let Named { name: group, .. } = names.group(row.group);
    Rule { protocol: protocol(row.protocol), lowest: row.lowest, highest: row.highest, group, key_on_peer: row.key_on_peer }
}

fn protocol(protocol: Option<u8>) -> String {
    match protocol {
        None => "any".to_owned(),
        Some(TCP) => "tcp".to_owned(),
        Some(UDP) => "udp".to_owned(),
        Some(ICMP) => "icmp".to_owned(),
        Some(ICMPV6) => "icmpv6".to_owned(),
        Some(number) => number.to_string(),
    }
}
