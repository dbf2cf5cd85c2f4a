//! Who has which frame of the memory. A frame that this program has is a value, which moves when the frame is handed over: what was handed over
//! cannot be touched.
//!
//! Source: WO 00/30322, FIG. 10 to 13, in which a bit of each buffer descriptor tells whose it is.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A frame without content.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a frame that is dropped is lost until the rings are closed"]
pub(crate) struct Free {
    frame: u32,
    ledger: u32,
}

/// A frame with content. Who hands it over has it no more:
///
/// ```
/// fn once(rings: &mut ring::xdp::Rings, held: ring::xdp::Held) {
///     rings.release(held);
/// }
/// ```
///
/// ```compile_fail,E0382
/// fn twice(rings: &mut ring::xdp::Rings, held: ring::xdp::Held) {
///     rings.release(held);
///     rings.release(held);
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a frame that is dropped is lost until the rings are closed"]
pub struct Held {
    free: Free,
    /// Where in the frame its content begins, and how long it is.
    pub(crate) start: u32,
    pub(crate) length: u32,
}

impl Free {
    /// The frame's number.
    #[cfg(test)]
    pub(crate) fn number(&self) -> u32 {
        self.frame
    }

    pub(crate) fn hold(self, start: u32, length: u32) -> Held {
        Held { free: self, start, length }
    }
}

impl Held {
    /// The frame's number.
    pub(crate) fn number(&self) -> u32 {
        self.free.frame
    }

    pub(crate) fn free(self) -> Free {
        self.free
    }
}

/// Who has a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeper {
    /// This program: there is one value for it.
    Program,
    /// The kernel, to put into it what comes by this interface.
    Fill(u8),
    /// The kernel, to send it by this interface.
    Transmit(u8),
}

/// Tells of each frame who has it, so that there is never more than one value for one.
#[derive(Debug)]
pub(crate) struct Ledger {
    keepers: Vec<Keeper>,
    /// No two ledgers of a process have the same, so that the values of one are not taken for another's.
    number: u32,
}

impl Ledger {
    /// A new one, and all its frames.
    pub(crate) fn new(frames: u32) -> (Self, Vec<Free>) {
        static LEDGERS: AtomicU32 = AtomicU32::new(0);
        let ledger = LEDGERS.fetch_add(1, Relaxed);
        let all = (0..frames).map(|frame| Free { frame, ledger }).collect();
        (Self { keepers: vec![Keeper::Program; frames as usize], number: ledger }, all)
    }

    /// The kernel has this frame from now on; returns its number.
    pub(crate) fn give(&mut self, free: Free, keeper: Keeper) -> u32 {
        assert!(self.knows(&free), "a frame of another memory");
        self.keepers[free.frame as usize] = keeper;
        free.frame
    }

    /// The kernel gives a frame back; `None` if it does not have it like this. So what a kernel tells wrongly makes no second value.
    pub(crate) fn take_back(&mut self, frame: u32, keeper: Keeper) -> Option<Free> {
        let now = self.keepers.get_mut(frame as usize).filter(|now| **now == keeper && keeper != Keeper::Program)?;
        *now = Keeper::Program;
        Some(Free { frame, ledger: self.number })
    }

    /// Whether a frame is one of these.
    pub(crate) fn knows(&self, free: &Free) -> bool {
        free.ledger == self.number
    }

    /// The same of one with content.
    pub(crate) fn knows_held(&self, held: &Held) -> bool {
        self.knows(&held.free)
    }

    /// How many frames are with this one.
    #[cfg(test)]
    pub(crate) fn count(&self, keeper: Keeper) -> usize {
        self.keepers.iter().filter(|now| **now == keeper).count()
    }
}
