//! Questions 1 to 3: is the frame for a group, and does it carry IP?

use super::link::Link;
use crate::bundle::{EarlyVerdict, GroupMac};
use crate::primitive::{Const, Reg, Shift};
use contract::code::{Reason, Verdict};
use rust_hdl::prelude::*;

/// Whether a frame is sent to one of the group MACs. Latency: `STAGES`.
#[derive(LogicBlock, Default)]
pub struct MacMatch<const STAGES: usize> {
    /// The destination MAC of the frame.
    pub destination: Signal<In, Bits<48>>,
    /// The address that is asked for.
    pub wanted: Signal<In, GroupMac>,
    /// The answer.
    pub hit: Signal<Out, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    low: Reg<Bit>,
    middle: Reg<Bit>,
    high: Reg<Bit>,
    equal: Shift<Bit, STAGES, 1, -1>,
    address: Signal<Local, Bits<48>>,
}

impl<const STAGES: usize> Logic for MacMatch<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, low, middle, high, equal);
        self.address.next = self.wanted.val().mac;
        self.low.d.next = self.wanted.val().enabled & (self.address.val().get_bits::<16>(0) == self.destination.val().get_bits::<16>(0));
        self.middle.d.next = self.address.val().get_bits::<16>(16) == self.destination.val().get_bits::<16>(16);
        self.high.d.next = self.address.val().get_bits::<16>(32) == self.destination.val().get_bits::<16>(32);
        self.equal.d.next = self.low.q.val() & self.middle.q.val() & self.high.q.val();
        self.hit.next = self.equal.q.val();
    }
}

/// Settles frames that are not for a group or not IP, and says how much of a frame there is.
///
/// Latency: `words` and `long` one clock, `pair` `STAGES`, `settled` one more.
#[derive(LogicBlock, Default)]
pub struct Ethernet<const STAGES: usize> {
    /// The destination MAC, first byte least significant.
    pub destination: Signal<In, Bits<48>>,
    /// What the EtherTypes say.
    pub link: Signal<In, Link>,
    /// Length of the frame in bytes; 129 stands for all above 128.
    pub bytes: Signal<In, Bits<8>>,
    /// Port on which it came in.
    pub port: Signal<In, Bits<8>>,
    /// The distributor decides.
    pub enable: Signal<In, Bit>,
    /// The addresses it decides for.
    pub macs: [Signal<In, GroupMac>; 8],
    /// Where frames are bridged to, by ingress port.
    pub pairs: [Signal<In, Bits<8>>; 2],

    /// Whole 32-bit words of the frame from byte 14 on, as far as they lie in the header window.
    pub words: Signal<Out, Bits<11>>,
    /// The frame goes on behind the header window.
    pub long: Signal<Out, Bit>,
    /// The answer.
    pub settled: Signal<Out, EarlyVerdict>,
    /// Where it goes if it is bridged.
    pub pair: Signal<Out, Bits<8>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    hits: [MacMatch<STAGES>; 8],
    enabled: Shift<Bit, STAGES, 1, 0>,
    runt: Shift<Bit, STAGES, 1, 0>,
    cut: Shift<Bit, STAGES, 1, 0>,
    other: Shift<Bit, STAGES, 1, 0>,
    rest: Reg<Bits<8>>,
    longer: Reg<Bit>,
    answer: Reg<EarlyVerdict>,
    paired: Shift<Bits<8>, STAGES, 1, 0>,
    hit: [Signal<Local, Bit>; 8],
    with_tag: Signal<Local, Bit>,
    twice: Signal<Local, Bit>,
    header: Const<8, 14>,
    one_tag: Const<8, 18>,
    two_tags: Const<8, 22>,
    whole_window: Const<8, 129>,
    no_tag: Const<2, 0>,
    both_tags: Const<2, 2>,
    bridge: Const<3, { Verdict::Bridge.code() as u64 }>,
    control: Const<3, { Verdict::Control.code() as u64 }>,
    disabled: Const<5, { Reason::Disabled.code() as u64 }>,
    is_runt: Const<5, { Reason::Runt.code() as u64 }>,
    not_for_group: Const<5, { Reason::NotForGroup.code() as u64 }>,
    not_ip: Const<5, { Reason::NotIp.code() as u64 }>,
    malformed: Const<5, { Reason::Malformed.code() as u64 }>,
}

impl<const STAGES: usize> Logic for Ethernet<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, enabled, runt, cut, other, rest, longer, answer, paired);

        // First clock: compare and measure.
        for i in 0..8 {
            self.hits[i].clock.next = self.clock.val();
            self.hits[i].destination.next = self.destination.val();
            self.hits[i].wanted.next = self.macs[i].val();
        }
        self.enabled.d.next = self.enable.val();
        self.runt.d.next = self.bytes.val() < self.header.val();
        self.with_tag.next = self.link.val().tags != self.no_tag.val();
        self.twice.next = self.link.val().tags == self.both_tags.val();
        self.cut.d.next =
            (self.with_tag.val() & (self.bytes.val() < self.one_tag.val())) | (self.twice.val() & (self.bytes.val() < self.two_tags.val()));
        self.other.d.next = self.link.val().third | (!self.link.val().v4 & !self.link.val().v6);
        self.rest.d.next = self.bytes.val() - self.header.val();
        self.longer.d.next = self.bytes.val() == self.whole_window.val();
        self.paired.d.next = self.pairs[0].val();
        if self.port.val().get_bit(0) {
            self.paired.d.next = self.pairs[1].val();
        }

        // Last clock: answer, the first question last.
        self.hit[0].next = self.hits[0].hit.val();
        for i in 1..8 {
            self.hit[i].next = self.hit[i - 1].val() | self.hits[i].hit.val();
        }
        self.answer.d.next.valid = !self.enabled.q.val() | self.runt.q.val() | !self.hit[7].val() | self.cut.q.val() | self.other.q.val();
        self.answer.d.next.verdict = self.control.val();
        self.answer.d.next.reason = self.not_ip.val();
        if self.cut.q.val() {
            self.answer.d.next.reason = self.malformed.val();
        }
        if !self.hit[7].val() {
            self.answer.d.next.verdict = self.bridge.val();
            self.answer.d.next.reason = self.not_for_group.val();
        }
        if self.runt.q.val() {
            self.answer.d.next.verdict = self.bridge.val();
            self.answer.d.next.reason = self.is_runt.val();
        }
        if !self.enabled.q.val() {
            self.answer.d.next.verdict = self.bridge.val();
            self.answer.d.next.reason = self.disabled.val();
        }
        self.words.next = bit_cast::<11, 6>(self.rest.q.val().get_bits::<6>(2));
        self.long.next = self.longer.q.val();
        self.settled.next = self.answer.q.val();
        self.pair.next = self.paired.q.val();
    }
}
