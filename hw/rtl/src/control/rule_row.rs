//! One rule in both banks.

use crate::bundle::Rule;
use crate::primitive::RstReg;
use rust_hdl::prelude::*;

/// Holds a rule in both banks; a swap exchanges their contents in one clock.
#[derive(LogicBlock, Default)]
pub struct RuleRow {
    /// The banks are swapped with this clock.
    pub swap: Signal<In, Bit>,
    /// Write `word` as `RULE_PORTS` to the idle bank, one clock later.
    pub write_ports: Signal<In, Bit>,
    /// Write `word` as `RULE_MATCH` to the idle bank, one clock later.
    pub write_match: Signal<In, Bit>,
    /// The word to write.
    pub word: Signal<In, Bits<32>>,
    /// The rule in the active bank.
    pub live: Signal<Out, Rule>,
    /// Synchronous reset: both match nothing.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    front: RstReg<Rule>,
    back: RstReg<Rule>,
    to_ports: RstReg<Bit>,
    to_match: RstReg<Bit>,
    next_back: Signal<Local, Rule>,
}

impl Logic for RuleRow {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, front, back, to_ports, to_match);
        self.front.rst.next = self.rst.val();
        self.back.rst.next = self.rst.val();
        self.to_ports.rst.next = self.rst.val();
        self.to_match.rst.next = self.rst.val();
        self.to_ports.d.next = self.write_ports.val();
        self.to_match.d.next = self.write_match.val();
        self.front.d.next = self.front.q.val();
        self.next_back.next = self.back.q.val();
        if self.swap.val() {
            self.front.d.next = self.back.q.val();
            self.next_back.next = self.front.q.val();
        }
        if self.to_ports.q.val() {
            self.next_back.next.lowest = self.word.val().get_bits::<16>(0);
            self.next_back.next.highest = self.word.val().get_bits::<16>(16);
        }
        if self.to_match.q.val() {
            self.next_back.next.protocol = self.word.val().get_bits::<8>(0);
            self.next_back.next.any_protocol = self.word.val().get_bit(8);
            self.next_back.next.group = self.word.val().get_bits::<3>(16);
            self.next_back.next.key_on_peer = self.word.val().get_bit(24);
            self.next_back.next.in_use = self.word.val().get_bit(31);
        }
        self.back.d.next = self.next_back.val();
        self.live.next = self.front.q.val();
    }
}
