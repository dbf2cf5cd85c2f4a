//! `RULE_PORTS` and `RULE_MATCH`: the ordered list of rules, in two banks.

use super::bus::{Reply, Request};
use super::rule_row::RuleRow;
use crate::bundle::Rule;
use crate::primitive::{Literal, Reg, Size};
use contract::{limits, register};
use rust_hdl::prelude::*;

/// The word `RULE_MATCH`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct RuleMatch {
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
};

/// Turns accesses into those of the [rows](RuleRow), which hold both banks.
#[derive(LogicBlock, Default)]
pub struct Rules<const GROUPS: usize> {
    /// The access.
    pub request: Signal<In, Request>,
    /// The answer.
    pub reply: Signal<Out, Reply>,
    /// Reads show the idle bank.
    pub view_idle: Signal<In, Bit>,
    /// Frames in flight may still hold an old bank: no writes.
    pub busy: Signal<In, Bit>,
    /// The banks change places with this clock.
    pub swap: Signal<In, Bit>,
    /// The active bank.
    pub rules: [Signal<Out, Rule>; 16],
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    rows: [RuleRow; 16],
    own: Reg<Bit>,
    selected: Reg<Bits<16>>,
    live: Reg<Bits<16>>,
    idle: Reg<Bits<16>>,
    quarters: [Reg<Bits<46>>; 4],
    gathered: Reg<Bits<46>>,
    data: Reg<Bits<32>>,
    accepted: Reg<Bit>,
    address: Signal<Local, Bits<10>>,
    word: Signal<Local, Bits<32>>,
    write: Signal<Local, Bit>,
    store: Signal<Local, Bit>,
    group: Signal<Local, Bits<3>>,
    absent: Signal<Local, Bit>,
    question: Signal<Local, RuleMatch>,
    region: Literal<5, REGION>,
    first: Literal<16, 1>,
    groups: Size<4, GROUPS>,
    zero: Literal<32, 0>,
    nobody: Literal<16, 0>,
    none5: Literal<5, 0>,
    none6: Literal<6, 0>,
    none7: Literal<7, 0>,
    none8: Literal<8, 0>,
}

impl<const GROUPS: usize> Logic for Rules<GROUPS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, own, selected, live, idle, gathered, data, accepted);
        self.address.next = self.request.val().address;
        self.word.next = self.request.val().data;
        self.write.next = self.request.val().write;
        self.store.next = self.request.val().store & self.own.q.val();
        self.own.d.next = self.address.val().get_bits::<5>(5) == self.region.val();
        self.selected.d.next = self.first.val() << self.address.val().get_bits::<4>(1);
        self.group.next = self.word.val().get_bits::<3>(16);
        self.absent.next = self.address.val().get_bit(0) & (bit_cast::<4, 3>(self.group.val()) >= self.groups.val());
        self.accepted.d.next = self.own.q.val() & (!self.write.val() | (!self.busy.val() & !self.absent.val()));

        for k in 0..16 {
            self.rows[k].clock.next = self.clock.val();
            self.rows[k].rst.next = self.rst.val();
            self.rows[k].swap.next = self.swap.val();
            self.rows[k].write_ports.next = self.store.val() & self.selected.q.val().get_bit(k) & !self.address.val().get_bit(0);
            self.rows[k].write_match.next = self.store.val() & self.selected.q.val().get_bit(k) & self.address.val().get_bit(0);
            self.rows[k].word.next = self.word.val();
            self.rules[k].next = self.rows[k].live.val();
            self.rows[k].show_live.next = self.live.q.val().get_bit(k);
            self.rows[k].show_idle.next = self.idle.q.val().get_bit(k);
        }

        // The row to read is gathered in two steps, with its fields where `Rule` has them.
        self.live.d.next = self.selected.q.val();
        self.idle.d.next = self.nobody.val();
        if self.view_idle.val() {
            self.live.d.next = self.nobody.val();
            self.idle.d.next = self.selected.q.val();
        }
        for k in 0..4 {
            self.quarters[k].clock.next = self.clock.val();
            self.quarters[k].d.next = self.rows[4 * k].shown.val()
                | self.rows[4 * k + 1].shown.val()
                | self.rows[4 * k + 2].shown.val()
                | self.rows[4 * k + 3].shown.val();
        }
        self.gathered.d.next = self.quarters[0].q.val() | self.quarters[1].q.val() | self.quarters[2].q.val() | self.quarters[3].q.val();
        self.question.next.protocol = self.gathered.q.val().get_bits::<8>(32);
        if self.gathered.q.val().get_bit(40) {
            self.question.next.protocol = self.none8.val();
        }
        self.question.next.any_protocol = self.gathered.q.val().get_bit(40);
        self.question.next.reserved = self.none7.val();
        self.question.next.group = self.gathered.q.val().get_bits::<3>(41);
        self.question.next.reserved2 = self.none5.val();
        self.question.next.key_on_peer = self.gathered.q.val().get_bit(44);
        self.question.next.reserved3 = self.none6.val();
        self.question.next.in_use = self.gathered.q.val().get_bit(45);
        self.data.d.next = self.zero.val();
        if self.own.q.val() {
            self.data.d.next = self.gathered.q.val().get_bits::<32>(0);
            if self.address.val().get_bit(0) {
                self.data.d.next = self.question.val().into();
            }
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.accepted.q.val();
    }
}
