//! `RULE_PORTS` and `RULE_MATCH`: the ordered list of rules, in two banks.

use super::bus::{Reply, Request};
use super::rule_copy::RuleCopy;
use super::rule_row::RuleRow;
use crate::bundle::Rule;
use crate::primitive::{Const, ConstSize, Reg, RstReg};
use contract::{limits, register};
use rust_hdl::prelude::*;

/// The word `RULE_MATCH`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct RuleMatchWord {
    pub protocol: Bits<8>,
    pub any_protocol: Bit,
    pub reserved: Bits<7>,
    pub group: Bits<3>,
    pub reserved2: Bits<5>,
    pub key_on_peer: Bit,
    pub reserved3: Bits<6>,
    pub in_use: Bit,
}

/// The rows fill 32 words: {this number 5, row 4, word 1}.
const REGION: u64 = register::RULE_PORTS.offset as u64 / 128;
const _: () = {
    let (ports, matches) = (register::RULE_PORTS, register::RULE_MATCH);
    assert!(ports.stride == 8 && ports.count == 16 && ports.offset.is_multiple_of(128) && matches.offset == ports.offset + 4);
    assert!(limits::RULES == 16);
    // The shape of `RuleMatchWord`, and the literal bits below and in `rule_row.rs`.
    assert!(ports.fields_are(&[("lowest", 15, 0), ("highest", 31, 16)]));
    let [protocol, any] = [("protocol", 7, 0), ("any_protocol", 8, 8)];
    assert!(matches.fields_are(&[protocol, any, ("group", 18, 16), ("key_on_peer", 24, 24), ("in_use", 31, 31)]));
};

/// Keeps the words of all rules twice: a copy for the host to read, as a multiplexer over all rows would take more logic than the rows, and the
/// [rows](RuleRow), which store what the copy stores.
#[derive(LogicBlock, Default)]
pub struct RuleAccess<const GROUPS: usize> {
    /// The access.
    pub request: Signal<In, Request>,
    /// The answer.
    pub reply: Signal<Out, Reply>,
    /// Reads show the idle bank.
    pub view_idle: Signal<In, Bit>,
    /// Frames in flight may still hold an old bank: no writes.
    pub busy: Signal<In, Bit>,
    /// The banks are swapped with this clock.
    pub swap: Signal<In, Bit>,
    /// The active bank.
    pub rules: [Signal<Out, Rule>; 16],
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    rows: [RuleRow; 16],
    own: Reg<Bit>,
    selected: Signal<Local, Bits<16>>,
    stored: Signal<Local, Bits<6>>,
    copy: RuleCopy,
    turn: RstReg<Bit>,
    data: Reg<Bits<32>>,
    accepted: Reg<Bit>,
    address: Signal<Local, Bits<10>>,
    word: Signal<Local, Bits<32>>,
    write: Signal<Local, Bit>,
    store: Signal<Local, Bit>,
    group: Signal<Local, Bits<3>>,
    absent: Signal<Local, Bit>,
    question: Signal<Local, RuleMatchWord>,
    kept: Signal<Local, Bits<32>>,
    region: Const<5, REGION>,
    first: Const<16, 1>,
    groups: ConstSize<4, GROUPS>,
    zero: Const<32, 0>,
    none5: Const<5, 0>,
    none6: Const<6, 0>,
    none7: Const<7, 0>,
    none8: Const<8, 0>,
}

impl<const GROUPS: usize> Logic for RuleAccess<GROUPS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, own, copy, turn, data, accepted);
        self.copy.rst.next = self.rst.val();
        self.turn.rst.next = self.rst.val();
        self.address.next = self.request.val().address;
        self.word.next = self.request.val().data;
        self.write.next = self.request.val().write;
        self.store.next = self.request.val().store & self.own.q.val();
        self.own.d.next = self.address.val().get_bits::<5>(5) == self.region.val();
        self.group.next = self.word.val().get_bits::<3>(16);
        self.absent.next = self.address.val().get_bit(0) & (bit_cast::<4, 3>(self.group.val()) >= self.groups.val());
        self.accepted.d.next = self.own.q.val() & (!self.write.val() | (!self.busy.val() & !self.absent.val()));

        // Shape of `stored`: as `RuleAddress`.
        self.stored.next = self.copy.stored.val();
        self.selected.next = self.first.val() << self.stored.val().get_bits::<4>(1);
        for k in 0..16 {
            self.rows[k].clock.next = self.clock.val();
            self.rows[k].rst.next = self.rst.val();
            self.rows[k].swap.next = self.swap.val();
            self.rows[k].write_ports.next = self.copy.stores.val() & self.selected.val().get_bit(k) & !self.stored.val().get_bit(0);
            self.rows[k].write_match.next = self.copy.stores.val() & self.selected.val().get_bit(k) & self.stored.val().get_bit(0);
            self.rows[k].bank.next = self.stored.val().get_bits::<1>(5);
            self.rows[k].word.next = self.copy.stored_word.val();
            self.rules[k].next = self.rows[k].live.val();
        }

        // What is kept of the word.
        self.question.next.protocol = self.word.val().get_bits::<8>(0);
        if self.word.val().get_bit(8) {
            self.question.next.protocol = self.none8.val();
        }
        self.question.next.any_protocol = self.word.val().get_bit(8);
        self.question.next.reserved = self.none7.val();
        self.question.next.group = self.group.val();
        self.question.next.reserved2 = self.none5.val();
        self.question.next.key_on_peer = self.word.val().get_bit(24);
        self.question.next.reserved3 = self.none6.val();
        self.question.next.in_use = self.word.val().get_bit(31);

        // The banks stay where they are; which of them is active changes.
        self.turn.d.next = self.turn.q.val() ^ self.swap.val();
        self.copy.rule.next.matches = self.address.val().get_bit(0);
        self.copy.rule.next.row = self.address.val().get_bits::<4>(1);
        self.copy.rule.next.bank = self.turn.q.val() ^ (self.write.val() | self.view_idle.val());
        self.kept.next = self.word.val();
        if self.address.val().get_bit(0) {
            self.kept.next = self.question.val().into();
        }
        self.copy.word.next = self.kept.val();
        self.copy.write.next = self.store.val();
        self.data.d.next = self.zero.val();
        if self.own.q.val() {
            self.data.d.next = self.copy.read.val();
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.accepted.q.val();
    }
}
