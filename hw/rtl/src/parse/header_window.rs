//! The header window: the first 128 bytes of a frame in one word.

use super::link::Link;
use super::next_header::{Headers, Kind, NextHeader};
use crate::primitive::{Array, Concat, Const, ConstSize, Reg, RstReg};
use crate::stream::beat::Beat;
use rust_hdl::prelude::*;

/// What stands in the three places where an EtherType can be.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct EtherTypes {
    /// A VLAN tag.
    pub vlan0: Bit,
    pub vlan1: Bit,
    pub vlan2: Bit,
    /// IPv4.
    pub v4_0: Bit,
    pub v4_1: Bit,
    pub v4_2: Bit,
    /// IPv6.
    pub v6_0: Bit,
    pub v6_1: Bit,
    pub v6_2: Bit,
}

/// Collects the first `BEATS` beats of each frame and launches them as one window, once per frame and in order; `HELD` is `BEATS - 1`.
///
/// A frame is launched in the clock after its last beat, or with its `BEATS`-th beat, whichever comes first, so that every frame of up to two
/// beats has the same latency. Latency: three clocks from the first beat taken, at two beats.
#[derive(LogicBlock, Default)]
pub struct HeaderWindow<const DATA_W: usize, const BEATS: usize, const HELD: usize> {
    /// From `Ingress`: a beat one clock after it was taken.
    pub fresh_valid: Signal<In, Bit>,
    /// Its bytes.
    pub fresh_data: Signal<In, Bits<DATA_W>>,
    /// The frame ends with it.
    pub fresh_last: Signal<In, Bit>,
    /// Its number in the frame, and between frames that of the next: bit 0 for the first, up to bit `BEATS` for all after the window.
    pub fresh_turn: Signal<In, Bits<8>>,
    /// From `Ingress`: the beat that was `fresh_valid` one clock ago.
    pub beat: Signal<In, Beat<DATA_W, 16>>,
    /// Bytes of its frame before it.
    pub offset: Signal<In, Bits<16>>,
    /// Bytes of its frame up to and with the beat before `beat`.
    pub length: Signal<In, Bits<16>>,
    /// Port on which `fresh_valid` came in.
    pub ingress: Signal<In, Bits<8>>,

    /// A frame is launched in this clock.
    pub valid: Signal<Out, Bit>,
    /// Its first 128 bytes, first byte least significant; undefined beyond its end.
    pub window: Signal<Out, Bits<1024>>,
    /// The eleven 32-bit words from its network header on.
    pub header: Signal<Out, Bits<352>>,
    /// What its EtherTypes announce.
    pub link: Signal<Out, Link>,
    /// What its next-header numbers announce, if it is IPv6.
    pub headers: Signal<Out, Headers>,
    /// Its length in bytes; 129 stands for all above 128.
    pub bytes: Signal<Out, Bits<8>>,
    /// Port on which it came in.
    pub port: Signal<Out, Bits<8>>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    beats_held: Array<Reg<Bits<DATA_W>>, HELD>,
    window_now: Concat<DATA_W, BEATS, 1024>,
    types_held: Reg<EtherTypes>,
    types_now: Signal<Local, EtherTypes>,
    port_held: Reg<Bits<8>>,
    ended_early_d1: RstReg<Bit>,
    valid_d1: RstReg<Bit>,
    ended_early_d2: Reg<Bit>,
    window_d1: Reg<Bits<1024>>,
    header_d1: Reg<Bits<352>>,
    link_d1: Reg<Link>,
    headers_d1: Reg<Headers>,
    beat_repeated: Concat<DATA_W, BEATS, 1024>,
    first_numbers: [NextHeader; 3],
    first_kinds_held: [Reg<Kind>; 3],
    second_numbers: [NextHeader; 3],
    second_kinds_held: [Reg<Kind>; 3],
    second_number_turn: Signal<Local, Bits<8>>,
    beats: ConstSize<8, BEATS>,
    port_d1: Reg<Bits<8>>,
    is_held: Signal<Local, Bit>,
    is_last: Signal<Local, Bit>,
    launch: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    beat_bytes: Signal<Local, Bits<7>>,
    ether_type0: Signal<Local, Bits<16>>,
    ether_type1: Signal<Local, Bits<16>>,
    ether_type2: Signal<Local, Bits<16>>,
    types: Signal<Local, EtherTypes>,
    measured: Signal<Local, Bits<16>>,
    customer_tag: Const<16, { 0x8100_u16.swap_bytes() as u64 }>,
    service_tag: Const<16, { 0x88a8_u16.swap_bytes() as u64 }>,
    ipv4: Const<16, { 0x0800_u16.swap_bytes() as u64 }>,
    ipv6: Const<16, { 0x86dd_u16.swap_bytes() as u64 }>,
    none: Const<2, 0>,
    one: Const<2, 1>,
    two: Const<2, 2>,
    longer: Const<8, 129>,
}

