//! Question 8: which rule, and so which group?

use crate::bundle::Rule;
use crate::classify::tuple_select::Tuple;
use crate::primitive::{Const, Reg, Shift};
use rust_hdl::prelude::*;

/// What a rule says of a packet.
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

/// Asks one rule. Latency: 1, and a gate or two.
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
    /// What it says.
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
        clock!(
            self,
            clock,
            applies_d1,
            group_d1,
            bank_d1,
            key_on_peer_d1,
            source_below_d1,
            source_above_d1,
            destination_below_d1,
            destination_above_d1
        );
        self.applies_d1.d.next =
            self.rule.val().in_use & (self.rule.val().any_protocol | (self.rule.val().protocol == self.tuple.val().protocol));
        // A port is outside where the difference is negative: its sign comes straight from the carry chain.
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

/// Of two hits the first, and what it says. Combinational.
#[derive(LogicBlock, Default)]
pub struct PriorityMux {
    /// The hits, and what each says.
    pub hit0: Signal<In, Bit>,
    pub rule_match0: Signal<In, RuleMatch>,
    pub hit1: Signal<In, Bit>,
    pub rule_match1: Signal<In, RuleMatch>,
    /// There is a hit.
    pub hit: Signal<Out, Bit>,
    /// What the first says; the second where there is none.
    pub rule_match: Signal<Out, RuleMatch>,
}

impl Logic for PriorityMux {
    #[hdl_gen]
    fn update(&mut self) {
        self.hit.next = self.hit0.val() | self.hit1.val();
        self.rule_match.next = self.rule_match1.val();
        if self.hit0.val() {
            self.rule_match.next = self.rule_match0.val();
        }
    }
}

/// Asks all rules; the first that matches rules. None: group 0, keyed on the greater port.
///
/// Latency: 1 + `STAGES`. The banks are sampled in the first clock, all at once: `rules` and `active` change together.
#[derive(LogicBlock, Default)]
pub struct Classifier<const STAGES: usize> {
    /// The packet.
    pub tuple: Signal<In, Tuple>,
    /// The rules, those of the active bank.
    pub rules: [Signal<In, Rule>; 16],
    /// Which bank of each group is active.
    pub active: Signal<In, Bits<8>>,
    /// What the first matching rule says, and the bank that its group's tables are read from.
    pub rule_match: Signal<Out, RuleMatch>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    ranges: [RangeMatch; 16],
    first_of_2: [PriorityMux; 8],
    hits_d2: [Shift<Bit, STAGES, 1, -1>; 8],
    rule_matches_d2: [Shift<RuleMatch, STAGES, 1, -1>; 8],
    first_of_4: [PriorityMux; 4],
    first_of_8: [PriorityMux; 2],
    first_of_16: PriorityMux,
    bank_d3: Shift<Bit, STAGES, 1, 0>,
    rule_match_d3: Reg<RuleMatch>,
    none: Const<3, 0>,
}

impl<const STAGES: usize> Logic for Classifier<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, bank_d3, rule_match_d3);
        self.bank_d3.d.next = self.active.val().get_bit(0);
        for i in 0..16 {
            self.ranges[i].clock.next = self.clock.val();
            self.ranges[i].tuple.next = self.tuple.val();
            self.ranges[i].rule.next = self.rules[i].val();
            self.ranges[i].active.next = self.active.val();
        }

        // Second clock: the first hit of each two; last clock: the first of those, by halves.
        for i in 0..8 {
            self.first_of_2[i].hit0.next = self.ranges[2 * i].hit.val();
            self.first_of_2[i].rule_match0.next = self.ranges[2 * i].rule_match.val();
            self.first_of_2[i].hit1.next = self.ranges[2 * i + 1].hit.val();
            self.first_of_2[i].rule_match1.next = self.ranges[2 * i + 1].rule_match.val();
            self.hits_d2[i].clock.next = self.clock.val();
            self.hits_d2[i].d.next = self.first_of_2[i].hit.val();
            self.rule_matches_d2[i].clock.next = self.clock.val();
            self.rule_matches_d2[i].d.next = self.first_of_2[i].rule_match.val();
        }
        for i in 0..4 {
            self.first_of_4[i].hit0.next = self.hits_d2[2 * i].q.val();
            self.first_of_4[i].rule_match0.next = self.rule_matches_d2[2 * i].q.val();
            self.first_of_4[i].hit1.next = self.hits_d2[2 * i + 1].q.val();
            self.first_of_4[i].rule_match1.next = self.rule_matches_d2[2 * i + 1].q.val();
        }
        for i in 0..2 {
            self.first_of_8[i].hit0.next = self.first_of_4[2 * i].hit.val();
            self.first_of_8[i].rule_match0.next = self.first_of_4[2 * i].rule_match.val();
            self.first_of_8[i].hit1.next = self.first_of_4[2 * i + 1].hit.val();
            self.first_of_8[i].rule_match1.next = self.first_of_4[2 * i + 1].rule_match.val();
        }
        self.first_of_16.hit0.next = self.first_of_8[0].hit.val();
        self.first_of_16.rule_match0.next = self.first_of_8[0].rule_match.val();
        self.first_of_16.hit1.next = self.first_of_8[1].hit.val();
        self.first_of_16.rule_match1.next = self.first_of_8[1].rule_match.val();
        self.rule_match_d3.d.next = self.first_of_16.rule_match.val();
        if !self.first_of_16.hit.val() {
            self.rule_match_d3.d.next.group = self.none.val();
            self.rule_match_d3.d.next.bank = self.bank_d3.q.val();
            self.rule_match_d3.d.next.key_on_peer = false;
            self.rule_match_d3.d.next.source_inside = false;
            self.rule_match_d3.d.next.destination_inside = false;
        }
        self.rule_match.next = self.rule_match_d3.q.val();
    }
}
