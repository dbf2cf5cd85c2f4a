//! A FIFO in block memory: first-word fall-through.

use crate::primitive::{Const, RstReg, SdpRam};
use crate::stream::output_fifo::OutputFifo;
use rust_hdl::prelude::*;

/// A FIFO of `2^A` words whose front is visible before it is popped. `N` is `A + 1`.
///
/// Latency: a word pushed into an empty FIFO is at the front four clocks later. Rate: one word a clock.
/// When full: a push overwrites; the writer must watch `count`. Some bits of each word, its mark `M`, come
/// from registers at the front.
#[derive(LogicBlock, Default)]
pub struct Fifo<T: Synth, M: Synth, const A: usize, const N: usize> {
    /// Append `data`.
    pub push: Signal<In, Bit>,
    /// The word to append.
    pub data: Signal<In, T>,
    /// `front` is a word of the FIFO.
    pub valid: Signal<Out, Bit>,
    /// The oldest word.
    pub front: Signal<Out, T>,
    /// Its mark, straight from registers.
    pub front_mark: Signal<Out, M>,
    /// A word on its way to the front.
    pub word: Signal<Out, T>,
    /// To be its mark.
    pub mark: Signal<In, M>,
    /// Remove the oldest word; only while `valid`.
    pub pop: Signal<In, Bit>,
    /// Words pushed, and not yet popped one clock ago.
    pub count: Signal<Out, Bits<N>>,
    /// There are none.
    pub empty: Signal<Out, Bit>,
    /// Synchronous reset: empties the FIFO.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    memory: SdpRam<T, A>,
    output_fifo: OutputFifo<T, M, N>,
    head: RstReg<Bits<N>>,
    fill_count: RstReg<Bits<N>>,
    not_empty: RstReg<Bit>,
    one: Const<N, 1>,
}

impl<T: Synth, M: Synth, const A: usize, const N: usize> Logic for Fifo<T, M, A, N> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, memory, output_fifo, head, fill_count, not_empty);
        self.output_fifo.rst.next = self.rst.val();
        self.head.rst.next = self.rst.val();
        self.fill_count.rst.next = self.rst.val();
        self.not_empty.rst.next = self.rst.val();

        self.memory.write.next = self.push.val();
        self.memory.write_address.next = self.head.q.val().get_bits::<A>(0);
        self.memory.write_data.next = self.data.val();
        self.head.d.next = self.head.q.val();
        if self.push.val() {
            self.head.d.next = self.head.q.val() + self.one.val();
        }

        self.output_fifo.bound.next = self.head.q.val();
        self.output_fifo.grows.next = self.push.val();
        self.memory.read_address.next = self.output_fifo.tail.val().get_bits::<A>(0);
        self.output_fifo.word.next = self.memory.q.val();
        self.word.next = self.memory.q.val();
        self.output_fifo.mark.next = self.mark.val();
        self.front_mark.next = self.output_fifo.front_mark.val();
        self.valid.next = self.output_fifo.valid.val();
        self.front.next = self.output_fifo.front.val();
        self.output_fifo.pop.next = self.pop.val();

        // A pop may come late, so it counts one clock later.
        self.fill_count.d.next = self.fill_count.q.val();
        self.not_empty.d.next = self.not_empty.q.val();
        if self.push.val() & !self.output_fifo.popped.val() {
            self.fill_count.d.next = self.fill_count.q.val() + self.one.val();
            self.not_empty.d.next = true;
        }
        if !self.push.val() & self.output_fifo.popped.val() {
            self.fill_count.d.next = self.fill_count.q.val() - self.one.val();
            self.not_empty.d.next = self.fill_count.q.val() != self.one.val();
        }
        self.count.next = self.fill_count.q.val();
        self.empty.next = !self.not_empty.q.val();
    }
}
