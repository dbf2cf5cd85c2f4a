//! HalfSipHash-2-4 with 32 bits of output over the 18 bytes of a key, half a round per clock or a whole one.
//!
//! Source: the authors' reference implementation; why a keyed hash: `docs/decision.md`, section 5. Half a round is one level of
//! adders, which is what a clock of 322 MHz allows.

use super::half_round::Sip;
use super::rounds::Rounds;
use crate::primitive::{Const, Reg, Shift};
use rust_hdl::prelude::*;

/// Clocks from a key to its hash: the state it begins with, and 14 rounds.
pub const fn latency(stages: usize) -> usize {
    1 + 14 * stages
}

/// The whole hash, with `STAGES` registers a round. `STAGES` is 1 or 2. Latency: [`latency`]. Rate: one key a clock.
#[derive(LogicBlock, Default)]
pub struct Hash<const STAGES: usize> {
    /// The group's secret, byte 0 least significant.
    pub secret: Signal<In, Bits<64>>,
    /// The key to hash, byte 0 least significant.
    pub key: Signal<In, Bits<144>>,
    /// The hash, as the reference writes it: a little-endian word.
    pub hash: Signal<Out, Bits<32>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    rounds: [Rounds<STAGES>; 7],
    first_word: Signal<Local, Bits<32>>,
    mix0: Signal<Local, Sip>,
    mix1: Signal<Local, Sip>,
    mix2: Signal<Local, Sip>,
    mix3: Signal<Local, Sip>,
    mix4: Signal<Local, Sip>,
    unmixed: Signal<Local, Sip>,
    last_word: Signal<Local, Bits<32>>,
    after_last: Signal<Local, Bits<32>>,
    after0: Shift<Bits<32>, STAGES, 2, 0>,
    before1: Shift<Bits<32>, STAGES, 2, 0>,
    before2: Shift<Bits<32>, STAGES, 4, 0>,
    before3: Shift<Bits<32>, STAGES, 6, 0>,
    before4: Shift<Bits<16>, STAGES, 8, 0>,
    after1: Shift<Bits<32>, STAGES, 2, 0>,
    after2: Shift<Bits<32>, STAGES, 2, 0>,
    after3: Shift<Bits<32>, STAGES, 2, 0>,
    after4: Shift<Bits<16>, STAGES, 2, 0>,
    start_d1: Reg<Sip>,
    last: Signal<Local, Sip>,
    initial2: Const<32, 0x6c79_6765>,
    initial3: Const<32, 0x7465_6462>,
    key_length: Const<32, { 18 << 24 }>,
    finalise: Const<32, 0xff>,
    nothing: Const<32, 0>,
}

impl<const STAGES: usize> Logic for Hash<STAGES> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, start_d1, after0, before1, before2, before3, before4, after1, after2, after3, after4);
        self.first_word.next = self.key.val().get_bits::<32>(0);
        self.start_d1.d.next.v0 = self.secret.val().get_bits::<32>(0);
        self.start_d1.d.next.v1 = self.secret.val().get_bits::<32>(32);
        self.start_d1.d.next.v2 = self.secret.val().get_bits::<32>(0) ^ self.initial2.val();
        self.start_d1.d.next.v3 = self.secret.val().get_bits::<32>(32) ^ self.initial3.val() ^ self.first_word.val();

        // Each word is XORed into v3 before its two rounds and into v0 after them: where two rounds end, both happen at once.
        self.after0.d.next = self.first_word.val();
        self.before1.d.next = self.key.val().get_bits::<32>(32);
        self.before2.d.next = self.key.val().get_bits::<32>(64);
        self.before3.d.next = self.key.val().get_bits::<32>(96);
        self.before4.d.next = self.key.val().get_bits::<16>(128);
        self.after1.d.next = self.before1.q.val();
        self.after2.d.next = self.before2.q.val();
        self.after3.d.next = self.before3.q.val();
        self.after4.d.next = self.before4.q.val();
        // The last word holds the key's last two bytes and its length.
        self.last_word.next = bit_cast::<32, 16>(self.before4.q.val()) | self.key_length.val();
        self.after_last.next = bit_cast::<32, 16>(self.after4.q.val()) | self.key_length.val();
        self.mix0.next.v0 = self.after0.q.val();
        self.mix0.next.v1 = self.nothing.val();
        self.mix0.next.v2 = self.nothing.val();
        self.mix0.next.v3 = self.before1.q.val();
        self.mix1.next.v0 = self.after1.q.val();
        self.mix1.next.v1 = self.nothing.val();
        self.mix1.next.v2 = self.nothing.val();
        self.mix1.next.v3 = self.before2.q.val();
        self.mix2.next.v0 = self.after2.q.val();
        self.mix2.next.v1 = self.nothing.val();
        self.mix2.next.v2 = self.nothing.val();
        self.mix2.next.v3 = self.before3.q.val();
        self.mix3.next.v0 = self.after3.q.val();
        self.mix3.next.v1 = self.nothing.val();
        self.mix3.next.v2 = self.nothing.val();
        self.mix3.next.v3 = self.last_word.val();
        self.mix4.next.v0 = self.after_last.val();
        self.mix4.next.v1 = self.nothing.val();
        self.mix4.next.v2 = self.finalise.val();
        self.mix4.next.v3 = self.nothing.val();
        self.unmixed.next.v0 = self.nothing.val();
        self.unmixed.next.v1 = self.nothing.val();
        self.unmixed.next.v2 = self.nothing.val();
        self.unmixed.next.v3 = self.nothing.val();
        self.rounds[0].mix.next = self.mix0.val();
        self.rounds[1].mix.next = self.mix1.val();
        self.rounds[2].mix.next = self.mix2.val();
        self.rounds[3].mix.next = self.mix3.val();
        self.rounds[4].mix.next = self.mix4.val();
        self.rounds[5].mix.next = self.unmixed.val();
        self.rounds[6].mix.next = self.unmixed.val();

        // Five times two rounds absorb the words, four more rounds finish.
        self.rounds[0].i.next = self.start_d1.q.val();
        for k in 1..7 {
            self.rounds[k].i.next = self.rounds[k - 1].o.val();
        }
        for k in 0..7 {
            self.rounds[k].clock.next = self.clock.val();
        }
        self.last.next = self.rounds[6].o.val();
        self.hash.next = self.last.val().v1 ^ self.last.val().v3;
    }
}
