//! What stages `classifier` and `key` make of a packet: all that is known of it before its key is hashed.

use crate::classifier::{self, Rules};
use crate::key::{self, Key};
use crate::state::State;
use crate::tuple_select::Subject;
use contract::code::Reason;
use contract::row::RuleRow;

/// Which rule, group and key a packet has, and the question that selected the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The matching rule's index in the list; `None` where no rule matches.
    pub rule: Option<u8>,
    /// The group that takes the packet.
    pub group: u8,
    /// The question that selected the key; never [`Reason::IcmpError`].
    pub question: Reason,
    /// Whether the fields are those of a packet embedded in an ICMP error.
    pub embedded: bool,
    /// What is hashed; `None` where the group's designated manager takes the packet.
    pub key: Option<Key>,
}

impl Choice {
    /// Answers questions 7 to 12 for a packet by the active rules and groups of a card.
    pub fn of(state: &State, subject: &Subject) -> Self {
        Self::by(state.rules(), |group| state.group(group).row.equal_ports_hash, subject)
    }

    /// The same by these rules, with each group's policy for packets with equal ports.
    #[inline]
    pub fn by(rules: &Rules, equal_ports_hash: impl Fn(u8) -> bool, subject: &Subject) -> Self {
        Self::under(classifier::classify(rules, subject.protocol, subject.ports), equal_ports_hash, subject)
    }

    /// The same under the rule that matches, with its index, if one does.
    #[inline]
    pub(crate) fn under((index, rule): (Option<u8>, RuleRow), equal_ports_hash: impl Fn(u8) -> bool, subject: &Subject) -> Self {
        let (question, key) = key::choose(subject, &rule, equal_ports_hash(rule.group));
        Self { rule: index, group: rule.group, question, embedded: subject.embedded, key }
    }

    /// Whether the endpoint that the packet goes to is its key.
    pub fn by_destination(&self, subject: &Subject) -> bool {
        let destination = subject.ports.map(|ports| key::endpoint(subject.destination, ports.destination));
        matches!(self.question, Reason::PeerSide | Reason::DestinationSide) && self.key == destination
    }
}