impl<const DATA_W: usize, const BEATS: usize, const HELD: usize> Logic for HeaderWindow<DATA_W, BEATS, HELD> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(
            self,
            clock,
            types_held,
            port_held,
            ended_early_d1,
            valid_d1,
            ended_early_d2,
            window_d1,
            header_d1,
            link_d1,
            port_d1,
            headers_d1
        );
        self.ended_early_d1.rst.next = self.rst.val();
        self.valid_d1.rst.next = self.rst.val();

        // All beats of the window but the last wait in `beats_held`; the last is still fresh when the frame is launched. A place takes what comes as
        // long as it is its turn, so that no wide enable waits for `fresh_valid`: what it keeps is the beat with which the turn goes on.
        for i in 0..HELD {
            self.beats_held[i].clock.next = self.clock.val();
            self.beats_held[i].d.next = self.beats_held[i].q.val();
            if self.fresh_turn.val().get_bit(i) {
                self.beats_held[i].d.next = self.fresh_data.val();
            }
            self.window_now.part[i].next = self.beats_held[i].q.val();
        }
        for i in HELD..BEATS {
            self.window_now.part[i].next = self.fresh_data.val();
        }

        // Question 3: the EtherTypes lie in the first beat, after zero, one or two tags.
        self.ether_type0.next = self.fresh_data.val().get_bits::<16>(96);
        self.ether_type1.next = self.fresh_data.val().get_bits::<16>(128);
        self.ether_type2.next = self.fresh_data.val().get_bits::<16>(160);
        self.types.next.vlan0 = (self.ether_type0.val() == self.customer_tag.val()) | (self.ether_type0.val() == self.service_tag.val());
        self.types.next.vlan1 = (self.ether_type1.val() == self.customer_tag.val()) | (self.ether_type1.val() == self.service_tag.val());
        self.types.next.vlan2 = (self.ether_type2.val() == self.customer_tag.val()) | (self.ether_type2.val() == self.service_tag.val());
        self.types.next.v4_0 = self.ether_type0.val() == self.ipv4.val();
        self.types.next.v4_1 = self.ether_type1.val() == self.ipv4.val();
        self.types.next.v4_2 = self.ether_type2.val() == self.ipv4.val();
        self.types.next.v6_0 = self.ether_type0.val() == self.ipv6.val();
        self.types.next.v6_1 = self.ether_type1.val() == self.ipv6.val();
        self.types.next.v6_2 = self.ether_type2.val() == self.ipv6.val();
        self.types_held.d.next = self.types_held.q.val();
        self.port_held.d.next = self.port_held.q.val();
        if self.fresh_turn.val().get_bit(0) {
            self.types_held.d.next = self.types.val();
            self.port_held.d.next = self.ingress.val();
        }

        // What the next-header numbers announce is told in all three places, too. The first number, at byte 20, 24 or 28, comes in the first
        // beat, the second, 34 bytes further, in the last beat of the first 64 bytes of the window.
        for i in 0..BEATS {
            self.beat_repeated.part[i].next = self.fresh_data.val();
        }
        self.second_number_turn.next = (self.fresh_turn.val() << 1) & self.beats.val();
        for i in 0..3 {
            self.first_kinds_held[i].clock.next = self.clock.val();
            self.second_kinds_held[i].clock.next = self.clock.val();
            self.first_numbers[i].number.next = self.beat_repeated.q.val().get_bits::<8>(160 + 32 * i);
            self.second_numbers[i].number.next = self.beat_repeated.q.val().get_bits::<8>(432 + 32 * i);
            self.first_kinds_held[i].d.next = self.first_kinds_held[i].q.val();
            self.second_kinds_held[i].d.next = self.second_kinds_held[i].q.val();
            if self.fresh_turn.val().get_bit(0) {
                self.first_kinds_held[i].d.next = self.first_numbers[i].kind.val();
            }
            if self.second_number_turn.val().any() {
                self.second_kinds_held[i].d.next = self.second_numbers[i].kind.val();
            }
        }

        // Launch: the window, and the words from the network header on.
        self.is_held.next = false;
        for i in 0..HELD {
            if self.fresh_turn.val().get_bit(i) {
                self.is_held.next = true;
            }
        }
        self.is_last.next = false;
        for i in HELD..BEATS {
            if self.fresh_turn.val().get_bit(i) {
                self.is_last.next = true;
            }
        }
        self.ended_early_d1.d.next = self.fresh_valid.val() & self.fresh_last.val() & self.is_held.val();
        self.launch.next = self.ended_early_d1.q.val() | (self.fresh_valid.val() & self.is_last.val());
        self.valid_d1.d.next = self.launch.val();
        self.ended_early_d2.d.next = self.ended_early_d1.q.val();
        self.window_d1.d.next = self.window_now.q.val();
        self.types_now.next = self.types_held.q.val();
        self.link_d1.d.next.tags = self.none.val();
        self.link_d1.d.next.third = self.types_now.val().vlan0 & self.types_now.val().vlan1 & self.types_now.val().vlan2;
        self.link_d1.d.next.v4 = self.types_now.val().v4_0;
        self.link_d1.d.next.v6 = self.types_now.val().v6_0;
        self.port_d1.d.next = self.port_held.q.val();
        self.header_d1.d.next = self.window_now.q.val().get_bits::<352>(112);
        self.headers_d1.d.next.first = self.first_kinds_held[0].q.val();
        self.headers_d1.d.next.second = self.second_kinds_held[0].q.val();
        if self.types_now.val().vlan0 {
            self.link_d1.d.next.tags = self.one.val();
            self.link_d1.d.next.v4 = self.types_now.val().v4_1;
            self.link_d1.d.next.v6 = self.types_now.val().v6_1;
            self.header_d1.d.next = self.window_now.q.val().get_bits::<352>(144);
            self.headers_d1.d.next.first = self.first_kinds_held[1].q.val();
            self.headers_d1.d.next.second = self.second_kinds_held[1].q.val();
            if self.types_now.val().vlan1 {
                self.link_d1.d.next.tags = self.two.val();
                self.link_d1.d.next.v4 = self.types_now.val().v4_2;
                self.link_d1.d.next.v6 = self.types_now.val().v6_2;
                self.header_d1.d.next = self.window_now.q.val().get_bits::<352>(176);
                self.headers_d1.d.next.first = self.first_kinds_held[2].q.val();
                self.headers_d1.d.next.second = self.second_kinds_held[2].q.val();
            }
        }

        // The last beat is measured one clock later than it is launched.
        self.beat_bytes.next = self.beat.val().bytes;
        self.ends.next = self.beat.val().last;
        self.measured.next = self.offset.val() + bit_cast::<16, 7>(self.beat_bytes.val());
        self.bytes.next = self.longer.val();
        if self.ended_early_d2.q.val() {
            self.bytes.next = self.length.val().get_bits::<8>(0);
        } else if self.ends.val() {
            self.bytes.next = self.measured.val().get_bits::<8>(0);
        }
        self.valid.next = self.valid_d1.q.val();
        self.window.next = self.window_d1.q.val();
        self.header.next = self.header_d1.q.val();
        self.link.next = self.link_d1.q.val();
        self.headers.next = self.headers_d1.q.val();
        self.port.next = self.port_d1.q.val();
    }
}
