//! The embedded packet's ports.

use crate::primitive::{Reg, Shift};
use rust_hdl::prelude::*;

/// Selects the first word of the embedded packet's transport header.
///
/// Latency: `ports` from `packet` `STAGES` clocks, from the other inputs one; combinational at the end.
#[derive(LogicBlock, Default)]
pub struct PortSelect<const STAGES: usize> {
    /// The packet's first sixteen words.
    pub packet: Signal<In, Bits<512>>,
    /// The packet is IPv6.
    pub v6: Signal<In, Bit>,
    /// It has an extension header, `STAGES` - 1 clocks later than `packet`.
    pub extended: Signal<In, Bit>,
    /// Where the walk has got to, in words, `STAGES` - 1 clocks later.
    pub base: Signal<In, Bits<11>>,
    /// A second extension header has a third word, `STAGES` - 1 clocks later.
    pub longer: Signal<In, Bit>,
    /// The ports, first byte least significant.
    pub ports: Signal<Out, Bits<32>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    near_d1: Shift<Bits<32>, STAGES, 1, -1>,
    far_d1: Shift<Bits<32>, STAGES, 1, -1>,
    is_far_d1: Shift<Bit, STAGES, 1, -1>,
    last_words_d1: Shift<Bits<128>, STAGES, 1, -1>,
    found_d2: Reg<Bits<32>>,
    last_word_d2: Reg<Bits<32>>,
    longer_d2: Reg<Bit>,
    ihl: Signal<Local, Bits<4>>,
    near_words: Signal<Local, Bits<128>>,
    near_at: Signal<Local, Bits<2>>,
    far_words: Signal<Local, Bits<256>>,
    far_at: Signal<Local, Bits<3>>,
    last_at: Signal<Local, Bits<2>>,
}

impl<const STAGES: usize> Logic for PortSelect<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, near_d1, far_d1, is_far_d1, last_words_d1, found_d2, last_word_d2, longer_d2);

        // First clock: with no extension header the header's length tells where the ports are; otherwise they are in the last four words.
        self.ihl.next = self.packet.val().get_bits::<4>(0);
        self.near_words.next = self.packet.val().get_bits::<128>(128);
        self.far_words.next = self.packet.val().get_bits::<256>(256);
        self.near_at.next = self.ihl.val().get_bits::<2>(0);
        self.far_at.next = self.ihl.val().get_bits::<3>(0);
        self.near_d1.d.next = self.near_words.val().get_bits::<32>(self.near_at.val().index() * 32);
        if self.v6.val() {
            self.near_d1.d.next = self.packet.val().get_bits::<32>(320);
        }
        self.far_d1.d.next = self.far_words.val().get_bits::<32>(self.far_at.val().index() * 32);
        self.is_far_d1.d.next = self.ihl.val().get_bit(3) & !self.v6.val();
        self.last_words_d1.d.next = self.packet.val().get_bits::<128>(384);

        // Second clock: a second extension header of three words leaves only the last word for the ports.
        self.last_at.next = self.base.val().get_bits::<2>(0);
        self.found_d2.d.next = self.near_d1.q.val();
        if self.is_far_d1.q.val() {
            self.found_d2.d.next = self.far_d1.q.val();
        }
        if self.extended.val() {
            self.found_d2.d.next = self.last_words_d1.q.val().get_bits::<32>(self.last_at.val().index() * 32);
        }
        self.last_word_d2.d.next = self.last_words_d1.q.val().get_bits::<32>(96);
        self.longer_d2.d.next = self.longer.val();
        self.ports.next = self.found_d2.q.val();
        if self.longer_d2.q.val() {
            self.ports.next = self.last_word_d2.q.val();
        }
    }
}
