//! Which of two addresses comes first.

use super::compare_word::CompareWord;
use crate::primitive::Reg;
use rust_hdl::prelude::*;

/// Whether the source address is below the destination address, as big-endian numbers. Latency: `STAGES`.
#[derive(LogicBlock, Default)]
pub struct AddressOrder<const STAGES: usize> {
    /// Source address.
    pub source: Signal<In, Bits<128>>,
    /// Destination address.
    pub destination: Signal<In, Bits<128>>,
    /// The source address is the smaller.
    pub source_first: Signal<Out, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    words: [CompareWord<STAGES>; 4],
    source_first_d2: Reg<Bit>,
}

impl<const STAGES: usize> Logic for AddressOrder<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, source_first_d2);
        for i in 0..4 {
            self.words[i].clock.next = self.clock.val();
            self.words[i].a.next = self.source.val().get_bits::<32>(32 * i);
            self.words[i].b.next = self.destination.val().get_bits::<32>(32 * i);
        }
        self.source_first_d2.d.next = self.words[0].below.val()
            | (self.words[0].equal.val()
                & (self.words[1].below.val()
                    | (self.words[1].equal.val() & (self.words[2].below.val() | (self.words[2].equal.val() & self.words[3].below.val())))));
        self.source_first.next = self.source_first_d2.q.val();
    }
}
