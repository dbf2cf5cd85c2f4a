//! The bus to the tables' host ports.

use super::bus::{Reply, Request};
use super::entry_access::EntryAccess;
use super::group_access::GroupAccess;
use super::manager_access::ManagerAccess;
use super::manager_enable_access::ManagerEnableAccess;
use super::table_clear::TableClear;
use crate::bundle::{Host, HostAnswer, Manager};
use crate::primitive::{Const, Reg};
use rust_hdl::prelude::*;

/// Merges the requests of the parts that access tables onto the one bus to the host ports, and clears the manager table after reset.
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
    /// Which bank is active, by unit.
    pub active: Signal<In, Bits<10>>,
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
    manager_enable_access: ManagerEnableAccess,
    clear: TableClear<9>,
    out: Reg<Host>,
    write_group: Signal<Local, Bits<3>>,
    row: Signal<Local, Manager>,
    zero: Const<32, 0>,
    nobody: Const<48, 0>,
    nowhere: Const<8, 0>,
}

impl<const GROUPS: usize> Logic for Tables<GROUPS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, group_access, entry_access, manager_access, manager_enable_access, clear, out);
        self.entry_access.rst.next = self.rst.val();
        self.manager_access.rst.next = self.rst.val();
        self.clear.rst.next = self.rst.val();

        self.group_access.request.next = self.request.val();
        self.entry_access.request.next = self.request.val();
        self.manager_access.request.next = self.request.val();
        self.manager_enable_access.request.next = self.request.val();
        self.group_access.active.next = self.active.val();
        self.entry_access.active.next = self.active.val();
        self.manager_access.active.next = self.active.val();
        self.group_access.busy.next = self.busy.val();
        self.entry_access.busy.next = self.busy.val();
        self.manager_access.busy.next = self.busy.val();
        self.group_access.view_idle.next = self.view_idle.val();
        self.entry_access.view_idle.next = self.view_idle.val();
        self.manager_access.view_idle.next = self.view_idle.val();
        self.group_access.host_answer.next = self.host_answer.val().group;
        self.entry_access.host_answer.next = self.host_answer.val().entries;
        self.manager_access.host_answer.next = self.host_answer.val().manager;
        self.manager_enable_access.host_answer.next = self.host_answer.val().manager_enable;
        self.reply.next.data = self.group_access.reply.val().data
            | self.entry_access.reply.val().data
            | self.manager_access.reply.val().data
            | self.manager_enable_access.reply.val().data;
        self.reply.next.accepted = self.group_access.reply.val().accepted
            | self.entry_access.reply.val().accepted
            | self.manager_access.reply.val().accepted
            | self.manager_enable_access.reply.val().accepted;

        // At most one part has an address that is not zero.
        self.out.d.next.address = self.group_access.host_address.val()
            | self.entry_access.host_address.val()
            | self.manager_access.host_address.val()
            | self.manager_enable_access.host_address.val();
        self.out.d.next.word = self.request.val().data;
        self.row.next = self.manager_access.host_row.val();
        self.out.d.next.write_entries = self.entry_access.host_write.val();
        self.write_group.next = self.group_access.host_write.val();
        self.out.d.next.write_key_low = self.write_group.val().get_bit(0);
        self.out.d.next.write_key_high = self.write_group.val().get_bit(1);
        self.out.d.next.write_policy = self.write_group.val().get_bit(2);
        self.out.d.next.write_manager = self.manager_access.host_write.val();
        self.out.d.next.write_manager_enable = self.manager_enable_access.host_write.val();
        // After reset no access starts before the managers' rows and enable bits are cleared.
        if self.clear.clearing.val() {
            self.out.d.next.address = bit_cast::<14, 9>(self.clear.address.val());
            self.out.d.next.word = self.zero.val();
            self.row.next.mac = self.nobody.val();
            self.row.next.egress = self.nowhere.val();
            self.out.d.next.write_manager = true;
            self.out.d.next.write_manager_enable = true;
        }
        self.out.d.next.manager = self.row.val();
        self.host.next = self.out.q.val();
        self.cleared.next = self.clear.cleared.val();
    }
}
