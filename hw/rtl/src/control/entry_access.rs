//! `ENTRY_INDEX` and `ENTRY_DATA`: access to the allocation tables.

use super::bus::{Reply, Request, word};
use super::index::Index;
use crate::primitive::{Const, ConstSize, Reg};
use contract::register;
use rust_hdl::prelude::*;

/// Where four entries lie, as `Host::address` has it.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct EntryWordAddress {
    pub word: Bits<10>,
    pub bank: Bit,
    pub group: Bits<3>,
}

// The literal bits below.
const _: () = assert!(register::ENTRY_INDEX.fields_are(&[("word", 9, 0), ("group", 12, 10)]) && register::ENTRY_WORDS == 1 << 10);

/// Turns accesses into those of the allocation table's host port.
#[derive(LogicBlock, Default)]
pub struct EntryAccess<const GROUPS: usize> {
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
    /// `Host::write_entries`.
    pub host_write: Signal<Out, Bit>,
    /// The word at `host_address`, some clocks later.
    pub host_answer: Signal<In, Bits<32>>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    index: Index<13>,
    is_index: Reg<Bit>,
    is_data: Reg<Bit>,
    selected: Reg<Bits<8>>,
    bank: Reg<Bit>,
    data: Reg<Bits<32>>,
    accepted: Reg<Bit>,
    address: Signal<Local, Bits<10>>,
    write: Signal<Local, Bit>,
    act: Signal<Local, Bit>,
    store: Signal<Local, Bit>,
    banks: Signal<Local, Bits<8>>,
    word_address: Signal<Local, EntryWordAddress>,
    at_index: Const<10, { word(&register::ENTRY_INDEX, 0) }>,
    at_data: Const<10, { word(&register::ENTRY_DATA, 0) }>,
    groups: ConstSize<32, GROUPS>,
    word_bits: Const<4, 10>,
    first: Const<8, 1>,
    nowhere: Const<14, 0>,
    zero: Const<32, 0>,
}

impl<const GROUPS: usize> Logic for EntryAccess<GROUPS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, index, is_index, is_data, selected, bank, data, accepted);
        self.index.rst.next = self.rst.val();
        self.address.next = self.request.val().address;
        self.write.next = self.request.val().write;
        self.act.next = self.request.val().act;
        self.store.next = self.request.val().store;
        self.is_index.d.next = self.address.val() == self.at_index.val();
        self.is_data.d.next = self.address.val() == self.at_data.val();
        self.accepted.d.next = (self.is_index.q.val() & (!self.write.val() | self.index.fits.val()))
            | (self.is_data.q.val() & !(self.write.val() & self.busy.val()));

        self.index.limit.next = self.groups.val() << self.word_bits.val();
        self.index.data.next = self.request.val().data;
        self.index.load.next = self.store.val() & self.is_index.q.val();
        self.index.advance.next = self.act.val() & self.is_data.q.val();

        // Writes go to the idle bank, reads to the bank that VIEW selects.
        self.selected.d.next = self.first.val() << self.index.q.val().get_bits::<3>(10);
        self.banks.next = self.active.val().get_bits::<8>(0) & self.selected.q.val();
        self.bank.d.next = self.banks.val().any() ^ (self.write.val() | self.view_idle.val());
        self.word_address.next.word = self.index.q.val().get_bits::<10>(0);
        self.word_address.next.bank = self.bank.q.val();
        self.word_address.next.group = self.index.q.val().get_bits::<3>(10);
        self.host_address.next = self.nowhere.val();
        if self.is_data.q.val() {
            self.host_address.next = self.word_address.val().into();
        }
        self.host_write.next = self.store.val() & self.is_data.q.val();

        self.data.d.next = self.zero.val();
        if self.is_index.q.val() {
            self.data.d.next = bit_cast::<32, 13>(self.index.q.val());
        }
        if self.is_data.q.val() {
            self.data.d.next = self.host_answer.val();
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.accepted.q.val();
    }
}
