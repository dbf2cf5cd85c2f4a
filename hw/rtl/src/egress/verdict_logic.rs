//! The verdict that follows from all questions.

use crate::bundle::Manager;
use crate::primitive::Const;
use contract::code::{Reason, Verdict};
use contract::metadata::EGRESS_HOST;
use rust_hdl::prelude::*;

/// What is known of a packet while its key is hashed.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct PacketContext {
    /// Questions 1 to 5 decided it, with this verdict.
    pub decided_early: Bit,
    /// The verdict, if decided early.
    pub verdict: Bits<3>,
    /// The reason, decided early or not.
    pub reason: Bits<5>,
    /// It is `too_deep`: a bit next to the reason, because whether a frame may leave depends on this alone.
    pub deep: Bit,
    /// A frame that is `too_deep` is malformed if it has fewer bytes.
    pub need: Bits<14>,
    /// Port on which it came in.
    pub ingress: Bits<8>,
    /// Port to which it is bridged, if it is.
    pub pair: Bits<8>,
    /// Its group.
    pub group: Bits<3>,
    /// The bank of the group's table.
    pub bank: Bit,
    /// The bank of the managers' rows.
    pub manager_bank: Bit,
    /// The group's designated manager takes it, whatever the hash.
    pub designated: Bit,
    /// That manager.
    pub manager: Bits<8>,
}

/// A decided packet, as its frame meets it on the way out.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Decision {
    /// The manager's MAC, first byte least significant.
    pub mac: Bits<48>,
    /// Port on which the frame came in.
    pub ingress: Bits<8>,
    /// Port by which it leaves.
    pub egress: Bits<8>,
    /// The manager, or 0.
    pub manager: Bits<8>,
    /// Why.
    pub reason: Bits<5>,
    /// What becomes of it.
    pub verdict: Bits<3>,
    /// It is `too_deep`: a bit next to the reason, because whether a frame may leave depends on this alone.
    pub deep: Bit,
    /// A frame that is `too_deep` is malformed if it has fewer bytes.
    pub need: Bits<14>,
}

/// Puts a decision together. Combinational.
#[derive(LogicBlock, Default)]
pub struct VerdictLogic {
    /// What is known of the packet.
    pub packet: Signal<In, PacketContext>,
    /// The manager that the entry names.
    pub id: Signal<In, Bits<8>>,
    /// That manager's row.
    pub row: Signal<In, Manager>,
    /// Whether it takes traffic.
    pub enabled: Signal<In, Bit>,
    /// The decision.
    pub decision: Signal<Out, Decision>,
    to_manager: Const<3, { Verdict::ToManager.code() as u64 }>,
    bridge: Const<3, { Verdict::Bridge.code() as u64 }>,
    dropped: Const<3, { Verdict::Drop.code() as u64 }>,
    no_manager: Const<5, { Reason::NoManager.code() as u64 }>,
    host: Const<8, { EGRESS_HOST as u64 }>,
    none: Const<8, 0>,
}

impl Logic for VerdictLogic {
    #[hdl_gen]
    fn update(&mut self) {
        self.decision.next.mac = self.row.val().mac;
        self.decision.next.ingress = self.packet.val().ingress;
        self.decision.next.deep = self.packet.val().deep;
        self.decision.next.need = self.packet.val().need;
        if self.packet.val().decided_early {
            self.decision.next.egress = self.host.val();
            if self.packet.val().verdict == self.bridge.val() {
                self.decision.next.egress = self.packet.val().pair;
            }
            self.decision.next.manager = self.none.val();
            self.decision.next.reason = self.packet.val().reason;
            self.decision.next.verdict = self.packet.val().verdict;
        } else {
            self.decision.next.egress = self.row.val().egress;
            self.decision.next.manager = self.id.val();
            self.decision.next.reason = self.packet.val().reason;
            self.decision.next.verdict = self.to_manager.val();
            if !self.enabled.val() {
                self.decision.next.reason = self.no_manager.val();
                self.decision.next.verdict = self.dropped.val();
            }
        }
    }
}
