//! How much of the embedded packet the frame holds.

use crate::parse::extent::Extent;
use crate::primitive::{Const, Reg, Shift};
use rust_hdl::prelude::*;

/// Whether the embedded packet's ports are inside the frame, the window and the outer packet. Latency: see the inputs; `fits` is combinational.
#[derive(LogicBlock, Default)]
pub struct RoomCheck<const STAGES: usize> {
    /// How much of the frame there is.
    pub extent: Signal<In, Extent>,
    /// Where the ICMP header begins, in words from byte 14, one clock later.
    pub position: Signal<In, Bits<11>>,
    /// The frame has words after the ICMP header, 2 `STAGES` - 1 clocks later than `position`.
    pub has_packet: Signal<Out, Bit>,
    /// Where the embedded transport header begins, in words from the packet's start, 2 `STAGES` clocks later than `position`.
    pub ending: Signal<In, Bits<6>>,
    /// Its first word is inside.
    pub fits: Signal<Out, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    words_d0: Reg<Bits<11>>,
    room_d1: Shift<Bits<12>, STAGES, 1, -1>,
    has_packet_d2: Reg<Bit>,
    has_packet_d3: Shift<Bit, STAGES, 1, -1>,
    room_d2: Reg<Bits<5>>,
    room_d4: Shift<Bits<5>, STAGES, 1, 0>,
    words: Signal<Local, Bits<11>>,
    limit: Signal<Local, Bits<16>>,
    icmp_header: Const<5, 2>,
}

impl<const STAGES: usize> Logic for RoomCheck<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, words_d0, room_d1, has_packet_d2, has_packet_d3, room_d2, room_d4);

        // In step with the end of the outer walk: the embedded packet is bounded by the frame, the window and the outer length.
        self.words.next = self.extent.val().words;
        self.limit.next = self.extent.val().limit;
        if self.limit.val() < bit_cast::<16, 11>(self.extent.val().words) {
            self.words.next = self.limit.val().get_bits::<11>(0);
        }
        self.words_d0.d.next = self.words.val();

        // First and second clock: how many words the frame has after the ICMP header.
        self.room_d1.d.next = bit_cast::<12, 11>(self.words_d0.q.val()) - bit_cast::<12, 11>(self.position.val());
        self.has_packet_d2.d.next = !self.room_d1.q.val().get_bit(11) & self.room_d1.q.val().get_bits::<10>(1).any();
        self.has_packet_d3.d.next = self.has_packet_d2.q.val();
        self.has_packet.next = self.has_packet_d3.q.val();
        self.room_d2.d.next = self.room_d1.q.val().get_bits::<5>(0) - self.icmp_header.val();
        self.room_d4.d.next = self.room_d2.q.val();

        // All that was read lies before the ports, so the packet is long enough where the ports are inside. The window has fewer than 32 words.
        self.fits.next = !self.ending.val().get_bit(5) & (self.ending.val().get_bits::<5>(0) < self.room_d4.q.val());
    }
}
