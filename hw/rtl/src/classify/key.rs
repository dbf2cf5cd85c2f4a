//! Questions 9 to 12: which side's endpoint, or which pair, is the key?

use super::address_order::AddressOrder;
use super::key_address::KeyAddress;
use super::key_reason::KeyReason;
use super::range_match::RuleMatch;
use super::tuple_select::Tuple;
use crate::primitive::{Delay, Reg, Shift};
use rust_hdl::prelude::*;

/// The 18 bytes that are hashed.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct KeyBytes {
    /// An address, or two folded together.
    pub address: Bits<128>,
    /// Bytes 16 and 17, the first least significant.
    pub tail: Bits<16>,
}

/// Selects the key.
///
/// Latency: `key` from `tuple` 3 + `STAGES` clocks, from `rule_match` two; `reason` and `equal` one clock more.
#[derive(LogicBlock, Default)]
pub struct Key<const STAGES: usize> {
    /// The packet.
    pub tuple: Signal<In, Tuple>,
    /// Its source address, one clock later.
    pub source: Signal<In, Bits<128>>,
    /// Its destination address, one clock later.
    pub destination: Signal<In, Bits<128>>,
    /// The matching rule's answer, 1 + `STAGES` clocks later.
    pub rule_match: Signal<In, RuleMatch>,
    /// The key, byte 0 least significant.
    pub key: Signal<Out, Bits<144>>,
    /// Why this key.
    pub reason: Signal<Out, Bits<5>>,
    /// The ports are equal.
    pub equal: Signal<Out, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    address_order: AddressOrder<STAGES>,
    key_reason: KeyReason,
    source_d4: Shift<Bits<128>, STAGES, 1, 1>,
    destination_d4: Shift<Bits<128>, STAGES, 1, 1>,
    pair_d4: Reg<Bit>,
    address: KeyAddress,
    tuple_d3: Shift<Tuple, STAGES, 1, 1>,
    ported_d1: Reg<Bit>,
    pair_d2: Shift<Bit, STAGES, 1, -1>,
    pair_d3: Reg<Bit>,
    source_leads: Signal<Local, Bit>,
    source_leads_d4: Reg<Bit>,
    by_source_d4: Reg<Bit>,
    ports_equal_d1: Reg<Bit>,
    source_above_d1: Reg<Bit>,
    ports_equal_d3: Shift<Bit, STAGES, 1, 0>,
    source_above_d3: Shift<Bit, STAGES, 1, 0>,
    tuple_d4: Reg<Tuple>,
    key_d5: Reg<KeyBytes>,
    reason_d6: Delay<Bits<5>, 2>,
    equal_d6: Delay<Bit, 3>,
    peer: Signal<Local, Bit>,
    by_source: Signal<Local, Bit>,
    port: Signal<Local, Bits<16>>,
    ports_equal: Signal<Local, Bit>,
}

impl<const STAGES: usize> Logic for Key<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, address_order, key_reason, tuple_d3, ported_d1, pair_d2, pair_d3, pair_d4, source_d4, destination_d4);
        clock!(self, clock, source_leads_d4, ports_equal_d1, source_above_d1, ports_equal_d3, source_above_d3, by_source_d4, tuple_d4);
        clock!(self, clock, key_d5, reason_d6, equal_d6);

        // In step with question 8: which port is the greater, which address the smaller?
        self.tuple_d3.d.next = self.tuple.val();
        self.ports_equal_d1.d.next = self.tuple.val().source == self.tuple.val().destination;
        self.source_above_d1.d.next = self.tuple.val().source > self.tuple.val().destination;
        self.ports_equal_d3.d.next = self.ports_equal_d1.q.val();
        self.source_above_d3.d.next = self.source_above_d1.q.val();
        self.address_order.source.next = self.source.val();
        self.address_order.destination.next = self.destination.val();

        // Question 12: the pair key folds both addresses together.
        self.ported_d1.d.next = self.tuple.val().ported;
        self.pair_d2.d.next = !self.ported_d1.q.val() | self.ports_equal_d1.q.val();
        self.pair_d3.d.next = self.pair_d2.q.val();

        // Questions 9 to 11, with the rule that matches: which side is the key.
        self.peer.next =
            self.rule_match.val().key_on_peer & (self.rule_match.val().source_inside ^ self.rule_match.val().destination_inside);
        self.by_source.next = self.source_above_d3.q.val();
        if self.peer.val() {
            self.by_source.next = self.rule_match.val().destination_inside;
        }
        self.ports_equal.next = self.tuple_d3.q.val().ported & self.ports_equal_d3.q.val();

        self.source_leads.next = self.by_source.val();
        if self.pair_d3.q.val() {
            self.source_leads.next = self.address_order.source_first.val();
        }
        self.source_leads_d4.d.next = self.source_leads.val();
        self.pair_d4.d.next = self.pair_d3.q.val();
        self.by_source_d4.d.next = self.by_source.val();
        self.tuple_d4.d.next = self.tuple_d3.q.val();

        // One clock later: the key.
        self.source_d4.d.next = self.source.val();
        self.destination_d4.d.next = self.destination.val();
        self.address.source.next = self.source_d4.q.val();
        self.address.destination.next = self.destination_d4.q.val();
        self.address.pair.next = self.pair_d4.q.val();
        self.address.by_source.next = self.source_leads_d4.q.val();
        self.key_d5.d.next.address = self.address.address.val();
        self.port.next = self.tuple_d4.q.val().destination;
        if self.by_source_d4.q.val() {
            self.port.next = self.tuple_d4.q.val().source;
        }
        self.key_d5.d.next.tail =
            bit_cast::<16, 8>(self.port.val().get_bits::<8>(8)) | (bit_cast::<16, 8>(self.port.val().get_bits::<8>(0)) << 8);
        if !self.tuple_d4.q.val().ported {
            self.key_d5.d.next.tail = bit_cast::<16, 8>(self.tuple_d4.q.val().protocol) << 8;
        }

        self.key_reason.tuple.next = self.tuple_d3.q.val();
        self.key_reason.ports_equal.next = self.ports_equal_d3.q.val();
        self.key_reason.source_above.next = self.source_above_d3.q.val();
        self.key_reason.peer.next = self.peer.val();
        self.reason_d6.d.next = self.key_reason.reason.val();
        self.equal_d6.d.next = self.ports_equal.val();
        self.key.next = self.key_d5.q.val().into();
        self.reason.next = self.reason_d6.q.val();
        self.equal.next = self.equal_d6.q.val();
    }
}
