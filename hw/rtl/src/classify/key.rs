//! Questions 9 to 12: which side's endpoint, or which pair, is the key?

use super::compare_word::CompareWord;
use super::range_match::RuleMatch;
use super::tuple_select::Tuple;
use crate::primitive::{Const, Reg, Shift};
use contract::code::Reason;
use rust_hdl::prelude::*;

/// The two 64-bit words of an address.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct AddressHalves {
    pub low: Bits<64>,
    pub high: Bits<64>,
}

/// The 18 bytes that are hashed.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct KeyBytes {
    /// An address, or two folded together.
    pub address: Bits<128>,
    /// Bytes 16 and 17, the first least significant.
    pub tail: Bits<16>,
}

/// Chooses the key.
///
/// Latency: `reason` and `equal` from `tuple` 2 + `STAGES` clocks, from `rule_match` one; `key` one clock more. `first_word` comes in the clock of `rule_match`.
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
    /// Its first four bytes, first byte least significant: the hash wants them first.
    pub first_word: Signal<Out, Bits<32>>,
    /// The key, byte 0 least significant.
    pub key: Signal<Out, Bits<144>>,
    /// Why this key.
    pub reason: Signal<Out, Bits<5>>,
    /// The ports are equal.
    pub equal: Signal<Out, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    compare_words: [CompareWord<STAGES>; 4],
    source_first_d3: Reg<Bit>,
    tuple_d3: Shift<Tuple, STAGES, 1, 1>,
    ported_d1: Reg<Bit>,
    pair_d2: Shift<Bit, STAGES, 1, -1>,
    pair_d3: Reg<Bit>,
    source_d2: Shift<Bits<128>, STAGES, 1, -1>,
    destination_d2: Shift<Bits<128>, STAGES, 1, -1>,
    turned_source: Signal<Local, AddressHalves>,
    turned_destination: Signal<Local, AddressHalves>,
    turned_source_bits: Signal<Local, Bits<128>>,
    turned_destination_bits: Signal<Local, Bits<128>>,
    a_d3: Reg<Bits<128>>,
    b_d3: Reg<Bits<128>>,
    select_a: Signal<Local, Bit>,
    a_d4: Reg<Bits<128>>,
    b_d4: Reg<Bits<128>>,
    select_a_d4: Reg<Bit>,
    by_source_d4: Reg<Bit>,
    ports_equal_d1: Reg<Bit>,
    source_above_d1: Reg<Bit>,
    ports_equal_d3: Shift<Bit, STAGES, 1, 0>,
    source_above_d3: Shift<Bit, STAGES, 1, 0>,
    tuple_d4: Reg<Tuple>,
    key_d5: Reg<KeyBytes>,
    reason_d4: Reg<Bits<5>>,
    equal_d4: Reg<Bit>,
    peer: Signal<Local, Bit>,
    by_source: Signal<Local, Bit>,
    port: Signal<Local, Bits<16>>,
    ports_equal: Signal<Local, Bit>,
    icmp_error: Const<5, { Reason::IcmpError.code() as u64 }>,
    other_protocol: Const<5, { Reason::OtherProtocol.code() as u64 }>,
    equal_ports: Const<5, { Reason::EqualPorts.code() as u64 }>,
    peer_side: Const<5, { Reason::PeerSide.code() as u64 }>,
    source_side: Const<5, { Reason::SourceSide.code() as u64 }>,
    destination_side: Const<5, { Reason::DestinationSide.code() as u64 }>,
}

