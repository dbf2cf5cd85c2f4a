//! Questions 1 to 3: is the frame for a group, and does it carry IP?

use super::link::Link;
use super::mac_match::MacMatch;
use crate::bundle::{EarlyVerdict, GroupMac};
use crate::primitive::{Const, Reg, Shift};
use contract::code::{Reason, Verdict};
use contract::limits::PORTS;
use rust_hdl::prelude::*;

const _: () = assert!(PORTS == 2, "bit 0 of the ingress port selects the pair");

/// Decides frames that are not for a group or not IP, and measures how much of the frame is in the window.
///
/// Latency: `words`, `long` and `pair` `STAGES` clocks, `early_verdict` 2 `STAGES` - 1.
#[derive(LogicBlock, Default)]
pub struct Ethernet<const STAGES: usize> {
    /// The destination MAC, first byte least significant.
    pub destination: Signal<In, Bits<48>>,
    /// What the EtherTypes announce.
    pub link: Signal<In, Link>,
    /// Length of the frame in bytes, one clock later; 129 stands for all above 128.
    pub bytes: Signal<In, Bits<8>>,
    /// Port on which it came in.
    pub port: Signal<In, Bits<8>>,
    /// The distributor decides.
    pub enable: Signal<In, Bit>,
    /// Neighbour questions to everybody go to the host.
    pub neighbours: Signal<In, Bit>,
    /// The addresses it decides for.
    pub macs: [Signal<In, GroupMac>; 8],
    /// Where frames are bridged to, by ingress port.
    pub pairs: [Signal<In, Bits<8>>; PORTS],

    /// Whole 32-bit words of the frame from byte 14 on, as far as they lie in the header window.
    pub words: Signal<Out, Bits<11>>,
    /// The frame continues after the header window.
    pub long: Signal<Out, Bit>,
    /// The answer.
    pub early_verdict: Signal<Out, EarlyVerdict>,
    /// Where it goes if it is bridged.
    pub pair: Signal<Out, Bits<8>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    mac_matches: [MacMatch<STAGES>; 8],
    enabled_d2: Shift<Bit, STAGES, 1, 0>,
    arp_question: MacMatch<STAGES>,
    to_solicited_d1: Reg<Bit>,
    solicitation_d2: Shift<Bit, STAGES, 1, -1>,
    runt_d2: Shift<Bit, STAGES, 1, -1>,
    cut_d2: Shift<Bit, STAGES, 1, -1>,
    other_type_d2: Shift<Bit, STAGES, 1, 0>,
    tagged_d1: Reg<Bit>,
    twice_d1: Reg<Bit>,
    words_d2: Shift<Bits<6>, STAGES, 1, -1>,
    long_d2: Shift<Bit, STAGES, 1, -1>,
    early_verdict_d3: Shift<EarlyVerdict, STAGES, 1, -1>,
    pair_d2: Shift<Bits<8>, STAGES, 1, 0>,
    any_hit: [Signal<Local, Bit>; 8],
    broadcast: Const<48, { (1 << 48) - 1 }>,
    solicited_node: Const<24, { u32::from_le_bytes([0x33, 0x33, 0xff, 0]) as u64 }>,
    bytes_left: Signal<Local, Bits<8>>,
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
    neighbour: Const<5, { Reason::Neighbour.code() as u64 }>,
    not_ip: Const<5, { Reason::NotIp.code() as u64 }>,
    malformed: Const<5, { Reason::Malformed.code() as u64 }>,
}

impl<const STAGES: usize> Logic for Ethernet<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, enabled_d2, runt_d2, cut_d2, other_type_d2, tagged_d1, twice_d1, words_d2, long_d2);
        clock!(self, clock, early_verdict_d3, pair_d2, arp_question, to_solicited_d1, solicitation_d2);

        // Questions 1 to 3, first clock: compare.
        for i in 0..8 {
            self.mac_matches[i].clock.next = self.clock.val();
            self.mac_matches[i].destination.next = self.destination.val();
            self.mac_matches[i].wanted.next = self.macs[i].val();
        }
        self.arp_question.destination.next = self.destination.val();
        self.arp_question.wanted.next.mac = self.broadcast.val();
        self.arp_question.wanted.next.enabled = self.link.val().arp & self.neighbours.val();
        self.to_solicited_d1.d.next = self.neighbours.val() & (self.destination.val().get_bits::<24>(0) == self.solicited_node.val());
        self.enabled_d2.d.next = self.enable.val();
        self.tagged_d1.d.next = self.link.val().tags != self.no_tag.val();
        self.twice_d1.d.next = self.link.val().tags == self.both_tags.val();
        self.other_type_d2.d.next = !self.link.val().v4 & !self.link.val().v6;
        self.pair_d2.d.next = self.pairs[0].val();
        if self.port.val().get_bit(0) {
            self.pair_d2.d.next = self.pairs[1].val();
        }

        // Second clock: measure.
        self.solicitation_d2.d.next = self.to_solicited_d1.q.val();
        self.runt_d2.d.next = self.bytes.val() < self.header.val();
        self.cut_d2.d.next = (self.tagged_d1.q.val() & (self.bytes.val() < self.one_tag.val()))
            | (self.twice_d1.q.val() & (self.bytes.val() < self.two_tags.val()));
        self.bytes_left.next = self.bytes.val() - self.header.val();
        self.words_d2.d.next = self.bytes_left.val().get_bits::<6>(2);
        self.long_d2.d.next = self.bytes.val() == self.whole_window.val();

        // Questions 1 to 3, last clock: the verdict; the first question overrides the later ones.
        self.any_hit[0].next = self.mac_matches[0].hit.val();
        for i in 1..8 {
            self.any_hit[i].next = self.any_hit[i - 1].val() | self.mac_matches[i].hit.val();
        }
        self.early_verdict_d3.d.next.valid =
            !self.enabled_d2.q.val() | self.runt_d2.q.val() | !self.any_hit[7].val() | self.cut_d2.q.val() | self.other_type_d2.q.val();
        self.early_verdict_d3.d.next.verdict = self.control.val();
        self.early_verdict_d3.d.next.reason = self.not_ip.val();
        if self.cut_d2.q.val() {
            self.early_verdict_d3.d.next.reason = self.malformed.val();
        }
        if !self.any_hit[7].val() {
            self.early_verdict_d3.d.next.verdict = self.bridge.val();
            self.early_verdict_d3.d.next.reason = self.not_for_group.val();
            if self.solicitation_d2.q.val() | (self.arp_question.hit.val() & !self.cut_d2.q.val()) {
                self.early_verdict_d3.d.next.verdict = self.control.val();
                self.early_verdict_d3.d.next.reason = self.neighbour.val();
            }
        }
        if self.runt_d2.q.val() {
            self.early_verdict_d3.d.next.verdict = self.bridge.val();
            self.early_verdict_d3.d.next.reason = self.is_runt.val();
        }
        if !self.enabled_d2.q.val() {
            self.early_verdict_d3.d.next.verdict = self.bridge.val();
            self.early_verdict_d3.d.next.reason = self.disabled.val();
        }
        self.words.next = bit_cast::<11, 6>(self.words_d2.q.val());
        self.long.next = self.long_d2.q.val();
        self.early_verdict.next = self.early_verdict_d3.q.val();
        self.pair.next = self.pair_d2.q.val();
    }
}
