//! One rule in both banks.

use crate::bundle::Rule;
use crate::primitive::{LutRam, RstReg};
use rust_hdl::prelude::*;

/// The ports of a rule: `RULE_PORTS`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct RulePorts {
    pub lowest: Bits<16>,
    pub highest: Bits<16>,
}

/// The rest of a rule: `RULE_MATCH` without its reserved bits.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct RuleMeaning {
    pub protocol: Bits<8>,
    pub any_protocol: Bit,
    pub group: Bits<3>,
    pub key_on_peer: Bit,
    pub in_use: Bit,
}

/// Holds a rule in both banks, each a word of distributed memory, and shows that of the active one; a swap changes which one that is.
///
/// A reset clears neither: the walk over the copy of the rules does, by writes.
#[derive(LogicBlock, Default)]
pub struct RuleRow {
    /// The banks are swapped with this clock.
    pub swap: Signal<In, Bit>,
    /// Store `word` as `RULE_PORTS`.
    pub write_ports: Signal<In, Bit>,
    /// Store `word` as `RULE_MATCH`.
    pub write_match: Signal<In, Bit>,
    /// In this bank.
    pub bank: Signal<In, Bits<1>>,
    /// The word to store.
    pub word: Signal<In, Bits<32>>,
    /// The rule in the active bank.
    pub live: Signal<Out, Rule>,
    /// Synchronous reset: bank 0 is active.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    /// The active bank: each row has its own copy, as it drives every bit of the row.
    active: RstReg<Bit>,
    ports: LutRam<RulePorts, 1>,
    meaning: LutRam<RuleMeaning, 1>,
    read_bank: Signal<Local, Bits<1>>,
    new_ports: Signal<Local, RulePorts>,
    new_meaning: Signal<Local, RuleMeaning>,
}

impl Logic for RuleRow {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, active, ports, meaning);
        self.active.rst.next = self.rst.val();
        self.active.d.next = self.active.q.val() ^ self.swap.val();
        self.read_bank.next = self.active.q.val().into();

        self.new_ports.next.lowest = self.word.val().get_bits::<16>(0);
        self.new_ports.next.highest = self.word.val().get_bits::<16>(16);
        self.ports.write.next = self.write_ports.val();
        self.ports.write_address.next = self.bank.val();
        self.ports.write_data.next = self.new_ports.val();
        self.ports.read_address.next = self.read_bank.val();
        self.new_meaning.next.protocol = self.word.val().get_bits::<8>(0);
        self.new_meaning.next.any_protocol = self.word.val().get_bit(8);
        self.new_meaning.next.group = self.word.val().get_bits::<3>(16);
        self.new_meaning.next.key_on_peer = self.word.val().get_bit(24);
        self.new_meaning.next.in_use = self.word.val().get_bit(31);
        self.meaning.write.next = self.write_match.val();
        self.meaning.write_address.next = self.bank.val();
        self.meaning.write_data.next = self.new_meaning.val();
        self.meaning.read_address.next = self.read_bank.val();

        self.live.next.lowest = self.ports.q.val().lowest;
        self.live.next.highest = self.ports.q.val().highest;
        self.live.next.protocol = self.meaning.q.val().protocol;
        self.live.next.any_protocol = self.meaning.q.val().any_protocol;
        self.live.next.group = self.meaning.q.val().group;
        self.live.next.key_on_peer = self.meaning.q.val().key_on_peer;
        self.live.next.in_use = self.meaning.q.val().in_use;
    }
}
