//! Question 8: which rule, and so which group?

use crate::bundle::Rule;
use crate::primitive::{Delay, Literal, Reg};
use crate::tuple::Tuple;
use rust_hdl::prelude::*;

/// What a rule says of a packet.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Ruling {
    /// The packet's group.
    pub group: Bits<3>,
    /// Key on the side whose port lies outside the rule's range.
    pub key_on_peer: Bit,
    /// The source port lies inside.
    pub source_inside: Bit,
    /// The destination port lies inside.
    pub destination_inside: Bit,
}

/// Asks one rule. Latency: 1.
#[derive(LogicBlock, Default)]
pub struct Ask {
    /// The packet.
    pub tuple: Signal<In, Tuple>,
    /// The rule.
    pub rule: Signal<In, Rule>,
    /// It matches.
    pub hit: Signal<Out, Bit>,
    /// What it says.
    pub ruling: Signal<Out, Ruling>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    applies: Reg<Bit>,
    says: Reg<Ruling>,
}

impl Logic for Ask {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, applies, says);
        self.applies.d.next =
            self.rule.val().in_use & (self.rule.val().any_protocol | (self.rule.val().protocol == self.tuple.val().protocol));
        self.says.d.next.group = self.rule.val().group;
        self.says.d.next.key_on_peer = self.rule.val().key_on_peer;
        self.says.d.next.source_inside =
            (self.tuple.val().source >= self.rule.val().lowest) & (self.tuple.val().source <= self.rule.val().highest);
        self.says.d.next.destination_inside =
            (self.tuple.val().destination >= self.rule.val().lowest) & (self.tuple.val().destination <= self.rule.val().highest);
        self.hit.next = self.applies.q.val() & (self.says.q.val().source_inside | self.says.q.val().destination_inside);
        self.ruling.next = self.says.q.val();
    }
}

/// Asks all rules; the first that matches rules. None: group 0, keyed on the greater port.
///
/// Latency: 3. The banks are sampled in the first clock, all at once: `rules` and `active` change together.
#[derive(LogicBlock, Default)]
pub struct Rules {
    /// The packet.
    pub tuple: Signal<In, Tuple>,
    /// The rules, those of the active bank.
    pub rules: [Signal<In, Rule>; 16],
    /// Which bank of each group is active.
    pub active: Signal<In, Bits<8>>,
    /// What the first matching rule says.
    pub ruling: Signal<Out, Ruling>,
    /// The bank that its group's tables are read from.
    pub bank: Signal<Out, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    ask: [Ask; 16],
    first: [Reg<Bits<6>>; 16],
    banks: Delay<Bits<8>, 3>,
    result: Reg<Bits<6>>,
    earlier: [Signal<Local, Bit>; 17],
    merged: [Signal<Local, Bits<6>>; 17],
    outcome: Signal<Local, Bits<6>>,
    nothing: Literal<6, 0>,
}

impl Logic for Rules {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, banks, result);
        self.banks.d.next = self.active.val();
        self.earlier[0].next = false;
        for i in 0..16 {
            self.ask[i].clock.next = self.clock.val();
            self.ask[i].tuple.next = self.tuple.val();
            self.ask[i].rule.next = self.rules[i].val();

            // Second clock: only the first hit keeps its word.
            self.first[i].clock.next = self.clock.val();
            self.first[i].d.next = self.nothing.val();
            if self.ask[i].hit.val() & !self.earlier[i].val() {
                self.first[i].d.next = self.ask[i].ruling.val().into();
            }
            self.earlier[i + 1].next = self.earlier[i].val() | self.ask[i].hit.val();
        }

        // Third clock: whose word that is no longer matters.
        self.merged[0].next = self.nothing.val();
        for i in 0..16 {
            self.merged[i + 1].next = self.merged[i].val() | self.first[i].q.val();
        }
        self.result.d.next = self.merged[16].val();
        self.outcome.next = self.result.q.val();
        self.ruling.next.group = self.outcome.val().get_bits::<3>(0);
        self.ruling.next.key_on_peer = self.outcome.val().get_bit(3);
        self.ruling.next.source_inside = self.outcome.val().get_bit(4);
        self.ruling.next.destination_inside = self.outcome.val().get_bit(5);
        self.bank.next = self.banks.q.val().get_bit(self.outcome.val().get_bits::<3>(0).index());
    }
}