impl<const STAGES: usize> Logic for Key<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(
            self,
            clock,
            source_first_d3,
            tuple_d3,
            ported_d1,
            pair_d2,
            pair_d3,
            source_d2,
            destination_d2,
            a_d3,
            b_d3,
            a_d4,
            b_d4,
            select_a_d4
        );
        clock!(
            self,
            clock,
            ports_equal_d1,
            source_above_d1,
            ports_equal_d3,
            source_above_d3,
            by_source_d4,
            tuple_d4,
            key_d5,
            reason_d4,
            equal_d4
        );

        // In step with question 8: which port is the greater, which address the smaller?
        self.tuple_d3.d.next = self.tuple.val();
        self.ports_equal_d1.d.next = self.tuple.val().source == self.tuple.val().destination;
        self.source_above_d1.d.next = self.tuple.val().source > self.tuple.val().destination;
        self.ports_equal_d3.d.next = self.ports_equal_d1.q.val();
        self.source_above_d3.d.next = self.source_above_d1.q.val();
        self.source_d2.d.next = self.source.val();
        self.destination_d2.d.next = self.destination.val();
        for i in 0..4 {
            self.compare_words[i].clock.next = self.clock.val();
            self.compare_words[i].a.next = self.source.val().get_bits::<32>(32 * i);
            self.compare_words[i].b.next = self.destination.val().get_bits::<32>(32 * i);
        }
        self.source_first_d3.d.next = self.compare_words[0].below.val()
            | (self.compare_words[0].equal.val()
                & (self.compare_words[1].below.val()
                    | (self.compare_words[1].equal.val()
                        & (self.compare_words[2].below.val() | (self.compare_words[2].equal.val() & self.compare_words[3].below.val())))));

        // Question 12: the pair key folds both addresses together, so that both directions give the same key; which comes first is known later.
        self.ported_d1.d.next = self.tuple.val().ported;
        self.pair_d2.d.next = !self.ported_d1.q.val() | self.ports_equal_d1.q.val();
        self.pair_d3.d.next = self.pair_d2.q.val();
        self.turned_source.next.low = self.source_d2.q.val().get_bits::<64>(64);
        self.turned_source.next.high = self.source_d2.q.val().get_bits::<64>(0);
        self.turned_destination.next.low = self.destination_d2.q.val().get_bits::<64>(64);
        self.turned_destination.next.high = self.destination_d2.q.val().get_bits::<64>(0);
        self.turned_source_bits.next = self.turned_source.val().into();
        self.turned_destination_bits.next = self.turned_destination.val().into();
        self.a_d3.d.next = self.source_d2.q.val();
        self.b_d3.d.next = self.destination_d2.q.val();
        if self.pair_d2.q.val() {
            self.a_d3.d.next = self.source_d2.q.val() ^ self.turned_destination_bits.val();
            self.b_d3.d.next = self.destination_d2.q.val() ^ self.turned_source_bits.val();
        }

        // Questions 9 to 11, with the rule that matches: which side is the key, and the first four bytes of that side.
        self.peer.next =
            self.rule_match.val().key_on_peer & (self.rule_match.val().source_inside ^ self.rule_match.val().destination_inside);
        self.by_source.next = self.source_above_d3.q.val();
        if self.peer.val() {
            self.by_source.next = self.rule_match.val().destination_inside;
        }
        self.ports_equal.next = self.tuple_d3.q.val().ported & self.ports_equal_d3.q.val();

        self.select_a.next = self.by_source.val();
        if self.pair_d3.q.val() {
            self.select_a.next = self.source_first_d3.q.val();
        }
        self.first_word.next = self.b_d3.q.val().get_bits::<32>(0);
        if self.select_a.val() {
            self.first_word.next = self.a_d3.q.val().get_bits::<32>(0);
        }

        // One clock later: the other fourteen bytes; the hash reads them later than the first four.
        self.a_d4.d.next = self.a_d3.q.val();
        self.b_d4.d.next = self.b_d3.q.val();
        self.select_a_d4.d.next = self.select_a.val();
        self.by_source_d4.d.next = self.by_source.val();
        self.tuple_d4.d.next = self.tuple_d3.q.val();
        self.port.next = self.tuple_d4.q.val().destination;
        if self.by_source_d4.q.val() {
            self.port.next = self.tuple_d4.q.val().source;
        }
        self.key_d5.d.next.address = self.b_d4.q.val();
        if self.select_a_d4.q.val() {
            self.key_d5.d.next.address = self.a_d4.q.val();
        }
        self.key_d5.d.next.tail =
            bit_cast::<16, 8>(self.port.val().get_bits::<8>(8)) | (bit_cast::<16, 8>(self.port.val().get_bits::<8>(0)) << 8);
        if !self.tuple_d4.q.val().ported {
            self.key_d5.d.next.tail = bit_cast::<16, 8>(self.tuple_d4.q.val().protocol) << 8;
        }

        self.reason_d4.d.next = self.destination_side.val();
        if self.source_above_d3.q.val() {
            self.reason_d4.d.next = self.source_side.val();
        }
        if self.peer.val() {
            self.reason_d4.d.next = self.peer_side.val();
        }
        if self.ports_equal_d3.q.val() {
            self.reason_d4.d.next = self.equal_ports.val();
        }
        if !self.tuple_d3.q.val().ported {
            self.reason_d4.d.next = self.other_protocol.val();
        }
        if self.tuple_d3.q.val().embedded {
            self.reason_d4.d.next = self.icmp_error.val();
        }
        self.equal_d4.d.next = self.ports_equal.val();
        self.key.next = self.key_d5.q.val().into();
        self.reason.next = self.reason_d4.q.val();
        self.equal.next = self.equal_d4.q.val();
    }
}
