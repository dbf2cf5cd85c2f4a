//! Question 6: the packet inside an ICMP error.

pub mod error_type;
pub mod hop;

use super::extent::Extent;
use super::head::{Head, Reached};
use super::ip_header::IpHeader;
use super::next_header::{Kind, NextHeader};
use super::ported::Ported;
use super::span::Span;
use crate::primitive::{Const, Reg, RstReg, Shift};
use error_type::ErrorType;
use hop::{Hop, HopFields};
use rust_hdl::prelude::*;

/// How many words the first extension header has after its first two. Shape: a number, 4 or more for all from there on, which is beyond the window.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Further {
    /// Bits 1:0.
    pub words: Bits<2>,
    /// It is more than 3.
    pub far: Bit,
}

/// Where the embedded packet's headers have led.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Ending {
    /// Where its transport header begins, in words from its start, if that is below 64.
    pub position: Bits<6>,
    /// Its protocol.
    pub protocol: Bits<8>,
}

/// Walks the headers of the embedded packet, which begins 8 bytes after the start of the ICMP header.
///
/// Latency: from `reached` to the outputs 2 `STAGES`, combinational at the end. With one register a step, its clocks fall together in twos.
#[derive(LogicBlock, Default)]
pub struct Icmp<const STAGES: usize> {
    /// How much of the frame there is, one clock earlier than `reached`.
    pub extent: Signal<In, Extent>,
    /// The frame from byte 14 on, as far as the header window goes.
    pub rest: Signal<In, Bits<1024>>,
    /// Where the outer walk has ended.
    pub reached: Signal<In, Reached>,
    /// The outer packet is IPv6.
    pub v6: Signal<In, Bit>,
    /// The outer transport header's first 32 bits, `STAGES` clocks later than `reached`.
    pub word: Signal<In, Bits<32>>,

    /// The message is an error, and carries enough of the packet.
    pub usable: Signal<Out, Bit>,
    /// The embedded packet's ports, first byte least significant.
    pub ports: Signal<Out, Bits<32>>,
    /// The embedded packet's protocol.
    pub protocol: Signal<Out, Bits<8>>,
    /// Its source address as 16 bytes.
    pub source: Signal<Out, Bits<128>>,
    /// Its destination address as 16 bytes.
    pub destination: Signal<Out, Bits<128>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    inner: Reg<Bits<11>>,
    room: Shift<Bits<12>, STAGES, 1, -1>,
    roomy: Reg<Bit>,
    coarse: Shift<Bits<608>, STAGES, 1, -1>,
    fine: Shift<Bits<2>, STAGES, 1, -1>,
    icmp4: Shift<Bit, STAGES, 1, 0>,
    icmp6: Shift<Bit, STAGES, 1, 0>,
    message: ErrorType,
    error: Shift<Bit, STAGES, 1, -1>,
    packet: Reg<Bits<512>>,
    second_word: Shift<Bits<32>, STAGES, 1, -1>,
    eleventh_word: Shift<Bits<32>, STAGES, 1, -1>,
    announced_first: NextHeader,
    announced_second: NextHeader,
    span: Span,
    first: RstReg<Kind>,
    second: Reg<Kind>,
    further: Reg<Further>,
    ip: IpHeader,
    family: Reg<Bit>,
    head: Shift<Head, STAGES, 1, -1>,
    bad: Shift<Bit, STAGES, 1, -1>,
    later: Shift<Bit, STAGES, 1, -1>,
    near: Shift<Bits<32>, STAGES, 1, -1>,
    far: Shift<Bits<32>, STAGES, 1, -1>,
    is_far: Shift<Bit, STAGES, 1, -1>,
    last_words: Shift<Bits<128>, STAGES, 1, -1>,
    v6_then: Shift<Bit, STAGES, 1, -1>,
    hop_kind: Signal<Local, Kind>,
    first_then: Signal<Local, Kind>,
    second_then: Signal<Local, Kind>,
    further_words: Signal<Local, Bits<3>>,
    hops: [Hop<STAGES>; 2],
    hop: Signal<Local, HopFields>,
    bad_hop: Signal<Local, Bit>,
    ending: Reg<Ending>,
    sound: Reg<Bit>,
    found: Reg<Bits<32>>,
    last_ports: Reg<Bits<32>>,
    last: Reg<Bit>,
    has_ports: Ported,
    from: Shift<Bits<128>, STAGES, 1, 0>,
    to: Shift<Bits<128>, STAGES, 1, 0>,
    room_left: Reg<Bits<5>>,
    room_then: Shift<Bits<5>, STAGES, 1, 0>,
    roomy_then: Shift<Bit, STAGES, 1, -1>,
    ported: Signal<Local, Bit>,
    limit: Signal<Local, Bits<11>>,
    padded: Signal<Local, Bits<1216>>,
    region: Signal<Local, Bits<992>>,
    shift: Signal<Local, Bits<5>>,
    bound: Signal<Local, Bits<16>>,
    coarse_at: Signal<Local, Bits<2>>,
    begins_at: Signal<Local, Bits<3>>,
    second_words: Signal<Local, Bits<256>>,
    eleventh_words: Signal<Local, Bits<256>>,
    base: Signal<Local, Bits<11>>,
    is_longer: Signal<Local, Bit>,
    longer: Signal<Local, Bits<1>>,
    header_words: Signal<Local, Bits<4>>,
    near_words: Signal<Local, Bits<128>>,
    near_at: Signal<Local, Bits<2>>,
    far_words: Signal<Local, Bits<256>>,
    far_at: Signal<Local, Bits<3>>,
    behind_at: Signal<Local, Bits<2>>,
    position: Signal<Local, Bits<6>>,
    lead: Signal<Local, Bits<11>>,
    icmp_protocol: Const<8, 1>,
    icmp6_protocol: Const<8, 58>,
    header: Const<5, 2>,
    origin: Const<2, 0>,
}

