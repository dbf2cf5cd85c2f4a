//! The header window: the first 128 bytes of a frame, side by side.

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

/// Collects the first `BEATS` beats of each frame and launches them as one window, once per frame, in order; `HELD` is `BEATS - 1`.
///
/// A frame is launched in the clock after its last beat, or with its `BEATS`-th beat, whichever comes first, so that every frame of up to two
/// beats has the same latency. Latency: three clocks from the first beat taken, at two beats.
#[derive(LogicBlock, Default)]
pub struct HeaderWindow<const DATA_W: usize, const BEATS: usize, const HELD: usize> {
    /// From `Ingress`: a beat one clock after it was taken.
    pub fresh: Signal<In, Bit>,
    /// Its bytes.
    pub fresh_data: Signal<In, Bits<DATA_W>>,
    /// The frame ends with it.
    pub fresh_last: Signal<In, Bit>,
    /// Its number in the frame, and between frames that of the next: bit 0 for the first, up to bit `BEATS` for all behind the window.
    pub fresh_turn: Signal<In, Bits<8>>,
    /// From `Ingress`: the beat that was `fresh` one clock ago.
    pub beat: Signal<In, Beat<DATA_W, 16>>,
    /// Bytes of its frame before it.
    pub offset: Signal<In, Bits<16>>,
    /// Bytes of its frame up to and with the beat before `beat`.
    pub length: Signal<In, Bits<16>>,
    /// Port on which `fresh` came in.
    pub ingress: Signal<In, Bits<8>>,

