//! `COUNTER_INDEX` and `COUNTER_DATA`: access to the counters.

use super::bus::{Reply, Request, word};
use super::index::Index;
use crate::control::counter_bank::Tally;
use crate::primitive::{Const, Reg, RstReg};
use contract::register;
use rust_hdl::prelude::*;

// The literal bits below.
const _: () = assert!(register::COUNTER_INDEX.fields_are(&[("word", 1, 0), ("counter", 10, 2)]) && register::COUNTER_WORDS == 4);

/// Captures a counter when its first word is read, and shows the capture from then on.
#[derive(LogicBlock, Default)]
pub struct CounterAccess {
    /// The access.
    pub request: Signal<In, Request>,
    /// The answer.
    pub reply: Signal<Out, Reply>,
    /// A capture is under way: the reply is not there yet.
    pub waiting: Signal<Out, Bit>,
    /// To `Counters::counter`.
    pub counter: Signal<Out, Bits<9>>,
    /// To `Counters::capture`.
    pub capture: Signal<Out, Bit>,
    /// From `Counters::captured`.
    pub captured: Signal<In, Bit>,
    /// From `Counters::counter_word`.
    pub counter_word: Signal<In, Tally>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    index: Index<11>,
    counter_held: RstReg<Bits<9>>,
    begun: RstReg<Bit>,
    pending: RstReg<Bit>,
    seen: RstReg<Bit>,
    is_index: Reg<Bit>,
    is_data: Reg<Bit>,
    data: Reg<Bits<32>>,
    accepted: Reg<Bit>,
    address: Signal<Local, Bits<10>>,
    write: Signal<Local, Bit>,
    act: Signal<Local, Bit>,
    store: Signal<Local, Bit>,
    which: Signal<Local, Bits<2>>,
    shown: Signal<Local, Bits<32>>,
    at_index: Const<10, { word(&register::COUNTER_INDEX, 0) }>,
    at_data: Const<10, { word(&register::COUNTER_DATA, 0) }>,
    words: Const<32, { (register::COUNTERS * register::COUNTER_WORDS) as u64 }>,
    first: Const<2, 0>,
    second: Const<2, 1>,
    third: Const<2, 2>,
    zero: Const<32, 0>,
}

impl Logic for CounterAccess {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, index, counter_held, begun, pending, seen, is_index, is_data, data, accepted);
        self.index.rst.next = self.rst.val();
        self.counter_held.rst.next = self.rst.val();
        self.begun.rst.next = self.rst.val();
        self.pending.rst.next = self.rst.val();
        self.seen.rst.next = self.rst.val();
        self.address.next = self.request.val().address;
        self.write.next = self.request.val().write;
        self.act.next = self.request.val().act;
        self.store.next = self.request.val().store;
        self.is_index.d.next = self.address.val() == self.at_index.val();
        self.is_data.d.next = self.address.val() == self.at_data.val();
        self.accepted.d.next =
            (self.is_index.q.val() & (!self.write.val() | self.index.fits.val())) | (self.is_data.q.val() & !self.write.val());

        self.index.limit.next = self.words.val();
        self.index.data.next = self.request.val().data;
        self.index.load.next = self.store.val() & self.is_index.q.val();
        self.index.advance.next = self.act.val() & self.is_data.q.val();
        self.which.next = self.index.q.val().get_bits::<2>(0);

        self.begun.d.next = self.request.val().start & self.is_data.q.val() & !self.write.val() & (self.which.val() == self.first.val());
        self.counter_held.d.next = self.counter_held.q.val();
        if self.request.val().start & self.is_data.q.val() & !self.write.val() & (self.which.val() == self.first.val()) {
            self.counter_held.d.next = self.index.q.val().get_bits::<9>(2);
        }
        self.counter.next = self.counter_held.q.val();
        self.capture.next = self.begun.q.val();
        self.waiting.next = self.pending.q.val();
        self.pending.d.next = (self.pending.q.val() | self.begun.q.val()) & !self.captured.val();

        self.shown.next = self.counter_word.val().bytes_high;
        if self.which.val() == self.first.val() {
            self.shown.next = self.counter_word.val().frames_low;
        }
        if self.which.val() == self.second.val() {
            self.shown.next = self.counter_word.val().frames_high;
        }
        if self.which.val() == self.third.val() {
            self.shown.next = self.counter_word.val().bytes_low;
        }
        // Until the first capture the counters' words are undefined, and read as zero.
        self.seen.d.next = self.seen.q.val() | self.begun.q.val();
        self.data.d.next = self.zero.val();
        if self.is_index.q.val() {
            self.data.d.next = bit_cast::<32, 11>(self.index.q.val());
        }
        if self.is_data.q.val() & self.seen.q.val() {
            self.data.d.next = self.shown.val();
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.accepted.q.val();
    }
}
