//! `[[rule]]`: which packets a group takes.

use super::group::Groups;
use super::{Section, Value, every, value};
use contract::limits::RULES;
use contract::row::RuleRow;

const KEYS: [&str; 4] = ["group", "protocol", "ports", "key_on"];

pub(super) fn read<'t>(top: &Section<'t>, groups: &Groups<'_>) -> Option<Vec<RuleRow>> {
    let rules = top.tables("rule");
    if let Some(extra) = rules.get(RULES) {
        top.source.report(extra.span(), "too many rules", format!("a card has {RULES}; merge port ranges, or leave the rest to group 0"));
    }
    every(rules.iter().take(RULES).map(|written| rule(top, written, groups)))
}

fn rule<'t>(top: &Section<'t>, written: &'t Value<'t>, groups: &Groups<'_>) -> Option<RuleRow> {
    let source = top.source;
    let section = Section::of(source, written, &KEYS)?;
    let group = section.required("group", |value| groups.find(value));
    let protocol = section.or("protocol", None, |value| value::protocol(source, value));
    let ports = section.or("ports", (0, u16::MAX), |value| source.ports(value));
    let sides = [("greater", false), ("peer", true)];
    let key_on_peer = section.or("key_on", false, |value| source.choice(value, "side to key on", &sides));
    let (lowest, highest) = ports?;
    Some(RuleRow { lowest, highest, protocol: protocol?, group: group?.id, key_on_peer: key_on_peer?, in_use: true })
}
