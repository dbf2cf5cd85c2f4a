//! One of the four memories that a bank of counters spreads its events over.

use crate::digit::{Digits, StoredDigit};
use crate::primitive::{Join, Literal, Reg, RstReg};
use rust_hdl::prelude::*;

/// A memory of `2^A` tallies that adds one frame at a time, digit by digit.
///
/// Rate: one event every fourth clock, when it is the lane's turn; then no digit is fetched while its new value is on the way.
/// Latency: in the clocks between, `shown` has the lowest digit of the tally at `host_address` three clocks later, each further one a clock
/// after the one below.
#[derive(LogicBlock, Default)]
pub struct Lane<const A: usize> {
    /// It is this lane's turn.
    pub turn: Signal<In, Bit>,
    /// It will be in the next clock.
    pub next_turn: Signal<In, Bit>,
    /// A frame is to be counted; heeded in turn.
    pub valid: Signal<In, Bit>,
    /// By which counter, one clock earlier.
    pub address: Signal<In, Bits<A>>,
    /// Its length.
    pub bytes: Signal<In, Bits<16>>,
    /// Which tally to show out of turn.
    pub host_address: Signal<In, Bits<A>>,
    /// The digits fetched, the lowest least significant, each as {bytes 16, frames 16}.
    pub shown: Signal<Out, Bits<128>>,
    /// Set the tally at `clear_address` to zero; no frames are counted meanwhile.
    pub clear: Signal<In, Bit>,
    /// Which tally to clear.
    pub clear_address: Signal<In, Bits<A>>,
    /// Synchronous reset: forgets the events on the way.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    chosen: Reg<Bits<A>>,
    fetching: RstReg<Bit>,
    fetching_address: Reg<Bits<A>>,
    fetching_bytes: Reg<Bits<16>>,
    fetched: RstReg<Bit>,
    fetched_address: Reg<Bits<A>>,
    fetched_bytes: Reg<Bits<16>>,
    digits: [StoredDigit<A>; 4],
    joined: Join<32, 4, 128>,
    one_frame: Signal<Local, Digits>,
    one: Literal<16, 1>,
}

impl<const A: usize> Logic for Lane<A> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, chosen, fetching, fetching_address, fetching_bytes, fetched, fetched_address, fetched_bytes);
        self.fetching.rst.next = self.rst.val();
        self.fetched.rst.next = self.rst.val();

        self.chosen.d.next = self.host_address.val();
        if self.next_turn.val() {
            self.chosen.d.next = self.address.val();
        }
        self.fetching.d.next = self.turn.val() & self.valid.val();
        self.fetching_address.d.next = self.chosen.q.val();
        self.fetching_bytes.d.next = self.bytes.val();
        self.fetched.d.next = self.fetching.q.val();
        self.fetched_address.d.next = self.fetching_address.q.val();
        self.fetched_bytes.d.next = self.fetching_bytes.q.val();

        self.one_frame.next.frames = self.one.val();
        self.one_frame.next.bytes = self.fetched_bytes.q.val();
        self.digits[0].fetch.next = self.chosen.q.val();
        self.digits[0].more.next = self.one_frame.val();
        self.digits[0].store.next = self.fetched.q.val() | self.clear.val();
        self.digits[0].place.next = self.fetched_address.q.val();
        if self.clear.val() {
            self.digits[0].place.next = self.clear_address.val();
        }
        self.digits[0].clear.next = self.clear.val();
        for k in 1..4 {
            self.digits[k].fetch.next = self.digits[k - 1].next_fetch.val();
            self.digits[k].more.next = self.digits[k - 1].next_more.val();
            self.digits[k].store.next = self.digits[k - 1].next_store.val();
            self.digits[k].place.next = self.digits[k - 1].next_place.val();
            self.digits[k].clear.next = self.digits[k - 1].next_clear.val();
        }
        for k in 0..4 {
            self.digits[k].clock.next = self.clock.val();
            self.digits[k].rst.next = self.rst.val();
            self.joined.part[k].next = self.digits[k].fetched.val().into();
        }
        self.shown.next = self.joined.q.val();
    }
}
