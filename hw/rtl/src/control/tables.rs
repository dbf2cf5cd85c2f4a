//! The bus to the tables' host ports.

use super::bus::{Reply, Request};
use super::entry_access::EntryAccess;
use super::group_access::GroupAccess;
use super::manager_access::ManagerAccess;
use crate::bundle::{Host, HostAnswer};
use crate::primitive::Reg;
use rust_hdl::prelude::*;

/// Merges the requests of the parts that access tables onto the one bus to the host ports.
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
    group_access: GroupAccess<GROUPS>,
    entry_access: EntryAccess<GROUPS>,
    manager_access: ManagerAccess,
    out: Reg<Host>,
    write_group: Signal<Local, Bits<3>>,
}

impl<const GROUPS: usize> Logic for Tables<GROUPS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, group_access, entry_access, manager_access, out);
        self.entry_access.rst.next = self.rst.val();
        self.manager_access.rst.next = self.rst.val();

        self.group_access.request.next = self.request.val();
        self.entry_access.request.next = self.request.val();
        self.manager_access.request.next = self.request.val();
        self.group_access.active.next = self.active.val();
        self.entry_access.active.next = self.active.val();
        self.group_access.busy.next = self.busy.val();
        self.entry_access.busy.next = self.busy.val();
        self.group_access.view_idle.next = self.view_idle.val();
        self.entry_access.view_idle.next = self.view_idle.val();
        self.group_access.host_answer.next = self.host_answer.val().group;
        self.entry_access.host_answer.next = self.host_answer.val().entries;
        self.manager_access.host_answer.next = self.host_answer.val().manager;
        self.reply.next.data =
            self.group_access.reply.val().data | self.entry_access.reply.val().data | self.manager_access.reply.val().data;
        self.reply.next.accepted =
            self.group_access.reply.val().accepted | self.entry_access.reply.val().accepted | self.manager_access.reply.val().accepted;

        // At most one part has an address that is not zero, unless the manager table is being cleared.
        self.out.d.next.address = self.manager_access.host_address.val();
        if self.manager_access.cleared.val() {
            self.out.d.next.address =
                self.group_access.host_address.val() | self.entry_access.host_address.val() | self.manager_access.host_address.val();
        }
        self.out.d.next.word = self.request.val().data;
        self.out.d.next.manager = self.manager_access.host_row.val();
        self.out.d.next.write_entries = self.entry_access.host_write.val();
        self.write_group.next = self.group_access.host_write.val();
        self.out.d.next.write_key_low = self.write_group.val().get_bit(0);
        self.out.d.next.write_key_high = self.write_group.val().get_bit(1);
        self.out.d.next.write_policy = self.write_group.val().get_bit(2);
        self.out.d.next.write_manager = self.manager_access.host_write.val();
        self.host.next = self.out.q.val();
        self.cleared.next = self.manager_access.cleared.val();
    }
}
