//! HalfSipHash-2-4 with 32 bits of output over the 18 bytes of a key, half a round per clock.
//!
//! Source: the authors' reference implementation; why a keyed hash: the decision's section on keys. Half a round is one level of adders, which
//! is what the clock rate allows.

use crate::primitive::{Delay, Literal, Reg};
use rust_hdl::prelude::*;

/// The four words of the hash state.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Sip {
    pub v0: Bits<32>,
    pub v1: Bits<32>,
    pub v2: Bits<32>,
    pub v3: Bits<32>,
}

/// Clocks from a key to its hash: 14 rounds.
pub const LATENCY: usize = 28;

/// The first half of a round. Latency: 1.
#[derive(LogicBlock, Default)]
pub struct FirstHalf {
    /// State before.
    pub i: Signal<In, Sip>,
    /// State after.
    pub o: Signal<Out, Sip>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    state: Reg<Sip>,
    sum0: Signal<Local, Bits<32>>,
    sum2: Signal<Local, Bits<32>>,
    v1: Signal<Local, Bits<32>>,
    v3: Signal<Local, Bits<32>>,
}

impl Logic for FirstHalf {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, state);
        self.v1.next = self.i.val().v1;
        self.v3.next = self.i.val().v3;
        self.sum0.next = self.i.val().v0 + self.i.val().v1;
        self.sum2.next = self.i.val().v2 + self.i.val().v3;
        self.state.d.next.v0 = (self.sum0.val() << 16) | (self.sum0.val() >> 16);
        self.state.d.next.v1 = ((self.v1.val() << 5) | (self.v1.val() >> 27)) ^ self.sum0.val();
        self.state.d.next.v2 = self.sum2.val();
        self.state.d.next.v3 = ((self.v3.val() << 8) | (self.v3.val() >> 24)) ^ self.sum2.val();
        self.o.next = self.state.q.val();
    }
}

/// The second half of a round. Latency: 1.
#[derive(LogicBlock, Default)]
pub struct SecondHalf {
    /// State before.
    pub i: Signal<In, Sip>,
    /// State after.
    pub o: Signal<Out, Sip>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    state: Reg<Sip>,
    sum0: Signal<Local, Bits<32>>,
    sum2: Signal<Local, Bits<32>>,
    v1: Signal<Local, Bits<32>>,
    v3: Signal<Local, Bits<32>>,
}

impl Logic for SecondHalf {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, state);
        self.v1.next = self.i.val().v1;
        self.v3.next = self.i.val().v3;
        self.sum0.next = self.i.val().v0 + self.i.val().v3;
        self.sum2.next = self.i.val().v2 + self.i.val().v1;
        self.state.d.next.v0 = self.sum0.val();
        self.state.d.next.v1 = ((self.v1.val() << 13) | (self.v1.val() >> 19)) ^ self.sum2.val();
        self.state.d.next.v2 = (self.sum2.val() << 16) | (self.sum2.val() >> 16);
        self.state.d.next.v3 = ((self.v3.val() << 7) | (self.v3.val() >> 25)) ^ self.sum0.val();
        self.o.next = self.state.q.val();
    }
}

/// Two rounds that absorb one word of the message. Latency: 4.
#[derive(LogicBlock, Default)]
pub struct Absorb {
    /// State before.
    pub i: Signal<In, Sip>,
    /// The message's next word, in step with `i`.
    pub word: Signal<In, Bits<32>>,
    /// State after.
    pub o: Signal<Out, Sip>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    first: [FirstHalf; 2],
    second: [SecondHalf; 2],
    held: Delay<Bits<32>, 4>,
    mixed: Signal<Local, Sip>,
    after: Signal<Local, Sip>,
}

