//! Whether one rule matches.

use super::tuple_select::Tuple;
use crate::bundle::Rule;
use crate::primitive::Reg;
use rust_hdl::prelude::*;

/// What a matching rule decides about a packet.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct RuleMatch {
    /// The packet's group.
    pub group: Bits<3>,
    /// The bank of its tables.
    pub bank: Bit,
    /// Key on the side whose port lies outside the rule's range.
    pub key_on_peer: Bit,
    /// The source port lies inside.
    pub source_inside: Bit,
    /// The destination port lies inside.
    pub destination_inside: Bit,
}

/// Compares a packet with one rule. Latency: 1, and one level of logic.
#[derive(LogicBlock, Default)]
pub struct RangeMatch {
    /// The packet.
    pub tuple: Signal<In, Tuple>,
    /// The rule.
    pub rule: Signal<In, Rule>,
    /// Which bank of each group is active.
    pub active: Signal<In, Bits<8>>,
    /// It matches.
    pub hit: Signal<Out, Bit>,
    /// What it decides, if it matches.
    pub rule_match: Signal<Out, RuleMatch>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    group: Signal<Local, Bits<3>>,
    applies_d1: Reg<Bit>,
    group_d1: Reg<Bits<3>>,
    bank_d1: Reg<Bit>,
    key_on_peer_d1: Reg<Bit>,
    source_below_d1: Reg<Bit>,
    source_above_d1: Reg<Bit>,
    destination_below_d1: Reg<Bit>,
    destination_above_d1: Reg<Bit>,
    source_to_lowest: Signal<Local, Bits<17>>,
    highest_to_source: Signal<Local, Bits<17>>,
    destination_to_lowest: Signal<Local, Bits<17>>,
    highest_to_destination: Signal<Local, Bits<17>>,
    source_inside: Signal<Local, Bit>,
    destination_inside: Signal<Local, Bit>,
}

impl Logic for RangeMatch {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, applies_d1, group_d1, bank_d1, key_on_peer_d1, source_below_d1, source_above_d1, destination_below_d1);
        clock!(self, clock, destination_above_d1);
        self.applies_d1.d.next =
            self.rule.val().in_use & (self.rule.val().any_protocol | (self.rule.val().protocol == self.tuple.val().protocol));
        // A port is outside where a difference is negative: the sign comes straight from the carry chain.
        self.source_to_lowest.next = bit_cast::<17, 16>(self.tuple.val().source) - bit_cast::<17, 16>(self.rule.val().lowest);
        self.highest_to_source.next = bit_cast::<17, 16>(self.rule.val().highest) - bit_cast::<17, 16>(self.tuple.val().source);
        self.destination_to_lowest.next = bit_cast::<17, 16>(self.tuple.val().destination) - bit_cast::<17, 16>(self.rule.val().lowest);
        self.highest_to_destination.next = bit_cast::<17, 16>(self.rule.val().highest) - bit_cast::<17, 16>(self.tuple.val().destination);
        self.source_below_d1.d.next = self.source_to_lowest.val().get_bit(16);
        self.source_above_d1.d.next = self.highest_to_source.val().get_bit(16);
        self.destination_below_d1.d.next = self.destination_to_lowest.val().get_bit(16);
        self.destination_above_d1.d.next = self.highest_to_destination.val().get_bit(16);
        self.source_inside.next = !self.source_below_d1.q.val() & !self.source_above_d1.q.val();
        self.destination_inside.next = !self.destination_below_d1.q.val() & !self.destination_above_d1.q.val();
        self.hit.next = self.applies_d1.q.val() & (self.source_inside.val() | self.destination_inside.val());

        self.group.next = self.rule.val().group;
        self.group_d1.d.next = self.group.val();
        self.bank_d1.d.next = self.active.val().get_bit(self.group.val().index());
        self.key_on_peer_d1.d.next = self.rule.val().key_on_peer;
        self.rule_match.next.group = self.group_d1.q.val();
        self.rule_match.next.bank = self.bank_d1.q.val();
        self.rule_match.next.key_on_peer = self.key_on_peer_d1.q.val();
        self.rule_match.next.source_inside = self.source_inside.val();
        self.rule_match.next.destination_inside = self.destination_inside.val();
    }
}
