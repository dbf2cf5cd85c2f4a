//! The first of two matches.

use super::range_match::RuleMatch;
use rust_hdl::prelude::*;

/// The first of two hits, and its rule's answer. Combinational.
#[derive(LogicBlock, Default)]
pub struct PriorityMux {
    /// The hits, and the answer of each rule.
    pub hit0: Signal<In, Bit>,
    pub rule_match0: Signal<In, RuleMatch>,
    pub hit1: Signal<In, Bit>,
    pub rule_match1: Signal<In, RuleMatch>,
    /// There is a hit.
    pub hit: Signal<Out, Bit>,
    /// The first hit's answer; the second's where there is no hit.
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
