//! The embedded packet, shifted to the front.

use crate::primitive::{Reg, Shift};
use rust_hdl::prelude::*;

/// Shifts the embedded packet, which can begin at words 7 to 22 from byte 14, to the front, in two steps.
///
/// Latency: `second_word` and `eleventh_word` `STAGES` - 1 clocks, `packet` `STAGES`.
#[derive(LogicBlock, Default)]
pub struct PacketAlign<const STAGES: usize> {
    /// The frame from word 4 on, counted from byte 14, as far as the header window goes.
    pub rest: Signal<In, Bits<800>>,
    /// By how many words from word 7 on.
    pub shift: Signal<In, Bits<5>>,
    /// The second word of the packet, if it is IPv6.
    pub second_word: Signal<Out, Bits<32>>,
    /// The eleventh word of the packet, if it is IPv6.
    pub eleventh_word: Signal<Out, Bits<32>>,
    /// The first sixteen words of the packet.
    pub packet: Signal<Out, Bits<512>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    coarse_d1: Shift<Bits<608>, STAGES, 1, -1>,
    fine_d1: Shift<Bits<2>, STAGES, 1, -1>,
    second_word_d1: Shift<Bits<32>, STAGES, 1, -1>,
    eleventh_word_d1: Shift<Bits<32>, STAGES, 1, -1>,
    packet_d2: Reg<Bits<512>>,
    padded: Signal<Local, Bits<1088>>,
    region: Signal<Local, Bits<992>>,
    coarse_at: Signal<Local, Bits<2>>,
    word_at: Signal<Local, Bits<3>>,
    second_words: Signal<Local, Bits<256>>,
    eleventh_words: Signal<Local, Bits<256>>,
}

impl<const STAGES: usize> Logic for PacketAlign<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, coarse_d1, fine_d1, second_word_d1, eleventh_word_d1, packet_d2);

        // First clock: by four words.
        self.padded.next = bit_cast::<1088, 800>(self.rest.val());
        self.region.next = self.padded.val().get_bits::<992>(96);
        self.coarse_at.next = self.shift.val().get_bits::<2>(2);
        self.coarse_d1.d.next = self.region.val().get_bits::<608>(self.coarse_at.val().index() * 128);
        self.fine_d1.d.next = self.shift.val().get_bits::<2>(0);

        // The words that describe the first extension header are selected at once. In IPv6 there is room for that header and ports only if the
        // packet begins at words 12 to 17, for which the shift is 5 to 10.
        self.word_at.next = self.shift.val().get_bits::<3>(0);
        self.second_words.next = bit_cast::<256, 96>(self.region.val().get_bits::<96>(32 * 9))
            | (bit_cast::<256, 96>(self.region.val().get_bits::<96>(32 * 6)) << 160);
        self.eleventh_words.next = bit_cast::<256, 96>(self.region.val().get_bits::<96>(32 * 18))
            | (bit_cast::<256, 96>(self.region.val().get_bits::<96>(32 * 15)) << 160);
        self.second_word_d1.d.next = self.second_words.val().get_bits::<32>(self.word_at.val().index() * 32);
        self.eleventh_word_d1.d.next = self.eleventh_words.val().get_bits::<32>(self.word_at.val().index() * 32);
        self.second_word.next = self.second_word_d1.q.val();
        self.eleventh_word.next = self.eleventh_word_d1.q.val();

        // Second clock: by single words.
        self.packet_d2.d.next = self.coarse_d1.q.val().get_bits::<512>(self.fine_d1.q.val().index() * 32);
        self.packet.next = self.packet_d2.q.val();
    }
}
