//! `GROUP_KEY_LO`, `GROUP_KEY_HI` and `GROUP_POLICY`: access to the group table.

use super::bus::{Reply, Request};
use crate::bundle::Group;
use crate::primitive::{Const, ConstSize, Reg};
use contract::{limits, register};
use rust_hdl::prelude::*;

/// Where a row of the group table lies.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct GroupRowAddress {
    pub bank: Bit,
    pub group: Bits<3>,
    pub unused: Bits<10>,
}

/// The word `GROUP_POLICY`, as far as it is kept.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Policy {
    pub designated: Bits<8>,
    pub equal_ports_hash: Bit,
}

/// The rows fill 32 words: {this number 5, row 3, word 2}.
const REGION: u64 = register::GROUP_KEY_LO.offset as u64 / 128;
const _: () = {
    let (low, high, policy) = (register::GROUP_KEY_LO, register::GROUP_KEY_HI, register::GROUP_POLICY);
    assert!(low.stride == 16 && low.count == 8 && low.offset.is_multiple_of(128));
    assert!(high.offset == low.offset + 4 && policy.offset == low.offset + 8 && limits::GROUPS == 8);
    // The shape of `Policy`; the group table keeps the word's lowest 9 bits.
    assert!(low.fields_are(&[("key_lo", 31, 0)]) && high.fields_are(&[("key_hi", 31, 0)]));
    assert!(policy.fields_are(&[("designated", 7, 0), ("equal_ports_hash", 8, 8)]));
};

/// Turns accesses into those of the group table's host port.
#[derive(LogicBlock, Default)]
pub struct GroupAccess<const GROUPS: usize> {
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
    /// `Host::write_key_low`, `Host::write_key_high`, `Host::write_policy`, from the least significant bit.
    pub host_write: Signal<Out, Bits<3>>,
    /// The row at `host_address`, some clocks later.
    pub host_answer: Signal<In, Group>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    own: Reg<Bit>,
    selected: Reg<Bits<8>>,
    bank: Reg<Bit>,
    data: Reg<Bits<32>>,
    accepted: Reg<Bit>,
    address: Signal<Local, Bits<10>>,
    write: Signal<Local, Bit>,
    store: Signal<Local, Bit>,
    row: Signal<Local, Bits<3>>,
    which: Signal<Local, Bits<2>>,
    banks: Signal<Local, Bits<8>>,
    row_address: Signal<Local, GroupRowAddress>,
    policy: Signal<Local, Policy>,
    policy_bits: Signal<Local, Bits<9>>,
    region: Const<5, REGION>,
    groups: ConstSize<4, GROUPS>,
    first: Const<8, 1>,
    key_low: Const<2, 0>,
    key_high: Const<2, 1>,
    policies: Const<2, 2>,
    beyond: Const<2, 3>,
    write_key_low: Const<3, 1>,
    write_key_high: Const<3, 2>,
    write_policy: Const<3, 4>,
    nothing: Const<3, 0>,
    nowhere: Const<14, 0>,
    unused: Const<10, 0>,
    zero: Const<32, 0>,
}

impl<const GROUPS: usize> Logic for GroupAccess<GROUPS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, own, selected, bank, data, accepted);
        self.address.next = self.request.val().address;
        self.write.next = self.request.val().write;
        self.row.next = self.address.val().get_bits::<3>(2);
        self.which.next = self.address.val().get_bits::<2>(0);
        self.own.d.next = (self.address.val().get_bits::<5>(5) == self.region.val())
            & (self.which.val() != self.beyond.val())
            & (bit_cast::<4, 3>(self.row.val()) < self.groups.val());
        self.accepted.d.next = self.own.q.val() & !(self.write.val() & self.busy.val());

        // Writes go to the idle bank, reads to the bank that VIEW selects.
        self.selected.d.next = self.first.val() << self.row.val();
        self.banks.next = self.active.val().get_bits::<8>(0) & self.selected.q.val();
        self.bank.d.next = self.banks.val().any() ^ (self.write.val() | self.view_idle.val());
        self.row_address.next.bank = self.bank.q.val();
        self.row_address.next.group = self.row.val();
        self.row_address.next.unused = self.unused.val();
        self.host_address.next = self.nowhere.val();
        if self.own.q.val() {
            self.host_address.next = self.row_address.val().into();
        }
        self.store.next = self.request.val().store & self.own.q.val();
        self.host_write.next = self.nothing.val();
        if self.store.val() & (self.which.val() == self.key_low.val()) {
            self.host_write.next = self.write_key_low.val();
        }
        if self.store.val() & (self.which.val() == self.key_high.val()) {
            self.host_write.next = self.write_key_high.val();
        }
        if self.store.val() & (self.which.val() == self.policies.val()) {
            self.host_write.next = self.write_policy.val();
        }

        self.policy.next.designated = self.host_answer.val().designated;
        self.policy.next.equal_ports_hash = self.host_answer.val().equal_ports_hash;
        self.policy_bits.next = self.policy.val().into();
        self.data.d.next = self.zero.val();
        if self.own.q.val() {
            self.data.d.next = self.host_answer.val().key_low;
            if self.which.val() == self.key_high.val() {
                self.data.d.next = self.host_answer.val().key_high;
            }
            if self.which.val() == self.policies.val() {
                self.data.d.next = bit_cast::<32, 9>(self.policy_bits.val());
            }
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.accepted.q.val();
    }
}