    /// A frame is launched in this clock.
    pub launched: Signal<Out, Bit>,
    /// Its first 128 bytes, first byte least significant; undefined beyond its end.
    pub window: Signal<Out, Bits<1024>>,
    /// The eleven 32-bit words from its network header on.
    pub header: Signal<Out, Bits<352>>,
    /// What its EtherTypes say.
    pub link: Signal<Out, Link>,
    /// What its next-header numbers say, if it is IPv6.
    pub headers: Signal<Out, Headers>,
    /// Its length in bytes; 129 stands for all above 128.
    pub bytes: Signal<Out, Bits<8>>,
    /// Port on which it came in.
    pub port: Signal<Out, Bits<8>>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    parts: Array<Reg<Bits<DATA_W>>, HELD>,
    joined: Concat<DATA_W, BEATS, 1024>,
    first: Reg<EtherTypes>,
    now: Signal<Local, EtherTypes>,
    first_port: Reg<Bits<8>>,
    ended_early: RstReg<Bit>,
    launch: RstReg<Bit>,
    early: Reg<Bit>,
    launch_window: Reg<Bits<1024>>,
    launch_header: Reg<Bits<352>>,
    launch_link: Reg<Link>,
    launch_headers: Reg<Headers>,
    repeated: Concat<DATA_W, BEATS, 1024>,
    firsts: [NextHeader; 3],
    first_kinds: [Reg<Kind>; 3],
    seconds: [NextHeader; 3],
    second_kinds: [Reg<Kind>; 3],
    half: Signal<Local, Bits<8>>,
    beats: ConstSize<8, BEATS>,
    launch_port: Reg<Bits<8>>,
    not_yet: Signal<Local, Bit>,
    complete: Signal<Local, Bit>,
    start: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    beat_bytes: Signal<Local, Bits<7>>,
    kind0: Signal<Local, Bits<16>>,
    kind1: Signal<Local, Bits<16>>,
    kind2: Signal<Local, Bits<16>>,
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
            first,
            first_port,
            ended_early,
            launch,
            early,
            launch_window,
            launch_header,
            launch_link,
            launch_port,
            launch_headers
        );
        self.ended_early.rst.next = self.rst.val();
        self.launch.rst.next = self.rst.val();

        // All beats of the window but the last wait in `parts`; the last is still fresh when the frame is launched. A place takes what comes as
        // long as it is its turn, so that no wide enable waits for `fresh`: what it keeps is the beat with which the turn goes on.
        for i in 0..HELD {
            self.parts[i].clock.next = self.clock.val();
            self.parts[i].d.next = self.parts[i].q.val();
            if self.fresh_turn.val().get_bit(i) {
                self.parts[i].d.next = self.fresh_data.val();
            }
            self.joined.part[i].next = self.parts[i].q.val();
        }
        for i in HELD..BEATS {
            self.joined.part[i].next = self.fresh_data.val();
        }

        // The EtherTypes lie in the first beat, behind zero, one or two tags.
        self.kind0.next = self.fresh_data.val().get_bits::<16>(96);
        self.kind1.next = self.fresh_data.val().get_bits::<16>(128);
        self.kind2.next = self.fresh_data.val().get_bits::<16>(160);
        self.types.next.vlan0 = (self.kind0.val() == self.customer_tag.val()) | (self.kind0.val() == self.service_tag.val());
        self.types.next.vlan1 = (self.kind1.val() == self.customer_tag.val()) | (self.kind1.val() == self.service_tag.val());
        self.types.next.vlan2 = (self.kind2.val() == self.customer_tag.val()) | (self.kind2.val() == self.service_tag.val());
        self.types.next.v4_0 = self.kind0.val() == self.ipv4.val();
        self.types.next.v4_1 = self.kind1.val() == self.ipv4.val();
        self.types.next.v4_2 = self.kind2.val() == self.ipv4.val();
        self.types.next.v6_0 = self.kind0.val() == self.ipv6.val();
        self.types.next.v6_1 = self.kind1.val() == self.ipv6.val();
        self.types.next.v6_2 = self.kind2.val() == self.ipv6.val();
        self.first.d.next = self.first.q.val();
        self.first_port.d.next = self.first_port.q.val();
        if self.fresh_turn.val().get_bit(0) {
            self.first.d.next = self.types.val();
            self.first_port.d.next = self.ingress.val();
        }

        // What the next-header numbers announce is told in all three places, too. The first number, at byte 20, 24 or 28, comes in the first
        // beat, the second, 34 bytes further, in the last beat of the window's first half.
        for i in 0..BEATS {
            self.repeated.part[i].next = self.fresh_data.val();
        }
        self.half.next = (self.fresh_turn.val() << 1) & self.beats.val();
        for i in 0..3 {
            self.first_kinds[i].clock.next = self.clock.val();
            self.second_kinds[i].clock.next = self.clock.val();
            self.firsts[i].number.next = self.repeated.q.val().get_bits::<8>(160 + 32 * i);
            self.seconds[i].number.next = self.repeated.q.val().get_bits::<8>(432 + 32 * i);
            self.first_kinds[i].d.next = self.first_kinds[i].q.val();
            self.second_kinds[i].d.next = self.second_kinds[i].q.val();
            if self.fresh_turn.val().get_bit(0) {
                self.first_kinds[i].d.next = self.firsts[i].kind.val();
            }
            if self.half.val().any() {
                self.second_kinds[i].d.next = self.seconds[i].kind.val();
            }
        }

        // Launch.
        self.not_yet.next = false;
        for i in 0..HELD {
            if self.fresh_turn.val().get_bit(i) {
                self.not_yet.next = true;
            }
        }
        self.complete.next = false;
        for i in HELD..BEATS {
            if self.fresh_turn.val().get_bit(i) {
                self.complete.next = true;
            }
        }
        self.ended_early.d.next = self.fresh.val() & self.fresh_last.val() & self.not_yet.val();
        self.start.next = self.ended_early.q.val() | (self.fresh.val() & self.complete.val());
        self.launch.d.next = self.start.val();
        self.early.d.next = self.ended_early.q.val();
        self.launch_window.d.next = self.joined.q.val();
        self.now.next = self.first.q.val();
        self.launch_link.d.next.tags = self.none.val();
        self.launch_link.d.next.third = self.now.val().vlan0 & self.now.val().vlan1 & self.now.val().vlan2;
        self.launch_link.d.next.v4 = self.now.val().v4_0;
        self.launch_link.d.next.v6 = self.now.val().v6_0;
        self.launch_port.d.next = self.first_port.q.val();
        self.launch_header.d.next = self.joined.q.val().get_bits::<352>(112);
        self.launch_headers.d.next.first = self.first_kinds[0].q.val();
        self.launch_headers.d.next.second = self.second_kinds[0].q.val();
        if self.now.val().vlan0 {
            self.launch_link.d.next.tags = self.one.val();
            self.launch_link.d.next.v4 = self.now.val().v4_1;
            self.launch_link.d.next.v6 = self.now.val().v6_1;
            self.launch_header.d.next = self.joined.q.val().get_bits::<352>(144);
            self.launch_headers.d.next.first = self.first_kinds[1].q.val();
            self.launch_headers.d.next.second = self.second_kinds[1].q.val();
            if self.now.val().vlan1 {
                self.launch_link.d.next.tags = self.two.val();
                self.launch_link.d.next.v4 = self.now.val().v4_2;
                self.launch_link.d.next.v6 = self.now.val().v6_2;
                self.launch_header.d.next = self.joined.q.val().get_bits::<352>(176);
                self.launch_headers.d.next.first = self.first_kinds[2].q.val();
                self.launch_headers.d.next.second = self.second_kinds[2].q.val();
            }
        }

        // The last beat is measured one clock later than it is launched.
        self.beat_bytes.next = self.beat.val().bytes;
        self.ends.next = self.beat.val().last;
        self.measured.next = self.offset.val() + bit_cast::<16, 7>(self.beat_bytes.val());
        self.bytes.next = self.longer.val();
        if self.early.q.val() {
            self.bytes.next = self.length.val().get_bits::<8>(0);
        } else if self.ends.val() {
            self.bytes.next = self.measured.val().get_bits::<8>(0);
        }
        self.launched.next = self.launch.q.val();
        self.window.next = self.launch_window.q.val();
        self.header.next = self.launch_header.q.val();
        self.link.next = self.launch_link.q.val();
        self.headers.next = self.launch_headers.q.val();
        self.port.next = self.launch_port.q.val();
    }
}
