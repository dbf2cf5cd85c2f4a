//! The manager table: how a traffic manager is reached, and whether it takes traffic.

use crate::bundle::{Host, Manager};
use crate::primitive::{LutRamTdp, Reg, TdpRam};
use rust_hdl::prelude::*;

/// Where a row lies.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct ManagerAddress {
    /// The manager.
    pub id: Bits<8>,
    /// The bank.
    pub bank: Bit,
}

/// Two banks of one row per manager id, and one bit per manager id that is not banked. Latency: 2.
#[derive(LogicBlock, Default)]
pub struct ManagerTable {
    /// Which row to look up.
    pub manager: Signal<In, ManagerAddress>,
    /// The row.
    pub row: Signal<Out, Manager>,
    /// Whether the manager takes traffic.
    pub enabled: Signal<Out, Bit>,
    /// The host's request.
    pub host: Signal<In, Host>,
    /// The row that the host reads.
    pub host_q: Signal<Out, Manager>,
    /// The word of enable bits that the host reads.
    pub host_enable: Signal<Out, Bits<32>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    rows: TdpRam<Manager, 9>,
    enables: LutRamTdp<Bits<32>, 3>,
    enables_d1: Reg<Bits<32>>,
    lane_d1: Reg<Bits<5>>,
    enabled_d2: Reg<Bit>,
    id: Signal<Local, Bits<8>>,
    host_address: Signal<Local, Bits<14>>,
}

impl Logic for ManagerTable {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, rows, enables, enables_d1, lane_d1, enabled_d2);
        self.rows.address.next = self.manager.val().into();
        self.row.next = self.rows.q.val();
        self.id.next = self.manager.val().id;
        self.enables.address.next = self.id.val().get_bits::<3>(5);
        self.enables_d1.d.next = self.enables.q.val();
        self.lane_d1.d.next = self.id.val().get_bits::<5>(0);
        self.enabled_d2.d.next = self.enables_d1.q.val().get_bit(self.lane_d1.q.val().index());
        self.enabled.next = self.enabled_d2.q.val();

        self.host_address.next = self.host.val().address;
        self.rows.host_address.next = self.host_address.val().get_bits::<9>(0);
        self.rows.host_write.next = self.host.val().write_manager;
        self.rows.host_data.next = self.host.val().manager;
        self.host_q.next = self.rows.host_q.val();
        self.enables.host_address.next = self.host_address.val().get_bits::<3>(0);
        self.enables.host_write.next = self.host.val().write_manager_enable;
        self.enables.host_data.next = self.host.val().word;
        self.host_enable.next = self.enables.host_q.val();
    }
}
