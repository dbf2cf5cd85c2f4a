//! Which rules packets can reach, and so which groups.

use contract::limits::GROUPS;
use contract::row::RuleRow;
use model::classifier::{Rules, classify};
use model::transport::{Ports, TCP, UDP};

/// Whether some packet falls under the rule at `index`, and not under one before it.
pub(crate) fn is_reached(rules: &Rules, index: usize) -> bool {
    let rule = rules[index];
    let named = rules.iter().filter(|rule| rule.in_use).filter_map(|rule| rule.protocol);
    // A protocol that no rule names stands for all such.
    let other = (0..=u8::MAX).find(|number| rules.iter().all(|rule| rule.protocol != Some(*number)) && ![TCP, UDP].contains(number));
    let protocols = rule.protocol.map_or_else(|| named.chain([TCP, UDP]).chain(other).collect(), |protocol| vec![protocol]);
    // Where rules before it leave a gap, the gap begins at the rule's lowest port or behind one of theirs.
    let behind = rules[..index].iter().filter(|rule| rule.in_use).filter_map(|rule| rule.highest.checked_add(1));
    let ports: Vec<u16> = behind.chain([rule.lowest]).filter(|port| (rule.lowest..=rule.highest).contains(port)).collect();
    let falls = |protocol: u8, ports: Option<Ports>| classify(rules, protocol, ports).0 == u8::try_from(index).ok();
    protocols.into_iter().any(|protocol| match protocol {
        TCP | UDP => ports.iter().any(|&port| falls(protocol, Some(Ports { source: port, destination: port }))),
        _ => falls(protocol, None),
    })
}

/// The groups that some packet falls into: those of the rules that are reached, and group 0, which takes what no rule matches.
pub(crate) fn reached_groups(rules: &Rules) -> [bool; GROUPS] {
    let reached = |group: u8| rules.iter().enumerate().any(|(index, rule)| rule.in_use && rule.group == group && is_reached(rules, index));
    std::array::from_fn(|group| group == 0 || reached(group as u8))
}

/// Rules as a card holds them.
pub(crate) fn padded(rules: &[RuleRow]) -> Rules {
    std::array::from_fn(|i| rules.get(i).copied().unwrap_or(RuleRow { in_use: false, ..RuleRow::default() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every packet with one protocol and two ports, of which the rules tell apart only the first few ports.
    fn by_trying(rules: &Rules, index: usize) -> bool {
        let protocols = [TCP, UDP, 1, 47, 200];
        let ports = || 0..12u16;
        protocols.into_iter().any(|protocol| match protocol {
            TCP | UDP => ports().any(|source| {
                ports().any(|destination| classify(rules, protocol, Some(Ports { source, destination })).0 == Some(index as u8))
            }),
            _ => classify(rules, protocol, None).0 == Some(index as u8),
        })
    }

    proptest! {
        #[test]
        fn a_rule_is_reached_if_some_packet_falls_under_it(
            rules in prop::collection::vec((0..4usize, 0..10u16, 0..10u16, 0..3u8), 1..6),
        ) {
            let row = |(protocol, one, other, group): (usize, u16, u16, u8)| RuleRow {
                protocol: [None, Some(TCP), Some(1), Some(47)][protocol],
                lowest: one.min(other),
                highest: one.max(other),
                group,
                key_on_peer: false,
                in_use: true,
            };
            let rows: Vec<RuleRow> = rules.into_iter().map(row).collect();
            let rules = padded(&rows);
            for index in 0..rows.len() {
                prop_assert_eq!(is_reached(&rules, index), by_trying(&rules, index), "rule {}", index);
            }
        }
    }
}