impl Logic for Absorb {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, held);
        self.held.d.next = self.word.val();
        self.mixed.next.v0 = self.i.val().v0;
        self.mixed.next.v1 = self.i.val().v1;
        self.mixed.next.v2 = self.i.val().v2;
        self.mixed.next.v3 = self.i.val().v3 ^ self.word.val();
        for k in 0..2 {
            self.first[k].clock.next = self.clock.val();
            self.second[k].clock.next = self.clock.val();
            self.second[k].i.next = self.first[k].o.val();
        }
        self.first[0].i.next = self.mixed.val();
        self.first[1].i.next = self.second[0].o.val();
        self.after.next = self.second[1].o.val();
        self.o.next.v0 = self.after.val().v0 ^ self.held.q.val();
        self.o.next.v1 = self.after.val().v1;
        self.o.next.v2 = self.after.val().v2;
        self.o.next.v3 = self.after.val().v3;
    }
}

/// The whole hash. Latency: [`LATENCY`]. Rate: one key a clock.
#[derive(LogicBlock, Default)]
pub struct Hash {
    /// The group's secret, byte 0 least significant.
    pub secret: Signal<In, Bits<64>>,
    /// The key to hash, byte 0 least significant.
    pub key: Signal<In, Bits<144>>,
    /// The hash, as the reference writes it: a little-endian word.
    pub hash: Signal<Out, Bits<32>>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    absorb: [Absorb; 5],
    first: [FirstHalf; 4],
    second: [SecondHalf; 4],
    word1: Delay<Bits<32>, 4>,
    word2: Delay<Bits<32>, 8>,
    word3: Delay<Bits<32>, 12>,
    word4: Delay<Bits<16>, 16>,
    start: Signal<Local, Sip>,
    absorbed: Signal<Local, Sip>,
    finish: Signal<Local, Sip>,
    last: Signal<Local, Sip>,
    initial2: Literal<32, 0x6c79_6765>,
    initial3: Literal<32, 0x7465_6462>,
    key_length: Literal<32, { 18 << 24 }>,
    finalise: Literal<32, 0xff>,
}

impl Logic for Hash {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, word1, word2, word3, word4);
        self.start.next.v0 = self.secret.val().get_bits::<32>(0);
        self.start.next.v1 = self.secret.val().get_bits::<32>(32);
        self.start.next.v2 = self.secret.val().get_bits::<32>(0) ^ self.initial2.val();
        self.start.next.v3 = self.secret.val().get_bits::<32>(32) ^ self.initial3.val();

        // The last word holds the key's last two bytes and its length.
        self.word1.d.next = self.key.val().get_bits::<32>(32);
        self.word2.d.next = self.key.val().get_bits::<32>(64);
        self.word3.d.next = self.key.val().get_bits::<32>(96);
        self.word4.d.next = self.key.val().get_bits::<16>(128);
        self.absorb[0].word.next = self.key.val().get_bits::<32>(0);
        self.absorb[1].word.next = self.word1.q.val();
        self.absorb[2].word.next = self.word2.q.val();
        self.absorb[3].word.next = self.word3.q.val();
        self.absorb[4].word.next = bit_cast::<32, 16>(self.word4.q.val()) | self.key_length.val();

        self.absorb[0].i.next = self.start.val();
        for k in 1..5 {
            self.absorb[k].i.next = self.absorb[k - 1].o.val();
        }
        for k in 0..5 {
            self.absorb[k].clock.next = self.clock.val();
        }
        self.absorbed.next = self.absorb[4].o.val();
        self.finish.next.v0 = self.absorbed.val().v0;
        self.finish.next.v1 = self.absorbed.val().v1;
        self.finish.next.v2 = self.absorbed.val().v2 ^ self.finalise.val();
        self.finish.next.v3 = self.absorbed.val().v3;

        self.first[0].i.next = self.finish.val();
        for k in 1..4 {
            self.first[k].i.next = self.second[k - 1].o.val();
        }
        for k in 0..4 {
            self.first[k].clock.next = self.clock.val();
            self.second[k].clock.next = self.clock.val();
            self.second[k].i.next = self.first[k].o.val();
        }
        self.last.next = self.second[3].o.val();
        self.hash.next = self.last.val().v1 ^ self.last.val().v3;
    }
}
