//! Work for a design.

use std::path::PathBuf;

use crate::{Frames, Pace, ffi};

/// What one run sends, how fast each side is, and which registers are accessed meanwhile.
#[derive(Clone, Debug)]
pub struct Batch {
    /// By source; sources that are not named send nothing.
    pub sources: Vec<Source>,
    /// By sink; sinks that are not named are always ready.
    pub sinks: Vec<Pace>,
    /// Register accesses: in this order, one at a time.
    pub script: Vec<RegisterAccess>,
    /// With a seed: address and data of a write come in random order, at a random distance, and responses are awaited now and then
    /// only. Without: all at once.
    pub scramble: Option<u64>,
    /// Clocks at most; a batch that needs more is stalled.
    pub budget: u64,
    /// The batch is over when everything is sent and done, no frame is half out, and this many clocks in a row saw no beat, decision,
    /// count or loss. More than the design's latency and the beats of a longest frame, which is dropped without a sign until its end. With 0 it
    /// is over when everything is sent and done, whatever is still inside.
    pub quiet: u64,
}

impl Default for Batch {
    /// Nothing to do, a million clocks for it, 400 quiet ones at the end.
    fn default() -> Self {
        Self { sources: Vec::new(), sinks: Vec::new(), script: Vec::new(), scramble: None, budget: 1_000_000, quiet: 400 }
    }
}

/// What one source sends.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The frames, without frame check sequence.
    pub frames: Frames,
    /// For a core: the ingress port of each frame; empty is port 0 for all. The frame's length every source announces.
    pub tuser: Vec<u8>,
    /// When it offers beats.
    pub pace: Pace,
}

impl Source {
    pub(crate) fn to_ffi(&self) -> ffi::Source<'_> {
        ffi::Source {
            bytes: ffi::Slice::new(&self.frames.bytes),
            ends: ffi::Slice::new(&self.frames.ends),
            tuser: ffi::Slice::new(&self.tuser),
            pace: self.pace.to_ffi(),
        }
    }
}

/// A register access of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterAccess {
    /// It starts then, or when the one before is answered, whichever is later.
    pub when: When,
    /// What it does.
    pub action: Action,
}

impl RegisterAccess {
    /// A write of a whole word.
    pub const fn write(when: When, address: u32, data: u32) -> Self {
        Self { when, action: Action::Write { address, data, strobe: 0xf } }
    }

    /// A read.
    pub const fn read(when: When, address: u32) -> Self {
        Self { when, action: Action::Read { address } }
    }

    pub(crate) fn to_ffi(self) -> ffi::RegisterAccess {
        let (when, source, at) = match self.when {
            When::Now => (0, 0, 0),
            When::Cycle(cycle) => (1, 0, cycle),
            When::Accepted { source, frame } => (2, source as u32, frame as u64),
        };
        let (address, data, strobe, write) = match self.action {
            Action::Write { address, data, strobe } => (address, data, strobe, true),
            Action::Read { address } => (address, 0, 0, false),
        };
        ffi::RegisterAccess { when, source, at, address, data, strobe, write }
    }
}

/// When an access starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once.
    Now,
    /// In this clock of the batch.
    Cycle(u64),
    /// When the last beat of a frame has been accepted.
    Accepted {
        /// At this source.
        source: usize,
        /// The frame's place in the batch.
        frame: usize,
    },
}

/// What an access does. Addresses are byte offsets of 12 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Writes the bytes of a word that `strobe` names.
    Write {
        /// Where.
        address: u32,
        /// What.
        data: u32,
        /// Bit n: byte n.
        strobe: u8,
    },
    /// Reads a word.
    Read {
        /// Where.
        address: u32,
    },
}

impl Action {
    /// The byte offset that it accesses.
    pub const fn address(self) -> u32 {
        match self {
            Self::Write { address, .. } | Self::Read { address } => address,
        }
    }
}

/// Which clocks to write to a wave file (FST, for GTKWave or Surfer), every signal of the design.
#[derive(Clone, Debug)]
pub struct Waves {
    /// The file; one that exists is overwritten.
    pub path: PathBuf,
    /// The waves begin when this source ...
    pub source: usize,
    /// ... offers this frame, counted from 0 since construction ...
    pub frame: u64,
    /// ... and last this many clocks.
    pub cycles: u64,
}
