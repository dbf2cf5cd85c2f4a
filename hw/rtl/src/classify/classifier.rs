//! Question 8: which rule matches, and so which group is the packet's?

use super::priority_mux::PriorityMux;
use super::range_match::{RangeMatch, RuleMatch};
use super::tuple_select::Tuple;
use crate::bundle::Rule;
use crate::primitive::{Const, Reg, Shift};
use rust_hdl::prelude::*;

/// Compares a packet with all rules; the first that matches decides. With no match: group 0, keyed on the greater port.
///
/// Latency: 1 + `STAGES`. The banks are sampled in the first clock, all at once: `rules`, `active` and `managers_active` change
/// together.
#[derive(LogicBlock, Default)]
pub struct Classifier<const STAGES: usize> {
    /// The packet.
    pub tuple: Signal<In, Tuple>,
    /// The rules, those of the active bank.
    pub rules: [Signal<In, Rule>; 16],
    /// Which bank of each group is active.
    pub active: Signal<In, Bits<8>>,
    /// Which bank of the managers' rows is active.
    pub managers_active: Signal<In, Bit>,
    /// The first matching rule's answer, and the bank that its group's tables are read from.
    pub rule_match: Signal<Out, RuleMatch>,
    /// The bank that its manager's row is read from.
    pub manager_bank: Signal<Out, Bit>,
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
    manager_bank_d3: Shift<Bit, STAGES, 1, 1>,
    rule_match_d3: Reg<RuleMatch>,
    none: Const<3, 0>,
}

impl<const STAGES: usize> Logic for Classifier<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, bank_d3, manager_bank_d3, rule_match_d3);
        self.bank_d3.d.next = self.active.val().get_bit(0);
        self.manager_bank_d3.d.next = self.managers_active.val();
        self.manager_bank.next = self.manager_bank_d3.q.val();
        for i in 0..16 {
            self.ranges[i].clock.next = self.clock.val();
            self.ranges[i].tuple.next = self.tuple.val();
            self.ranges[i].rule.next = self.rules[i].val();
            self.ranges[i].active.next = self.active.val();
        }

        // Question 8, second clock: the first hit of each pair. Last clock: the first of those, in three levels.
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
