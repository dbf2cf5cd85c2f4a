//! `NEXT_GENERATION`, `GENERATION`, `COMMIT`, `STATUS` and `ACTIVE`: banks are swapped.

use super::bus::{Reply, Request, word};
use crate::primitive::{Const, Reg, RstReg};
use contract::register;
use rust_hdl::prelude::*;

/// Clocks from a switch until no frame in flight holds an old bank: more than the pipeline takes from the sampling of the banks to the last lookup.
pub const DRAIN: u64 = 64;

// The literal bits below.
const _: () = {
    let units = [("groups", 7, 0), ("rules", 8, 8), ("managers", 9, 9)];
    assert!(register::COMMIT.fields_are(&units) && register::ACTIVE.fields_are(&units));
};
const _: () = assert!(register::STATUS.fields_are(&[("busy", 0, 0)]));

/// Switches all units that a commit names in one clock, then keeps the host from the idle banks until the pipeline is drained.
#[derive(LogicBlock, Default)]
pub struct Commit<const GROUPS: usize> {
    /// The access.
    pub request: Signal<In, Request>,
    /// The answer.
    pub reply: Signal<Out, Reply>,
    /// Which bank is active: groups, in bit 8 the rules, in bit 9 the managers.
    pub active: Signal<Out, Bits<10>>,
    /// The rules' banks are swapped with this clock.
    pub swap_rules: Signal<Out, Bit>,
    /// Frames in flight may still hold an old bank.
    pub busy: Signal<Out, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    following: RstReg<Bits<32>>,
    generation: RstReg<Bits<32>>,
    banks: RstReg<Bits<10>>,
    draining: RstReg<Bit>,
    drain: RstReg<Bits<7>>,
    is_following: Reg<Bit>,
    is_generation: Reg<Bit>,
    is_commit: Reg<Bit>,
    is_status: Reg<Bit>,
    is_active: Reg<Bit>,
    absent: Reg<Bit>,
    data: Reg<Bits<32>>,
    accepted: Reg<Bit>,
    address: Signal<Local, Bits<10>>,
    word: Signal<Local, Bits<32>>,
    write: Signal<Local, Bit>,
    store: Signal<Local, Bit>,
    switching: RstReg<Bit>,
    swapping: RstReg<Bit>,
    at_following: Const<10, { word(&register::NEXT_GENERATION, 0) }>,
    at_generation: Const<10, { word(&register::GENERATION, 0) }>,
    at_commit: Const<10, { word(&register::COMMIT, 0) }>,
    at_status: Const<10, { word(&register::STATUS, 0) }>,
    at_active: Const<10, { word(&register::ACTIVE, 0) }>,
    whole_drain: Const<7, DRAIN>,
    one: Const<7, 1>,
    none: Const<7, 0>,
    zero: Const<32, 0>,
}

impl<const GROUPS: usize> Logic for Commit<GROUPS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, following, generation, banks, draining, drain, is_following, is_generation, is_commit, is_status);
        clock!(self, clock, is_active, absent, data, accepted, switching, swapping);
        self.following.rst.next = self.rst.val();
        self.generation.rst.next = self.rst.val();
        self.banks.rst.next = self.rst.val();
        self.draining.rst.next = self.rst.val();
        self.drain.rst.next = self.rst.val();

        self.address.next = self.request.val().address;
        self.word.next = self.request.val().data;
        self.write.next = self.request.val().write;
        self.store.next = self.request.val().store;
        self.is_following.d.next = self.address.val() == self.at_following.val();
        self.is_generation.d.next = self.address.val() == self.at_generation.val();
        self.is_commit.d.next = self.address.val() == self.at_commit.val();
        self.is_status.d.next = self.address.val() == self.at_status.val();
        self.is_active.d.next = self.address.val() == self.at_active.val();

        self.absent.d.next = self.word.val().get_bits::<22>(10).any();
        for unit in GROUPS..8 {
            if self.word.val().get_bit(unit) {
                self.absent.d.next = true;
            }
        }
        self.accepted.d.next = self.is_following.q.val()
            | (self.is_commit.q.val() & self.write.val() & !self.draining.q.val() & !self.absent.q.val())
            | ((self.is_generation.q.val() | self.is_status.q.val() | self.is_active.q.val()) & !self.write.val());

        self.switching.rst.next = self.rst.val();
        self.swapping.rst.next = self.rst.val();
        self.switching.d.next = self.store.val() & self.is_commit.q.val();
        self.swapping.d.next = self.store.val() & self.is_commit.q.val() & self.word.val().get_bit(8);
        self.swap_rules.next = self.swapping.q.val();
        self.following.d.next = self.following.q.val();
        if self.store.val() & self.is_following.q.val() {
            self.following.d.next = self.word.val();
        }
        self.generation.d.next = self.generation.q.val();
        self.banks.d.next = self.banks.q.val();
        self.draining.d.next = self.drain.q.val() != self.none.val();
        self.drain.d.next = self.drain.q.val();
        if self.drain.q.val() != self.none.val() {
            self.drain.d.next = self.drain.q.val() - self.one.val();
        }
        if self.switching.q.val() {
            self.generation.d.next = self.following.q.val();
            self.banks.d.next = self.banks.q.val() ^ self.word.val().get_bits::<10>(0);
            self.draining.d.next = true;
            self.drain.d.next = self.whole_drain.val();
        }
        self.active.next = self.banks.q.val();
        self.busy.next = self.draining.q.val();

        self.data.d.next = self.zero.val();
        if self.is_following.q.val() {
            self.data.d.next = self.following.q.val();
        }
        if self.is_generation.q.val() {
            self.data.d.next = self.generation.q.val();
        }
        if self.is_status.q.val() {
            self.data.d.next = bit_cast::<32, 1>(self.draining.q.val().into());
        }
        if self.is_active.q.val() {
            self.data.d.next = bit_cast::<32, 10>(self.banks.q.val());
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.accepted.q.val();
    }
}
