//! The manager table: where a traffic manager is reached, and whether it takes traffic.

use crate::bundle::{Host, Manager};
use crate::primitive::TdpRam;
use rust_hdl::prelude::*;

/// One row per manager id. Latency: 2.
#[derive(LogicBlock, Default)]
pub struct ManagerTable {
    /// Which manager to look up.
    pub id: Signal<In, Bits<8>>,
    /// Its row.
    pub row: Signal<Out, Manager>,
    /// The host's request.
    pub host: Signal<In, Host>,
    /// The row that the host reads.
    pub host_q: Signal<Out, Manager>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: TdpRam<Manager, 8>,
    host_address: Signal<Local, Bits<14>>,
}

impl Logic for ManagerTable {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory);
        self.memory.address.next = self.id.val();
        self.row.next = self.memory.q.val();
        self.host_address.next = self.host.val().address;
        self.memory.host_address.next = self.host_address.val().get_bits::<8>(0);
        self.memory.host_write.next = self.host.val().write_manager;
        self.memory.host_data.next = self.host.val().manager;
        self.host_q.next = self.memory.host_q.val();
    }
}
