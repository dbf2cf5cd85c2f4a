//! Stage `classifier`: the ordered rules. Question 8: which rule matches, and so which group takes the packet?

use crate::transport::Ports;
use contract::limits::RULES;
use contract::row::RuleRow;

/// The ordered list of rules. The first that matches wins.
pub type Rules = [RuleRow; RULES];

/// What takes every packet that no rule matches: group 0, by the greater port.
pub(crate) const OTHERWISE: RuleRow = RuleRow { lowest: 0, highest: u16::MAX, protocol: None, group: 0, key_on_peer: false, in_use: true };

/// The rule that a packet falls under, and its index in the list; no index where none matches. A packet without ports is matched as if
/// both were 0.
#[inline]
pub fn classify(rules: &Rules, protocol: u8, ports: Option<Ports>) -> (Option<u8>, RuleRow) {
    let ports = ports.unwrap_or_default();
    let matches = |rule: &RuleRow| {
        let same_protocol = rule.protocol.is_none_or(|wanted| wanted == protocol);
        rule.in_use && same_protocol && (covers(rule, ports.source) || covers(rule, ports.destination))
    };
    rules.iter().position(matches).map_or((None, OTHERWISE), |index| (Some(index as u8), rules[index]))
}

/// Whether a port lies in the rule's range; one whose lowest port is above its highest has none.
pub fn covers(rule: &RuleRow, port: u16) -> bool {
    (rule.lowest..=rule.highest).contains(&port)
}
