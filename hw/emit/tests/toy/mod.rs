//! A small design with everything that the printer has to deal with.

mod constant;
mod fifo;
pub(crate) mod primitive;

use constant::Const;
use fifo::Fifo;
use primitive::{Reg, RstReg};
use rust_hdl::prelude::*;

/// A comment for the Verilog: rust-hdl prints it, but has no macro for Rust.
macro_rules! comment {
    ($text:literal) => {};
}

/// A stream's beat.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub(crate) struct Beat {
    pub data: Bits<12>,
    pub last: Bit,
}

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
pub(crate) enum Phase {
    Idle,
    Taking,
    Giving,
}

/// Clock and reset.
#[derive(Clone, Debug, Default, LogicInterface)]
pub(crate) struct Timing {
    pub clock: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
}

/// Adds one to each half of a word, a clock later.
#[derive(LogicBlock, Default)]
pub(crate) struct Halves {
    pub t: Timing,
    pub i: Signal<In, Beat>,
    pub o: Signal<Out, Beat>,
    stage: Reg<Beat>,
    low: Signal<Local, Bits<6>>,
    high: Signal<Local, Bits<6>>,
    word: Signal<Local, Bits<12>>,
    one: Const<6, 1>,
}

impl Logic for Halves {
    #[hdl_gen]
    fn update(&mut self) {
        self.stage.clock.next = self.t.clock.val();
        self.word.next = self.i.val().data;
        self.low.next = self.word.val().get_bits::<6>(0) + self.one.val();
        self.high.next = self.word.val().get_bits::<6>(6) + 1;
        self.stage.d.next.data = bit_cast::<12, 6>(self.low.val()) | (bit_cast::<12, 6>(self.high.val()) << 6);
        self.stage.d.next.last = self.i.val().last;
        self.o.next = self.stage.q.val();
    }
}

/// Two stages of `Halves`, a queue, and a phase that follows the pushes.
#[derive(LogicBlock, Default)]
pub(crate) struct Toy {
    pub clock: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub i: Signal<In, Bits<13>>,
    pub push: Signal<In, Bit>,
    pub pop: Signal<In, Bit>,
    pub which: Signal<In, Bits<2>>,
    pub o: Signal<Out, Bits<12>>,
    pub triple: Signal<Out, Bits<3>>,
    pub valid: Signal<Out, Bit>,
    pub busy: Signal<Out, Bit>,
    t: TimingSource,
    stages: [Halves; 2],
    queue: Fifo<Beat, 3, 4>,
    phase: RstReg<Bits<2>>,
    step: Signal<Local, Phase>,
    front: Signal<Local, Beat>,
}

/// Gives clock and reset as an interface.
#[derive(LogicBlock, Default)]
pub(crate) struct TimingSource {
    pub clock: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub t: TimingOut,
}

#[derive(Clone, Debug, Default, LogicInterface)]
#[join = "Timing"]
pub(crate) struct TimingOut {
    pub clock: Signal<Out, Clock>,
    pub rst: Signal<Out, Bit>,
}

impl Logic for TimingSource {
    #[hdl_gen]
    fn update(&mut self) {
        self.t.clock.next = self.clock.val();
        self.t.rst.next = self.rst.val();
    }
}

/// Two queues, of long words and of short ones.
#[derive(LogicBlock, Default)]
pub(crate) struct Queues {
    pub clock: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    /// A word of each.
    pub i: Signal<In, Pair>,
    pub push: Signal<In, Bit>,
    pub pop: Signal<In, Bit>,
    /// The front of the long words' queue; its last one only while it is not taken.
    pub front: Signal<Out, Beat>,
    pub other: Signal<Out, Bits<3>>,
    pub valid: Signal<Out, Bit>,
    long: Fifo<Beat, 3, 4>,
    short: Fifo<Bits<3>, 2, 3>,
    shown: Signal<Local, Beat>,
}

/// What goes into two queues.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub(crate) struct Pair {
    pub long: Beat,
    pub short: Bits<3>,
}

impl Logic for Queues {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, long, short);
        self.long.rst.next = self.rst.val();
        self.short.rst.next = self.rst.val();
        self.long.push.next = self.push.val();
        self.long.data.next = self.i.val().long;
        comment!("The short words' queue is the shorter one.");
        self.short.push.next = self.push.val();
        self.short.data.next = self.i.val().short;
        self.long.pop.next = self.pop.val();
        self.short.pop.next = self.pop.val();
        self.shown.next.data = self.long.front.val().data;
        self.shown.next.last = self.long.front.val().last;
        if self.pop.val() {
            self.shown.next.last = false;
        }
        self.front.next = self.shown.val();
        self.other.next = self.short.front.val();
        self.valid.next = self.long.valid.val() & self.short.valid.val();
    }
}

impl Logic for Toy {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, queue, phase);
        self.t.clock.next = self.clock.val();
        self.t.rst.next = self.rst.val();
        for s in 0..2 {
            TimingOut::join(&mut self.t.t, &mut self.stages[s].t);
        }
        self.queue.rst.next = self.rst.val();
        self.phase.rst.next = self.rst.val();
        self.stages[0].i.next.data = self.i.val().get_bits::<12>(0);
        self.stages[0].i.next.last = self.i.val().get_bit(12);
        for s in 1..2 {
            self.stages[s].i.next = self.stages[s - 1].o.val();
        }
        self.queue.push.next = self.push.val();
        self.queue.pop.next = self.pop.val();
        self.queue.data.next = self.stages[1].o.val();
        self.front.next = self.queue.front.val();
        self.o.next = self.front.val().data;
        self.triple.next = self.i.val().get_bits::<3>(self.which.val().index() * 3 + 1);
        self.valid.next = self.queue.valid.val();
        self.step.next = Phase::Idle;
        if self.push.val() & !self.pop.val() {
            self.step.next = Phase::Taking;
        } else if self.pop.val() {
            self.step.next = Phase::Giving;
        }
        self.phase.d.next = self.phase.q.val();
        match self.step.val() {
            Phase::Idle => {}
            Phase::Taking => {
                self.phase.d.next = self.phase.q.val() + 1;
            }
            Phase::Giving => {
                self.phase.d.next = self.phase.q.val() - 1;
            }
        }
        self.busy.next = self.phase.q.val().any();
    }
}
