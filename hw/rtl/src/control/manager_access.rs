//! `MANAGER_INDEX` and `MANAGER_DATA`: access to the manager table.

use super::bus::{Reply, Request, word};
use super::index::Index;
use super::mac_words::{MacFromWords, MacToWords};
use crate::bundle::Manager;
use crate::lookup::manager_table::ManagerAddress;
use crate::primitive::{Const, ConstSize, Reg, RstReg};
use contract::{limits, register};
use rust_hdl::prelude::*;

/// Word 1 of `MANAGER_DATA`, as far as it is kept.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct ManagerHigh {
    pub mac: Bits<16>,
    pub egress: Bits<8>,
}

const _: () = assert!(limits::MANAGERS == 255 && register::MANAGER_INDEX.fields_are(&[("word", 0, 0), ("manager", 8, 1)]));
const _: () = assert!(register::MANAGER_DATA.fields_are(&[("mac_lo", 31, 0), ("mac_hi", 15, 0), ("egress", 23, 16)]));

/// Turns accesses into those of the manager table's host port.
#[derive(LogicBlock, Default)]
pub struct ManagerAccess {
    /// The access.
    pub request: Signal<In, Request>,
    /// The answer.
    pub reply: Signal<Out, Reply>,
    /// Reads show the idle bank.
    pub view_idle: Signal<In, Bit>,
    /// Frames in flight may still hold an old bank: no writes.
    pub busy: Signal<In, Bit>,
    /// Which bank is active, by unit.
    pub active: Signal<In, Bits<10>>,
    /// For `Host::address`; zero while the access is not for this part.
    pub host_address: Signal<Out, Bits<14>>,
    /// `Host::write_manager`.
    pub host_write: Signal<Out, Bit>,
    /// `Host::manager`.
    pub host_row: Signal<Out, Manager>,
    /// The row at `host_address`, some clocks later.
    pub host_answer: Signal<In, Manager>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    index: Index<9>,
    held: RstReg<Bits<32>>,
    holds: RstReg<Bit>,
    is_index: Reg<Bit>,
    is_data: Reg<Bit>,
    allowed: Reg<Bit>,
    bank: Reg<Bit>,
    data: Reg<Bits<32>>,
    accepted: Reg<Bit>,
    from_words: MacFromWords,
    to_words: MacToWords,
    address: Signal<Local, Bits<10>>,
    word: Signal<Local, Bits<32>>,
    write: Signal<Local, Bit>,
    act: Signal<Local, Bit>,
    store: Signal<Local, Bit>,
    upper: Signal<Local, Bit>,
    manager: Signal<Local, Bits<8>>,
    row_address: Signal<Local, ManagerAddress>,
    egress: Signal<Local, Bits<8>>,
    high: Signal<Local, ManagerHigh>,
    at_index: Const<10, { word(&register::MANAGER_INDEX, 0) }>,
    at_data: Const<10, { word(&register::MANAGER_DATA, 0) }>,
    words: Const<32, { (limits::MANAGERS as u64 + 1) * register::MANAGER_WORDS as u64 }>,
    ports: ConstSize<8, { limits::PORTS }>,
    none: Const<8, 0>,
    nowhere: Const<14, 0>,
    zero: Const<32, 0>,
}

impl Logic for ManagerAccess {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, index, held, holds, is_index, is_data, allowed, bank, data, accepted);
        self.index.rst.next = self.rst.val();
        self.held.rst.next = self.rst.val();
        self.holds.rst.next = self.rst.val();
        self.address.next = self.request.val().address;
        self.word.next = self.request.val().data;
        self.write.next = self.request.val().write;
        self.act.next = self.request.val().act;
        self.store.next = self.request.val().store;
        self.is_index.d.next = self.address.val() == self.at_index.val();
        self.is_data.d.next = self.address.val() == self.at_data.val();
        self.upper.next = self.index.q.val().get_bit(0);
        self.manager.next = self.index.q.val().get_bits::<8>(1);
        self.egress.next = self.word.val().get_bits::<8>(16);
        self.allowed.d.next = (self.manager.val() != self.none.val()) & (!self.upper.val() | (self.egress.val() < self.ports.val()));
        self.accepted.d.next =
            self.is_index.q.val() | (self.is_data.q.val() & (!self.write.val() | (self.allowed.q.val() & !self.busy.val())));

        self.index.limit.next = self.words.val();
        self.index.data.next = self.word.val();
        self.index.load.next = self.store.val() & self.is_index.q.val();
        self.index.advance.next = self.act.val() & self.is_data.q.val();
        self.held.d.next = self.held.q.val();
        self.holds.d.next = self.store.val() & self.is_data.q.val() & !self.upper.val();
        if self.holds.q.val() {
            self.held.d.next = self.word.val();
        }

        // Writes go to the idle bank, reads to the bank that VIEW selects.
        self.bank.d.next = self.active.val().get_bit(9) ^ (self.write.val() | self.view_idle.val());
        self.row_address.next.id = self.manager.val();
        self.row_address.next.bank = self.bank.q.val();
        self.from_words.low.next = self.held.q.val();
        self.from_words.high.next = self.word.val().get_bits::<16>(0);
        self.host_address.next = self.nowhere.val();
        if self.is_data.q.val() {
            self.host_address.next = bit_cast::<14, 9>(self.row_address.val().into());
        }
        self.host_write.next = self.store.val() & self.is_data.q.val() & self.upper.val();
        self.host_row.next.mac = self.from_words.mac.val();
        self.host_row.next.egress = self.egress.val();

        self.to_words.mac.next = self.host_answer.val().mac;
        self.high.next.mac = self.to_words.high.val();
        self.high.next.egress = self.host_answer.val().egress;
        self.data.d.next = self.zero.val();
        if self.is_index.q.val() {
            self.data.d.next = bit_cast::<32, 9>(self.index.q.val());
        }
        if self.is_data.q.val() {
            self.data.d.next = self.to_words.low.val();
            if self.upper.val() {
                self.data.d.next = bit_cast::<32, 24>(self.high.val().into());
            }
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.accepted.q.val();
    }
}
