//! `MANAGER_ENABLE`: which managers take traffic.

use super::bus::{Reply, Request};
use crate::primitive::{Const, Reg};
use contract::register;
use rust_hdl::prelude::*;

/// The words fill eight addresses: {this number 7, word 3}.
const REGION: u64 = register::MANAGER_ENABLE.offset as u64 / 32;
const _: () = {
    let enable = register::MANAGER_ENABLE;
    assert!(enable.stride == 4 && enable.count == 8 && enable.offset.is_multiple_of(32));
    assert!(enable.fields_are(&[("enabled", 31, 0)]));
};

/// Turns accesses into those of the manager table's host port, which holds the enable bits, too.
#[derive(LogicBlock, Default)]
pub struct ManagerEnableAccess {
    /// The access.
    pub request: Signal<In, Request>,
    /// The answer.
    pub reply: Signal<Out, Reply>,
    /// For `Host::address`; zero while the access is not for this part.
    pub host_address: Signal<Out, Bits<14>>,
    /// `Host::write_manager_enable`.
    pub host_write: Signal<Out, Bit>,
    /// The word at `host_address`, some clocks later.
    pub host_answer: Signal<In, Bits<32>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    own: Reg<Bit>,
    nobody: Reg<Bit>,
    data: Reg<Bits<32>>,
    accepted: Reg<Bit>,
    address: Signal<Local, Bits<10>>,
    word: Signal<Local, Bits<32>>,
    region: Const<7, REGION>,
    first: Const<3, 0>,
    nowhere: Const<14, 0>,
    zero: Const<32, 0>,
}

impl Logic for ManagerEnableAccess {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, own, nobody, data, accepted);
        self.address.next = self.request.val().address;
        self.word.next = self.request.val().data;
        self.own.d.next = self.address.val().get_bits::<7>(3) == self.region.val();
        // Manager 0 is none: nothing may enable it.
        self.nobody.d.next = (self.address.val().get_bits::<3>(0) == self.first.val()) & self.word.val().get_bit(0);
        self.accepted.d.next = self.own.q.val() & !(self.request.val().write & self.nobody.q.val());
        self.host_address.next = self.nowhere.val();
        if self.own.q.val() {
            self.host_address.next = bit_cast::<14, 3>(self.address.val().get_bits::<3>(0));
        }
        self.host_write.next = self.request.val().store & self.own.q.val();
        self.data.d.next = self.zero.val();
        if self.own.q.val() {
            self.data.d.next = self.host_answer.val();
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.accepted.q.val();
    }
}
