//! Questions 9 to 12: which side's endpoint, or which pair, is the key?

use crate::classify::classifier::RuleMatch;
use crate::classify::tuple_select::Tuple;
use crate::primitive::{Const, Reg, Shift};
use contract::code::Reason;
use rust_hdl::prelude::*;

/// Four bytes, to turn their order round.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Bytes4 {
    pub b0: Bits<8>,
    pub b1: Bits<8>,
    pub b2: Bits<8>,
    pub b3: Bits<8>,
}

/// Compares four bytes of two addresses as big-endian numbers. Latency: `STAGES` - 1.
#[derive(LogicBlock, Default)]
pub struct CompareWord<const STAGES: usize> {
    /// One, first byte least significant.
    pub a: Signal<In, Bits<32>>,
    /// The other.
    pub b: Signal<In, Bits<32>>,
    /// `a` is the smaller.
    pub below: Signal<Out, Bit>,
    /// They are equal.
    pub equal: Signal<Out, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    is_below: Shift<Bit, STAGES, 1, -1>,
    is_equal: Shift<Bit, STAGES, 1, -1>,
    turned_a: Signal<Local, Bytes4>,
    turned_b: Signal<Local, Bytes4>,
    number_a: Signal<Local, Bits<32>>,
    number_b: Signal<Local, Bits<32>>,
}

impl<const STAGES: usize> Logic for CompareWord<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, is_below, is_equal);
        self.turned_a.next.b0 = self.a.val().get_bits::<8>(24);
        self.turned_a.next.b1 = self.a.val().get_bits::<8>(16);
        self.turned_a.next.b2 = self.a.val().get_bits::<8>(8);
        self.turned_a.next.b3 = self.a.val().get_bits::<8>(0);
        self.turned_b.next.b0 = self.b.val().get_bits::<8>(24);
        self.turned_b.next.b1 = self.b.val().get_bits::<8>(16);
        self.turned_b.next.b2 = self.b.val().get_bits::<8>(8);
        self.turned_b.next.b3 = self.b.val().get_bits::<8>(0);
        self.number_a.next = self.turned_a.val().into();
        self.number_b.next = self.turned_b.val().into();
        self.is_below.d.next = self.number_a.val() < self.number_b.val();
        self.is_equal.d.next = self.a.val() == self.b.val();
        self.below.next = self.is_below.q.val();
        self.equal.next = self.is_equal.q.val();
    }
}

