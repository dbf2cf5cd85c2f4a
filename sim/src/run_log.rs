//! What was to be seen at a design's ports. Clocks are counted since the construction of the [`Sim`](crate::Sim).

use std::fmt;

use crate::AccessError;
pub use crate::ffi::{CountEvent, Decision, DropEvent};

/// What came of a batch, and what happened since the batch before.
#[derive(Clone, Debug)]
pub struct RunLog {
    /// First clock of the batch.
    pub began: u64,
    /// Clocks that it took, the quiet ones included.
    pub cycles: u64,
    /// What was left to do when the budget ran out. Then only [`Sim::reset`](crate::Sim::reset) leads back to a known state.
    pub stalled: Option<Outstanding>,
    /// By source.
    pub sources: Vec<SourceLog>,
    /// By sink.
    pub sinks: Vec<SinkLog>,
    /// By core: one decision per frame, in the order of frames.
    pub decisions: Vec<Vec<Decision>>,
    /// By core: one count per frame, in the order of frames.
    pub counts: Vec<Vec<CountEvent>>,
    /// By core: frames that the host's queue dropped.
    pub lost: Vec<Vec<DropEvent>>,
    /// The accesses of the script, as far as they were answered.
    pub accesses: Vec<CompletedAccess>,
    /// Broken rules of AXI, at most the first thousand.
    pub faults: Vec<Fault>,
}

/// When a source's frames were accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceLog {
    /// By frame: the clock of the first beat.
    pub first: Vec<u64>,
    /// By frame: the clock of the last beat.
    pub last: Vec<u64>,
    /// Beats accepted in all.
    pub beats: u64,
}

/// The frames that came out of one sink.
#[derive(Clone, Debug, Default)]
pub struct SinkLog {
    pub(crate) bytes: Vec<u8>,
    pub(crate) frames: Vec<crate::ffi::Egress>,
}

impl SinkLog {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// One of them.
    ///
    /// # Panics
    /// If there is no such frame.
    pub fn get(&self, index: usize) -> Egress<'_> {
        let start = if index == 0 { 0 } else { self.frames[index - 1].end };
        let frame = self.frames[index];
        Egress { bytes: &self.bytes[start..frame.end], tuser: frame.tuser, first: frame.first, last: frame.last }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Egress<'_>> {
        (0..self.len()).map(|index| self.get(index))
    }
}

/// A frame that came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Egress<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its `tuser`: `contract::metadata` of a design of ours, the shell's own metadata of one in a shell.
    pub tuser: u64,
    /// The clock of its first beat.
    pub first: u64,
    /// The clock of its last beat.
    pub last: u64,
}

/// An access of the script that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompletedAccess {
    /// The clock in which it started.
    pub started: u64,
    /// The clock of the response.
    pub finished: u64,
    /// The word that was read; 0 of a write.
    pub response: Result<u32, AccessError>,
}

/// What a stalled batch had not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outstanding {
    /// By source: frames that were not wholly accepted.
    pub frames: Vec<usize>,
    /// By sink: whether a frame was half out, or waited for `tready`.
    pub sinks: Vec<bool>,
    /// Accesses that were not answered.
    pub accesses: usize,
}

impl fmt::Display for Outstanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "frames not accepted, by source: {:?}; sinks with a frame waiting or half out: {:?}; ", self.frames, self.sinks)?;
        write!(f, "register accesses not answered: {}", self.accesses)
    }
}

/// A rule of AXI that the design broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// When.
    pub cycle: u64,
    /// Where.
    pub interface: Interface,
    /// Which.
    pub broken: Broken,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.interface {
            Interface::Sink(sink) => write!(f, "clock {}, sink {sink}: {}", self.cycle, self.broken),
            Interface::Source(source) => write!(f, "clock {}, source {source}: {}", self.cycle, self.broken),
            Interface::Registers => write!(f, "clock {}, registers: {}", self.cycle, self.broken),
            Interface::Inside => write!(f, "clock {}: {}", self.cycle, self.broken),
        }
    }
}

/// The interface at which a rule was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interface {
    /// At a stream out of the design.
    Sink(usize),
    /// At a stream into the design.
    Source(usize),
    /// At the register port.
    Registers,
    /// Inside the design.
    Inside,
}

/// The rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// `tvalid` stays until `tready`.
    ValidDropped,
    /// `tdata`, `tkeep`, `tlast` and `tuser` stand while `tvalid` waits for `tready`.
    PayloadChanged,
    /// `tuser` is the same on every beat of a frame. (Ours, not AXI's.)
    UserChanged,
    /// `tkeep` names at least one byte and has no holes. (Ours, not AXI's.)
    KeepHoles,
    /// Every beat but a frame's last is full. (Ours, not AXI's.)
    KeepPartial,
    /// A response comes after its request.
    EarlyResponse,
    /// A response stands until it is taken.
    ResponseChanged,
    /// A read that is refused shows 0. (Ours, not AXI's.)
    RefusedData,
    /// A design by itself takes nothing while it is in reset. (Ours, not AXI's.)
    ReadyInReset,
    /// An assertion in the Verilog, of which the program's output has more.
    Assertion,
}

impl Broken {
    /// In the order of C++'s `Broken`.
    pub(crate) const ALL: [Self; 10] = [
        Self::ValidDropped,
        Self::PayloadChanged,
        Self::UserChanged,
        Self::KeepHoles,
        Self::KeepPartial,
        Self::EarlyResponse,
        Self::ResponseChanged,
        Self::RefusedData,
        Self::ReadyInReset,
        Self::Assertion,
    ];
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ValidDropped => "tvalid fell before tready",
            Self::PayloadChanged => "the beat changed while it waited for tready",
            Self::UserChanged => "tuser changed within a frame",
            Self::KeepHoles => "tkeep is empty or has holes",
            Self::KeepPartial => "a beat before the last is not full",
            Self::EarlyResponse => "a response without a request",
            Self::ResponseChanged => "a response changed or fell before it was taken",
            Self::RefusedData => "a refused read shows data",
            Self::ReadyInReset => "ready is high in reset",
            Self::Assertion => "an assertion in the design failed: the output of the program has its message",
        })
    }
}