impl<const STAGES: usize> Logic for Icmp<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(
            self,
            clock,
            inner,
            room,
            roomy,
            coarse,
            fine,
            second_word,
            eleventh_word,
            further,
            icmp4,
            icmp6,
            error,
            packet,
            first,
            second,
            v6_then,
            family,
            head,
            bad,
            later,
            near,
            far,
            is_far,
            last_words
        );
        clock!(self, clock, ending, sound, found, last_ports, last, from, to, room_left, room_then, roomy_then);

        // While the outer walk ends: the embedded packet is bounded by the frame, the window and the outer length.
        self.limit.next = self.extent.val().words;
        self.bound.next = self.extent.val().limit;
        if self.bound.val() < bit_cast::<16, 11>(self.extent.val().words) {
            self.limit.next = self.bound.val().get_bits::<11>(0);
        }
        self.inner.d.next = self.limit.val();

        // First clock: shift the packet to the front, coarsely; it can begin at words 7 to 22 from byte 14.
        self.room.d.next = bit_cast::<12, 11>(self.inner.q.val()) - bit_cast::<12, 11>(self.reached.val().position);
        self.shift.next = self.reached.val().shift;
        self.padded.next = bit_cast::<1216, 1024>(self.rest.val());
        self.region.next = self.padded.val().get_bits::<992>(224);
        self.coarse_at.next = self.shift.val().get_bits::<2>(2);
        self.coarse.d.next = self.region.val().get_bits::<608>(self.coarse_at.val().index() * 128);
        self.fine.d.next = self.shift.val().get_bits::<2>(0);
        // What tells of its first extension header is there at once: two next-header numbers and a length. In IPv6 there is room for that and ports
        // only if the packet begins at words 12 to 17, for which the shift is 5 to 10.
        self.begins_at.next = self.shift.val().get_bits::<3>(0);
        self.second_words.next = bit_cast::<256, 96>(self.region.val().get_bits::<96>(32 * 9))
            | (bit_cast::<256, 96>(self.region.val().get_bits::<96>(32 * 6)) << 160);
        self.eleventh_words.next = bit_cast::<256, 96>(self.region.val().get_bits::<96>(32 * 18))
            | (bit_cast::<256, 96>(self.region.val().get_bits::<96>(32 * 15)) << 160);
        self.second_word.d.next = self.second_words.val().get_bits::<32>(self.begins_at.val().index() * 32);
        self.eleventh_word.d.next = self.eleventh_words.val().get_bits::<32>(self.begins_at.val().index() * 32);
        self.icmp4.d.next = !self.v6.val() & (self.reached.val().protocol == self.icmp_protocol.val());
        self.icmp6.d.next = self.v6.val() & (self.reached.val().protocol == self.icmp6_protocol.val());
        self.v6_then.d.next = self.v6.val();
        self.family.d.next = self.v6_then.q.val();

        // Second clock: shift finely. What do the next-header numbers announce?
        self.packet.d.next = self.coarse.q.val().get_bits::<512>(self.fine.q.val().index() * 32);
        self.announced_first.number.next = self.second_word.q.val().get_bits::<8>(16);
        self.announced_second.number.next = self.eleventh_word.q.val().get_bits::<8>(0);
        self.first.rst.next = !self.v6_then.q.val();
        self.first.d.next = self.announced_first.kind.val();
        self.second.d.next = self.announced_second.kind.val();
        self.span.kind.next = self.announced_first.kind.val();
        self.span.length.next = self.eleventh_word.q.val().get_bits::<8>(8);
        self.further.d.next.words = self.span.words.val().get_bits::<2>(0);
        self.further.d.next.far = self.span.words.val().get_bits::<9>(2).any();
        // How many words the frame has after the ICMP header.
        self.roomy.d.next = !self.room.q.val().get_bit(11) & self.room.q.val().get_bits::<10>(1).any();
        self.room_left.d.next = self.room.q.val().get_bits::<5>(0) - self.header.val();

        // Third clock: read the header. Its own length speaks of the original packet, so it bounds nothing here. Is the message an error?
        self.ip.header.next = self.packet.q.val().get_bits::<352>(0);
        self.ip.v6.next = self.family.q.val();
        self.ip.start.next = self.origin.val();
        self.first_then.next = self.first.q.val();
        self.second_then.next = self.second.q.val();
        self.further_words.next = self.further.q.val().into();
        self.ip.span.next = bit_cast::<11, 3>(self.further_words.val());
        self.ip.headers.next.first = self.first_then.val();
        self.ip.headers.next.second = self.second_then.val();
        self.hop_kind.next.is = self.first_then.val().is & self.second_then.val().is;
        self.hop_kind.next.fragment = self.second_then.val().fragment;
        self.hop_kind.next.authentication = self.second_then.val().authentication;
        self.head.d.next = self.ip.head.val();
        self.bad.d.next = self.ip.bad.val();
        self.later.d.next = self.ip.later.val();
        self.from.d.next = self.ip.source.val();
        self.to.d.next = self.ip.destination.val();
        // Where there is no extension header the ports are found at once; where there are, in the last four words.
        self.header_words.next = self.packet.q.val().get_bits::<4>(0);
        self.near_words.next = self.packet.q.val().get_bits::<128>(128);
        self.far_words.next = self.packet.q.val().get_bits::<256>(256);
        self.near_at.next = self.header_words.val().get_bits::<2>(0);
        self.far_at.next = self.header_words.val().get_bits::<3>(0);
        self.near.d.next = self.near_words.val().get_bits::<32>(self.near_at.val().index() * 32);
        if self.family.q.val() {
            self.near.d.next = self.packet.q.val().get_bits::<32>(320);
        }
        self.far.d.next = self.far_words.val().get_bits::<32>(self.far_at.val().index() * 32);
        self.is_far.d.next = self.header_words.val().get_bit(3) & !self.family.q.val();
        self.last_words.d.next = self.packet.q.val().get_bits::<128>(384);
        self.message.kind.next = self.word.val().get_bits::<8>(0);
        self.message.v4.next = self.icmp4.q.val();
        self.message.v6.next = self.icmp6.q.val();
        self.error.d.next = self.message.yes.val();

        // Fourth clock: walk past the second extension header. It lies after twelve words and before the ports, which have no room after the
        // sixteenth, so there are two places for it; it was read in both.
        for i in 0..2 {
            self.hops[i].clock.next = self.clock.val();
            self.hops[i].word.next = self.packet.q.val().get_bits::<32>(384 + 32 * i);
            self.hops[i].kind.next = self.hop_kind.val();
        }
        self.lead.next = self.head.q.val().position;
        self.hop.next = self.hops[0].fields.val();
        if self.lead.val().get_bit(0) {
            self.hop.next = self.hops[1].fields.val();
        }
        self.base.next = self.head.q.val().base;
        self.is_longer.next = self.head.q.val().hop & self.hop.val().longer;
        self.longer.next = self.is_longer.val().into();
        self.ending.d.next.position = bit_cast::<6, 5>(self.base.val().get_bits::<5>(0)) + bit_cast::<6, 1>(self.longer.val());
        self.ending.d.next.protocol = self.head.q.val().protocol;
        self.has_ports.protocol.next = self.head.q.val().protocol;
        self.ported.next = self.has_ports.ported.val();
        if self.head.q.val().hop {
            self.ending.d.next.protocol = self.hop.val().protocol;
            self.ported.next = self.hop.val().ported;
        }
        self.roomy_then.d.next = self.roomy.q.val();
        self.room_then.d.next = self.room_left.q.val();
        self.bad_hop.next =
            self.head.q.val().hop & (self.hop.val().far | self.hop.val().third | (self.head.q.val().hop_fragment & self.hop.val().later));
        self.sound.d.next = self.error.q.val()
            & self.roomy_then.q.val()
            & self.ported.val()
            & !self.bad.q.val()
            & !self.later.q.val()
            & !self.base.val().get_bits::<6>(5).any()
            & !self.bad_hop.val();
        // A second extension header of three words leaves only the last word for the ports.
        self.behind_at.next = self.base.val().get_bits::<2>(0);
        self.found.d.next = self.near.q.val();
        if self.is_far.q.val() {
            self.found.d.next = self.far.q.val();
        }
        if self.head.q.val().extended {
            self.found.d.next = self.last_words.q.val().get_bits::<32>(self.behind_at.val().index() * 32);
        }
        self.last_ports.d.next = self.last_words.q.val().get_bits::<32>(96);
        self.last.d.next = self.is_longer.val();

        // All that was read lies before the ports, so there is enough of the packet where the ports have room. The window has fewer than 32 words.
        self.position.next = self.ending.q.val().position;
        self.usable.next =
            self.sound.q.val() & !self.position.val().get_bit(5) & (self.position.val().get_bits::<5>(0) < self.room_then.q.val());
        self.ports.next = self.found.q.val();
        if self.last.q.val() {
            self.ports.next = self.last_ports.q.val();
        }
        self.protocol.next = self.ending.q.val().protocol;
        self.source.next = self.from.q.val();
        self.destination.next = self.to.q.val();
    }
}
