//! The banked scalars of the groups: key and policy.

use crate::bundle::{Group, Host};
use crate::primitive::SmallMemory;
use rust_hdl::prelude::*;

/// Keys and policies of all groups, both banks; each word of a row is written on its own.
///
/// Shape: addresses are {group 3, bank 1}.
/// Latency: `q` shows the row at `address` one clock later, `host_q` the row at `host.address`.
#[derive(LogicBlock, Default)]
pub struct GroupTable {
    /// Which row to look up.
    pub address: Signal<In, Bits<4>>,
    /// The row looked up.
    pub q: Signal<Out, Group>,
    /// What the host asks.
    pub host: Signal<In, Host>,
    /// The row that the host reads.
    pub host_q: Signal<Out, Group>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    key_low: SmallMemory<Bits<32>, 4>,
    key_high: SmallMemory<Bits<32>, 4>,
    policy: SmallMemory<Bits<9>, 4>,
    host_address: Signal<Local, Bits<14>>,
    word: Signal<Local, Bits<32>>,
}

impl Logic for GroupTable {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, key_low, key_high, policy);
        self.key_low.address.next = self.address.val();
        self.key_high.address.next = self.address.val();
        self.policy.address.next = self.address.val();

        self.host_address.next = self.host.val().address;
        self.key_low.host_address.next = self.host_address.val().get_bits::<4>(0);
        self.key_high.host_address.next = self.host_address.val().get_bits::<4>(0);
        self.policy.host_address.next = self.host_address.val().get_bits::<4>(0);
        self.word.next = self.host.val().word;
        self.key_low.host_data.next = self.word.val();
        self.key_high.host_data.next = self.word.val();
        self.policy.host_data.next = self.word.val().get_bits::<9>(0);
        self.key_low.host_write.next = self.host.val().write_key_low;
        self.key_high.host_write.next = self.host.val().write_key_high;
        self.policy.host_write.next = self.host.val().write_policy;

        self.q.next.key_low = self.key_low.q.val();
        self.q.next.key_high = self.key_high.q.val();
        self.q.next.designated = self.policy.q.val().get_bits::<8>(0);
        self.q.next.equal_ports_hash = self.policy.q.val().get_bit(8);
        self.host_q.next.key_low = self.key_low.host_q.val();
        self.host_q.next.key_high = self.key_high.host_q.val();
        self.host_q.next.designated = self.policy.host_q.val().get_bits::<8>(0);
        self.host_q.next.equal_ports_hash = self.policy.host_q.val().get_bit(8);
    }
}
