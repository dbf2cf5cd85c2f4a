//! Question 6: the packet inside an ICMP error.

pub mod error_type;
pub mod first_extension;
pub mod hop;
pub mod packet_align;
pub mod port_select;
pub mod room_check;
pub mod second_extension;

use super::extent::Extent;
use super::head::{Head, Reached};
use super::ip_header::IpHeader;
use crate::primitive::{Const, Reg, Shift};
use error_type::ErrorType;
use first_extension::FirstExtension;
use packet_align::PacketAlign;
use port_select::PortSelect;
use room_check::RoomCheck;
use rust_hdl::prelude::*;
use second_extension::{Ending, SecondExtension};

/// Walks the headers of the embedded packet, which begins 8 bytes after the start of the ICMP header.
///
/// Latency: from `reached` to the outputs 2 `STAGES` + 1, to `addresses` one more. With one register a step, its clocks fall together in twos.
#[derive(LogicBlock, Default)]
pub struct Icmp<const STAGES: usize> {
    /// How much of the frame there is, one clock earlier than `reached`.
    pub extent: Signal<In, Extent>,
    /// The frame from word 4 on, counted from byte 14, as far as the header window goes.
    pub rest: Signal<In, Bits<800>>,
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
    /// Where the addresses of its header are if it is IPv6: its third to tenth word.
    pub addresses: Signal<Out, Bits<256>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    room: RoomCheck<STAGES>,
    align: PacketAlign<STAGES>,
    first_extension: FirstExtension,
    message: ErrorType,
    ip: IpHeader,
    second_extension: SecondExtension<STAGES>,
    port_select: PortSelect<STAGES>,
    v6_d1: Shift<Bit, STAGES, 1, -1>,
    v6_d2: Reg<Bit>,
    icmp4_d2: Shift<Bit, STAGES, 1, 0>,
    icmp6_d2: Shift<Bit, STAGES, 1, 0>,
    error_d3: Shift<Bit, STAGES, 1, -1>,
    head_d3: Shift<Head, STAGES, 1, -1>,
    malformed_d3: Shift<Bit, STAGES, 1, -1>,
    later_d3: Shift<Bit, STAGES, 1, -1>,
    ending_d4: Signal<Local, Ending>,
    readable_d4: Reg<Bit>,
    usable_d5: Reg<Bit>,
    ports_d5: Reg<Bits<32>>,
    protocol_d5: Reg<Bits<8>>,
    addresses_d6: Shift<Bits<256>, STAGES, 1, 2>,
    base: Signal<Local, Bits<11>>,
    icmp_protocol: Const<8, 1>,
    icmp6_protocol: Const<8, 58>,
    origin: Const<2, 0>,
}

impl<const STAGES: usize> Logic for Icmp<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, room, align, first_extension, second_extension, port_select);
        clock!(self, clock, v6_d1, v6_d2, icmp4_d2, icmp6_d2, error_d3, head_d3, malformed_d3, later_d3);
        clock!(self, clock, readable_d4, usable_d5, ports_d5, protocol_d5, addresses_d6);

        // Question 6, first and second clock: the packet to the front, and what its next-header numbers announce.
        self.room.extent.next = self.extent.val();
        self.room.position.next = self.reached.val().position;
        self.align.rest.next = self.rest.val();
        self.align.shift.next = self.reached.val().shift;
        self.v6_d1.d.next = self.v6.val();
        self.v6_d2.d.next = self.v6_d1.q.val();
        self.first_extension.second_word.next = self.align.second_word.val();
        self.first_extension.eleventh_word.next = self.align.eleventh_word.val();
        self.first_extension.v6.next = self.v6_d1.q.val();
        self.icmp4_d2.d.next = !self.v6.val() & (self.reached.val().protocol == self.icmp_protocol.val());
        self.icmp6_d2.d.next = self.v6.val() & (self.reached.val().protocol == self.icmp6_protocol.val());

        // Third clock: is the message an error? Its packet's IP header, whose length is that of the original packet and so bounds nothing here.
        self.message.kind.next = self.word.val().get_bits::<8>(0);
        self.message.v4.next = self.icmp4_d2.q.val();
        self.message.v6.next = self.icmp6_d2.q.val();
        self.error_d3.d.next = self.message.error.val();
        self.ip.header.next = self.align.packet.val().get_bits::<352>(0);
        self.ip.v6.next = self.v6_d2.q.val();
        self.ip.start.next = self.origin.val();
        self.ip.headers.next = self.first_extension.headers.val();
        self.ip.span.next = self.first_extension.span.val();
        self.head_d3.d.next = self.ip.head.val();
        self.malformed_d3.d.next = self.ip.bad.val();
        self.later_d3.d.next = self.ip.later.val();
        self.addresses_d6.d.next = self.align.packet.val().get_bits::<256>(64);

        // Fourth clock: past the second extension header.
        self.second_extension.packet.next = self.align.packet.val();
        self.second_extension.headers.next = self.first_extension.headers.val();
        self.second_extension.head.next = self.head_d3.q.val();
        self.ending_d4.next = self.second_extension.ending.val();

        // Question 6: can the packet be used, and what are its ports?
        self.base.next = self.head_d3.q.val().base;
        self.readable_d4.d.next = self.error_d3.q.val()
            & self.room.has_packet.val()
            & self.second_extension.ported.val()
            & !self.malformed_d3.q.val()
            & !self.later_d3.q.val()
            & !self.base.val().get_bits::<6>(5).any()
            & !self.second_extension.refused.val();
        self.port_select.packet.next = self.align.packet.val();
        self.port_select.v6.next = self.v6_d2.q.val();
        self.port_select.extended.next = self.head_d3.q.val().extended;
        self.port_select.base.next = self.base.val();
        self.port_select.longer.next = self.second_extension.longer.val();
        self.room.ending.next = self.ending_d4.val().position;
        self.usable_d5.d.next = self.readable_d4.q.val() & self.room.fits.val();
        self.ports_d5.d.next = self.port_select.ports.val();
        self.protocol_d5.d.next = self.ending_d4.val().protocol;
        self.usable.next = self.usable_d5.q.val();
        self.ports.next = self.ports_d5.q.val();
        self.protocol.next = self.protocol_d5.q.val();
        self.addresses.next = self.addresses_d6.q.val();
    }
}
