//! The banked scalars of the groups: key and policy.

use crate::bundle::{Group, Host};
use crate::primitive::{LutRamTdp, Reg};
use rust_hdl::prelude::*;

/// The two words of a group's key.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Secret {
    /// Bytes 0 to 3.
    pub low: Bits<32>,
    /// Bytes 4 to 7.
    pub high: Bits<32>,
}

/// Keys and policies of all groups, both banks; each word of a row is written on its own.
///
/// Shape: addresses are {group 3, bank 1}.
/// Latency: `secret` is that of the row at `address` in the same clock, the rest one clock later, and so is `host_q`.
#[derive(LogicBlock, Default)]
pub struct GroupTable {
    /// Which row to look up.
    pub address: Signal<In, Bits<4>>,
    /// The hash's secret key, byte 0 least significant.
    pub secret: Signal<Out, Bits<64>>,
    /// Manager of packets with equal ports.
    pub designated: Signal<Out, Bits<8>>,
    /// Packets with equal ports go by the pair key instead.
    pub equal_ports_hash: Signal<Out, Bit>,
    /// The host's request.
    pub host: Signal<In, Host>,
    /// The row that the host reads.
    pub host_q: Signal<Out, Group>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    key_low: LutRamTdp<Bits<32>, 4>,
    key_high: LutRamTdp<Bits<32>, 4>,
    policy: LutRamTdp<Bits<9>, 4>,
    policy_d1: Reg<Bits<9>>,
    words: Signal<Local, Secret>,
    host_address: Signal<Local, Bits<14>>,
    word: Signal<Local, Bits<32>>,
}

impl Logic for GroupTable {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, key_low, key_high, policy, policy_d1);
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

        self.words.next.low = self.key_low.q.val();
        self.words.next.high = self.key_high.q.val();
        self.secret.next = self.words.val().into();
        self.policy_d1.d.next = self.policy.q.val();
        self.designated.next = self.policy_d1.q.val().get_bits::<8>(0);
        self.equal_ports_hash.next = self.policy_d1.q.val().get_bit(8);
        self.host_q.next.key_low = self.key_low.host_q.val();
        self.host_q.next.key_high = self.key_high.host_q.val();
        self.host_q.next.designated = self.policy.host_q.val().get_bits::<8>(0);
        self.host_q.next.equal_ports_hash = self.policy.host_q.val().get_bit(8);
    }
}
