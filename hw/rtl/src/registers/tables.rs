//! The way to all tables: one host port at a time.

use super::bus::{Reply, Request};
use super::entries::Entries;
use super::groups::Groups;
use super::managers::Managers;
use crate::bundle::{Host, HostAnswer};
use crate::primitive::Reg;
use rust_hdl::prelude::*;

/// Brings together the parts that reach tables, on the one bus of their host ports.
#[derive(LogicBlock, Default)]
pub struct Tables<const GROUPS: usize> {
    /// The access.
    pub request: Signal<In, Request>,
    /// The answer.
    pub reply: Signal<Out, Reply>,
    /// Reads show the idle bank.
    pub view_idle: Signal<In, Bit>,
    /// Frames in flight may still hold an old bank: no writes.
    pub busy: Signal<In, Bit>,
    /// Which bank is active, by group.
    pub active: Signal<In, Bits<9>>,
    /// To the host ports.
    pub host: Signal<Out, Host>,
    /// From there, up to four clocks later.
    pub host_answer: Signal<In, HostAnswer>,
    /// The manager table is cleared.
    pub cleared: Signal<Out, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    groups: Groups<GROUPS>,
    entries: Entries<GROUPS>,
    managers: Managers,
    out: Reg<Host>,
    write_group: Signal<Local, Bits<3>>,
}

impl<const GROUPS: usize> Logic for Tables<GROUPS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, groups, entries, managers, out);
        self.entries.rst.next = self.rst.val();
        self.managers.rst.next = self.rst.val();

        self.groups.request.next = self.request.val();
        self.entries.request.next = self.request.val();
        self.managers.request.next = self.request.val();
        self.groups.active.next = self.active.val();
        self.entries.active.next = self.active.val();
        self.groups.busy.next = self.busy.val();
        self.entries.busy.next = self.busy.val();
        self.groups.view_idle.next = self.view_idle.val();
        self.entries.view_idle.next = self.view_idle.val();
        self.groups.host_answer.next = self.host_answer.val().group;
        self.entries.host_answer.next = self.host_answer.val().entries;
        self.managers.host_answer.next = self.host_answer.val().manager;
        self.reply.next.data = self.groups.reply.val().data | self.entries.reply.val().data | self.managers.reply.val().data;
        self.reply.next.accepted =
            self.groups.reply.val().accepted | self.entries.reply.val().accepted | self.managers.reply.val().accepted;

        // At most one part has an address that is not zero, unless the manager table is being cleared.
        self.out.d.next.address = self.managers.host_address.val();
        if self.managers.cleared.val() {
            self.out.d.next.address = self.groups.host_address.val() | self.entries.host_address.val() | self.managers.host_address.val();
        }
        self.out.d.next.word = self.request.val().data;
        self.out.d.next.manager = self.managers.host_row.val();
        self.out.d.next.write_entries = self.entries.host_write.val();
        self.write_group.next = self.groups.host_write.val();
        self.out.d.next.write_key_low = self.write_group.val().get_bit(0);
        self.out.d.next.write_key_high = self.write_group.val().get_bit(1);
        self.out.d.next.write_policy = self.write_group.val().get_bit(2);
        self.out.d.next.write_manager = self.managers.host_write.val();
        self.host.next = self.out.q.val();
        self.cleared.next = self.managers.cleared.val();
    }
}
