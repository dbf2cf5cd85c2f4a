//! Why a key is chosen.

use super::tuple_select::Tuple;
use crate::primitive::{Const, Reg};
use contract::code::Reason;
use rust_hdl::prelude::*;

/// The reason of the first of questions 6 to 12 that chooses the key. Latency: 1.
#[derive(LogicBlock, Default)]
pub struct KeyReason {
    /// The packet.
    pub tuple: Signal<In, Tuple>,
    /// Its ports are equal.
    pub ports_equal: Signal<In, Bit>,
    /// Its source port is the greater.
    pub source_above: Signal<In, Bit>,
    /// The rule keys it on its peer.
    pub peer: Signal<In, Bit>,
    /// The reason.
    pub reason: Signal<Out, Bits<5>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    reason_d1: Reg<Bits<5>>,
    icmp_error: Const<5, { Reason::IcmpError.code() as u64 }>,
    other_protocol: Const<5, { Reason::OtherProtocol.code() as u64 }>,
    equal_ports: Const<5, { Reason::EqualPorts.code() as u64 }>,
    peer_side: Const<5, { Reason::PeerSide.code() as u64 }>,
    source_side: Const<5, { Reason::SourceSide.code() as u64 }>,
    destination_side: Const<5, { Reason::DestinationSide.code() as u64 }>,
}

impl Logic for KeyReason {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, reason_d1);
        self.reason_d1.d.next = self.destination_side.val();
        if self.source_above.val() {
            self.reason_d1.d.next = self.source_side.val();
        }
        if self.peer.val() {
            self.reason_d1.d.next = self.peer_side.val();
        }
        if self.ports_equal.val() {
            self.reason_d1.d.next = self.equal_ports.val();
        }
        if !self.tuple.val().ported {
            self.reason_d1.d.next = self.other_protocol.val();
        }
        if self.tuple.val().embedded {
            self.reason_d1.d.next = self.icmp_error.val();
        }
        self.reason.next = self.reason_d1.q.val();
    }
}