/// Two halves of an address.
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
    /// What the rule says, 1 + `STAGES` clocks later.
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
    words: [CompareWord<STAGES>; 4],
    ordered: Reg<Bit>,
    tuples: Shift<Tuple, STAGES, 1, 1>,
    ported: Reg<Bit>,
    pair: Shift<Bit, STAGES, 1, -1>,
    pair_then: Reg<Bit>,
    from: Shift<Bits<128>, STAGES, 1, -1>,
    to: Shift<Bits<128>, STAGES, 1, -1>,
    turned_from: Signal<Local, AddressHalves>,
    turned_to: Signal<Local, AddressHalves>,
    turned_from_bits: Signal<Local, Bits<128>>,
    turned_to_bits: Signal<Local, Bits<128>>,
    one: Reg<Bits<128>>,
    other: Reg<Bits<128>>,
    take_one: Signal<Local, Bit>,
    one_then: Reg<Bits<128>>,
    other_then: Reg<Bits<128>>,
    take_one_then: Reg<Bit>,
    by_source_then: Reg<Bit>,
    same: Reg<Bit>,
    above: Reg<Bit>,
    same_then: Shift<Bit, STAGES, 1, 0>,
    above_then: Shift<Bit, STAGES, 1, 0>,
    tuple_then: Reg<Tuple>,
    rest: Reg<KeyBytes>,
    why: Reg<Bits<5>>,
    equals: Reg<Bit>,
    peer: Signal<Local, Bit>,
    by_source: Signal<Local, Bit>,
    port: Signal<Local, Bits<16>>,
    ports_same: Signal<Local, Bit>,
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
        clock!(self, clock, ordered, tuples, ported, pair, pair_then, from, to, one, other, one_then, other_then, take_one_then);
        clock!(self, clock, same, above, same_then, above_then, by_source_then, tuple_then, rest, why, equals);

        // While the rules are asked: which port is the greater, which address the smaller?
        self.tuples.d.next = self.tuple.val();
        self.same.d.next = self.tuple.val().source == self.tuple.val().destination;
        self.above.d.next = self.tuple.val().source > self.tuple.val().destination;
        self.same_then.d.next = self.same.q.val();
        self.above_then.d.next = self.above.q.val();
        self.from.d.next = self.source.val();
        self.to.d.next = self.destination.val();
        for i in 0..4 {
            self.words[i].clock.next = self.clock.val();
            self.words[i].a.next = self.source.val().get_bits::<32>(32 * i);
            self.words[i].b.next = self.destination.val().get_bits::<32>(32 * i);
        }
        self.ordered.d.next = self.words[0].below.val()
            | (self.words[0].equal.val()
                & (self.words[1].below.val()
                    | (self.words[1].equal.val() & (self.words[2].below.val() | (self.words[2].equal.val() & self.words[3].below.val())))));

        // Before the rule_match: the pair key folds both addresses together so that both directions give the same; which is the first is known later.
        self.ported.d.next = self.tuple.val().ported;
        self.pair.d.next = !self.ported.q.val() | self.same.q.val();
        self.pair_then.d.next = self.pair.q.val();
        self.turned_from.next.low = self.from.q.val().get_bits::<64>(64);
        self.turned_from.next.high = self.from.q.val().get_bits::<64>(0);
        self.turned_to.next.low = self.to.q.val().get_bits::<64>(64);
        self.turned_to.next.high = self.to.q.val().get_bits::<64>(0);
        self.turned_from_bits.next = self.turned_from.val().into();
        self.turned_to_bits.next = self.turned_to.val().into();
        self.one.d.next = self.from.q.val();
        self.other.d.next = self.to.q.val();
        if self.pair.q.val() {
            self.one.d.next = self.from.q.val() ^ self.turned_to_bits.val();
            self.other.d.next = self.to.q.val() ^ self.turned_from_bits.val();
        }

        // With the rule_match: which of the two, and of that the first four bytes.
        self.peer.next =
            self.rule_match.val().key_on_peer & (self.rule_match.val().source_inside ^ self.rule_match.val().destination_inside);
        self.by_source.next = self.above_then.q.val();
        if self.peer.val() {
            self.by_source.next = self.rule_match.val().destination_inside;
        }
        self.ports_same.next = self.tuples.q.val().ported & self.same_then.q.val();

        self.take_one.next = self.by_source.val();
        if self.pair_then.q.val() {
            self.take_one.next = self.ordered.q.val();
        }
        self.first_word.next = self.other.q.val().get_bits::<32>(0);
        if self.take_one.val() {
            self.first_word.next = self.one.q.val().get_bits::<32>(0);
        }

        // Behind it: the other fourteen bytes, for which the hash has time.
        self.one_then.d.next = self.one.q.val();
        self.other_then.d.next = self.other.q.val();
        self.take_one_then.d.next = self.take_one.val();
        self.by_source_then.d.next = self.by_source.val();
        self.tuple_then.d.next = self.tuples.q.val();
        self.port.next = self.tuple_then.q.val().destination;
        if self.by_source_then.q.val() {
            self.port.next = self.tuple_then.q.val().source;
        }
        self.rest.d.next.address = self.other_then.q.val();
        if self.take_one_then.q.val() {
            self.rest.d.next.address = self.one_then.q.val();
        }
        self.rest.d.next.tail =
            bit_cast::<16, 8>(self.port.val().get_bits::<8>(8)) | (bit_cast::<16, 8>(self.port.val().get_bits::<8>(0)) << 8);
        if !self.tuple_then.q.val().ported {
            self.rest.d.next.tail = bit_cast::<16, 8>(self.tuple_then.q.val().protocol) << 8;
        }

        self.why.d.next = self.destination_side.val();
        if self.above_then.q.val() {
            self.why.d.next = self.source_side.val();
        }
        if self.peer.val() {
            self.why.d.next = self.peer_side.val();
        }
        if self.same_then.q.val() {
            self.why.d.next = self.equal_ports.val();
        }
        if !self.tuples.q.val().ported {
            self.why.d.next = self.other_protocol.val();
        }
        if self.tuples.q.val().embedded {
            self.why.d.next = self.icmp_error.val();
        }
        self.equals.d.next = self.ports_same.val();
        self.key.next = self.rest.q.val().into();
        self.reason.next = self.why.q.val();
        self.equal.next = self.equals.q.val();
    }
}
