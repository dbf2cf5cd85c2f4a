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
    /// The bank of its tables.
    pub bank: Bit,
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
    /// Which bank of each group is active.
    pub active: Signal<In, Bits<8>>,
    /// It matches.
    pub hit: Signal<Out, Bit>,
    /// What it says.
    pub ruling: Signal<Out, Ruling>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    group: Signal<Local, Bits<3>>,
    applies: Reg<Bit>,
    says: Reg<Ruling>,
}

impl Logic for Ask {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, applies, says);
        self.applies.d.next =
            self.rule.val().in_use & (self.rule.val().any_protocol | (self.rule.val().protocol == self.tuple.val().protocol));
        self.group.next = self.rule.val().group;
        self.says.d.next.group = self.group.val();
        self.says.d.next.bank = self.active.val().get_bit(self.group.val().index());
        self.says.d.next.key_on_peer = self.rule.val().key_on_peer;
        self.says.d.next.source_inside =
            (self.tuple.val().source >= self.rule.val().lowest) & (self.tuple.val().source <= self.rule.val().highest);
        self.says.d.next.destination_inside =
            (self.tuple.val().destination >= self.rule.val().lowest) & (self.tuple.val().destination <= self.rule.val().highest);
        self.hit.next = self.applies.q.val() & (self.says.q.val().source_inside | self.says.q.val().destination_inside);
        self.ruling.next = self.says.q.val();
    }
}

/// Of four hits the first, and what it says. Combinational.
#[derive(LogicBlock, Default)]
pub struct First {
    /// The hits, and what each says.
    pub hit0: Signal<In, Bit>,
    pub ruling0: Signal<In, Ruling>,
    pub hit1: Signal<In, Bit>,
    pub ruling1: Signal<In, Ruling>,
    pub hit2: Signal<In, Bit>,
    pub ruling2: Signal<In, Ruling>,
    pub hit3: Signal<In, Bit>,
    pub ruling3: Signal<In, Ruling>,
    /// There is a hit.
    pub hit: Signal<Out, Bit>,
    /// What the first says; the last of the four where there is none.
    pub ruling: Signal<Out, Ruling>,
}

impl Logic for First {
    #[hdl_gen]
    fn update(&mut self) {
        self.hit.next = self.hit0.val() | self.hit1.val() | self.hit2.val() | self.hit3.val();
        self.ruling.next = self.ruling3.val();
        if self.hit2.val() {
            self.ruling.next = self.ruling2.val();
        }
        if self.hit1.val() {
            self.ruling.next = self.ruling1.val();
        }
        if self.hit0.val() {
            self.ruling.next = self.ruling0.val();
        }
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
    /// What the first matching rule says, and the bank that its group's tables are read from.
    pub ruling: Signal<Out, Ruling>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    ask: [Ask; 16],
    four: [First; 4],
    hits: [Reg<Bit>; 4],
    rulings: [Reg<Ruling>; 4],
    whole: First,
    banks: Delay<Bit, 2>,
    result: Reg<Ruling>,
    none: Literal<3, 0>,
}

impl Logic for Rules {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, banks, result);
        self.banks.d.next = self.active.val().get_bit(0);
        for i in 0..16 {
            self.ask[i].clock.next = self.clock.val();
            self.ask[i].tuple.next = self.tuple.val();
            self.ask[i].rule.next = self.rules[i].val();
            self.ask[i].active.next = self.active.val();
        }

        // Second clock: the first hit of each four; third clock: the first of those.
        for i in 0..4 {
            self.four[i].hit0.next = self.ask[4 * i].hit.val();
            self.four[i].ruling0.next = self.ask[4 * i].ruling.val();
            self.four[i].hit1.next = self.ask[4 * i + 1].hit.val();
            self.four[i].ruling1.next = self.ask[4 * i + 1].ruling.val();
            self.four[i].hit2.next = self.ask[4 * i + 2].hit.val();
            self.four[i].ruling2.next = self.ask[4 * i + 2].ruling.val();
            self.four[i].hit3.next = self.ask[4 * i + 3].hit.val();
            self.four[i].ruling3.next = self.ask[4 * i + 3].ruling.val();
            self.hits[i].clock.next = self.clock.val();
            self.hits[i].d.next = self.four[i].hit.val();
            self.rulings[i].clock.next = self.clock.val();
            self.rulings[i].d.next = self.four[i].ruling.val();
        }
        self.whole.hit0.next = self.hits[0].q.val();
        self.whole.ruling0.next = self.rulings[0].q.val();
        self.whole.hit1.next = self.hits[1].q.val();
        self.whole.ruling1.next = self.rulings[1].q.val();
        self.whole.hit2.next = self.hits[2].q.val();
        self.whole.ruling2.next = self.rulings[2].q.val();
        self.whole.hit3.next = self.hits[3].q.val();
        self.whole.ruling3.next = self.rulings[3].q.val();
        self.result.d.next = self.whole.ruling.val();
        if !self.whole.hit.val() {
            self.result.d.next.group = self.none.val();
            self.result.d.next.bank = self.banks.q.val();
            self.result.d.next.key_on_peer = false;
            self.result.d.next.source_inside = false;
            self.result.d.next.destination_inside = false;
        }
        self.ruling.next = self.result.q.val();
    }
}
