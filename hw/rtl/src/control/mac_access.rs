//! `GROUP_MAC_LO` and `GROUP_MAC_HI`: the addresses that the card answers for.

use super::bus::{Reply, Request};
use super::mac_words::{MacFromWords, MacToWords};
use crate::bundle::GroupMac;
use crate::primitive::{Const, Reg, RstReg};
use contract::{limits, register};
use rust_hdl::prelude::*;

/// The word `GROUP_MAC_HI`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct MacHigh {
    pub mac: Bits<16>,
    pub reserved: Bits<15>,
    pub enabled: Bit,
}

/// The rows fill 16 words: {this number 6, row 3, word 1}.
const REGION: u64 = register::GROUP_MAC_LO.offset as u64 / 64;
const _: () = {
    let (low, high) = (register::GROUP_MAC_LO, register::GROUP_MAC_HI);
    assert!(low.stride == 8 && low.count == 8 && low.offset.is_multiple_of(64) && high.offset == low.offset + 4);
    assert!(limits::GROUP_MACS == 8);
    // The shape of `MacHigh`, and the literal bits below.
    assert!(low.fields_are(&[("mac_lo", 31, 0)]) && high.fields_are(&[("mac_hi", 15, 0), ("enabled", 31, 31)]));
};

/// Holds the group MACs; a row changes in one clock.
#[derive(LogicBlock, Default)]
pub struct MacAccess {
    /// The access.
    pub request: Signal<In, Request>,
    /// The answer.
    pub reply: Signal<Out, Reply>,
    /// The addresses in force.
    pub macs: [Signal<Out, GroupMac>; 8],
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    rows: [RstReg<GroupMac>; 8],
    held: RstReg<Bits<32>>,
    own: Reg<Bit>,
    row: Reg<Bits<8>>,
    writing: RstReg<Bits<8>>,
    seen: [Signal<Local, Bits<49>>; 8],
    gathered: Reg<Bits<49>>,
    from_words: MacFromWords,
    to_words: MacToWords,
    data: Reg<Bits<32>>,
    address: Signal<Local, Bits<10>>,
    word: Signal<Local, Bits<32>>,
    store: Signal<Local, Bit>,
    written: Signal<Local, GroupMac>,
    high: Signal<Local, MacHigh>,
    region: Const<6, REGION>,
    first: Const<8, 1>,
    zero: Const<32, 0>,
    none: Const<15, 0>,
    nobody: Const<8, 0>,
    nothing: Const<49, 0>,
}

impl Logic for MacAccess {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, held, own, row, writing, gathered, data);
        self.writing.rst.next = self.rst.val();
        self.held.rst.next = self.rst.val();
        self.address.next = self.request.val().address;
        self.word.next = self.request.val().data;
        self.store.next = self.request.val().store & self.own.q.val();
        self.own.d.next = self.address.val().get_bits::<6>(4) == self.region.val();
        self.row.d.next = self.first.val() << self.address.val().get_bits::<3>(1);

        self.from_words.low.next = self.held.q.val();
        self.from_words.high.next = self.word.val().get_bits::<16>(0);
        self.written.next.mac = self.from_words.mac.val();
        self.written.next.enabled = self.word.val().get_bit(31);
        self.held.d.next = self.held.q.val();
        if self.store.val() & !self.address.val().get_bit(0) {
            self.held.d.next = self.word.val();
        }
        self.writing.d.next = self.nobody.val();
        if self.store.val() & self.address.val().get_bit(0) {
            self.writing.d.next = self.row.q.val();
        }
        for k in 0..8 {
            self.rows[k].clock.next = self.clock.val();
            self.rows[k].rst.next = self.rst.val();
            self.rows[k].d.next = self.rows[k].q.val();
            if self.writing.q.val().get_bit(k) {
                self.rows[k].d.next = self.written.val();
            }
            self.macs[k].next = self.rows[k].q.val();
            self.seen[k].next = self.nothing.val();
            if self.row.q.val().get_bit(k) {
                self.seen[k].next = self.rows[k].q.val().into();
            }
        }

        self.gathered.d.next = self.seen[0].val()
            | self.seen[1].val()
            | self.seen[2].val()
            | self.seen[3].val()
            | self.seen[4].val()
            | self.seen[5].val()
            | self.seen[6].val()
            | self.seen[7].val();
        self.to_words.mac.next = self.gathered.q.val().get_bits::<48>(0);
        self.high.next.mac = self.to_words.high.val();
        self.high.next.reserved = self.none.val();
        self.high.next.enabled = self.gathered.q.val().get_bit(48);
        self.data.d.next = self.zero.val();
        if self.own.q.val() {
            self.data.d.next = self.to_words.low.val();
            if self.address.val().get_bit(0) {
                self.data.d.next = self.high.val().into();
            }
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.own.q.val();
    }
}
