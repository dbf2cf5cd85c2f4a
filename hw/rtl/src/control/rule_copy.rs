//! A copy of the rules' words.

use crate::primitive::{Const, LutRam, Reg, RstReg};
use rust_hdl::prelude::*;

/// A word of the copy.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct RuleAddress {
    /// `RULE_MATCH`, not `RULE_PORTS`.
    pub matches: Bit,
    /// The rule.
    pub row: Bits<4>,
    /// The bank.
    pub bank: Bit,
}

/// Keeps a copy of the words of all rules for the host to read, and tells the rows what is stored.
///
/// Latency: a word is stored one clock after `write`; `read` is the word at `rule` two clocks before. The copy is cleared in the 64 clocks after a
/// reset, before any access starts, and the rows with it.
#[derive(LogicBlock, Default)]
pub struct RuleCopy {
    /// Which word.
    pub rule: Signal<In, RuleAddress>,
    /// The word to store.
    pub word: Signal<In, Bits<32>>,
    /// Store it.
    pub write: Signal<In, Bit>,
    /// `stored_word` is stored in this clock.
    pub stores: Signal<Out, Bit>,
    /// Where.
    pub stored: Signal<Out, Bits<6>>,
    /// The word.
    pub stored_word: Signal<Out, Bits<32>>,
    /// The word read.
    pub read: Signal<Out, Bits<32>>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    copy: LutRam<Bits<32>, 6>,
    cleared: RstReg<Bits<7>>,
    address_d1: Reg<Bits<6>>,
    word_d1: Reg<Bits<32>>,
    write_d1: Reg<Bit>,
    read_d2: Reg<Bits<32>>,
    clearing: Signal<Local, Bit>,
    one: Const<7, 1>,
    zero: Const<32, 0>,
}

impl Logic for RuleCopy {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, copy, cleared, address_d1, word_d1, write_d1, read_d2);
        self.cleared.rst.next = self.rst.val();
        self.address_d1.d.next = self.rule.val().into();
        self.word_d1.d.next = self.word.val();
        self.write_d1.d.next = self.write.val();
        self.clearing.next = !self.cleared.q.val().get_bit(6);
        self.cleared.d.next = self.cleared.q.val();
        if self.clearing.val() {
            self.cleared.d.next = self.cleared.q.val() + self.one.val();
            self.address_d1.d.next = self.cleared.q.val().get_bits::<6>(0);
            self.word_d1.d.next = self.zero.val();
            self.write_d1.d.next = true;
        }
        self.stores.next = self.write_d1.q.val();
        self.stored.next = self.address_d1.q.val();
        self.stored_word.next = self.word_d1.q.val();
        self.copy.write.next = self.write_d1.q.val();
        self.copy.write_address.next = self.address_d1.q.val();
        self.copy.write_data.next = self.word_d1.q.val();
        self.copy.read_address.next = self.address_d1.q.val();
        self.read_d2.d.next = self.copy.q.val();
        self.read.next = self.read_d2.q.val();
    }
}
