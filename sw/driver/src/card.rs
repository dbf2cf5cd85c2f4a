//! A card as its host sees it: words behind addresses.

use crate::locator::Locator;
use contract::register::{COUNTER_DATA, COUNTER_INDEX, COUNTER_WORDS, STATUS, VIEW};
use model::Count;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

/// How long a commit may take before it counts as stuck. A card needs less than a microsecond once its sinks take frames again.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// An access that did not take place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// A write was refused (SLVERR) and changed nothing. PCIe carries writes without an answer, so only a card in the same process says so.
    #[error("the card refused to write {value:#010x} to address {address:#05x}")]
    Write {
        /// Byte address in the window.
        address: u32,
        /// The word.
        value: u32,
    },
    /// A read was refused.
    #[error("the card refused to read address {address:#05x}")]
    Read {
        /// Byte address in the window.
        address: u32,
    },
    /// All ones where the identity word stood: nobody answers.
    #[error(
        "{card} is dead: reading address {address:#05x} gave all ones, and so does its identity word; {}",
        .card.revival()
    )]
    Dead {
        /// Byte address in the window.
        address: u32,
        /// The card.
        card: Locator,
    },
    /// The BAR went away under its mapping.
    #[error(
        "{card} went away during an access to address {address:#05x}: it was removed, or lost its link; {}, then run the command again: \
         it repairs what was interrupted",
        .card.rescan()
    )]
    Removed {
        /// Byte address in the window.
        address: u32,
        /// The card.
        card: Locator,
    },
    /// The way to the card broke.
    #[error(
        "the card disconnected during an access to address {address:#05x} ({kind}); restart the card, then run the command again: it repairs what was interrupted"
    )]
    Gone {
        /// Byte address in the window.
        address: u32,
        /// What the operating system said.
        kind: ErrorKind,
    },
}

/// A script that did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An access was refused.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// A commit did not become complete.
    #[error("the commit is still in progress after {} seconds; something may be stalling the card's outputs", PATIENCE.as_secs())]
    CommitStuck,
}

/// One access of a [`Card::batch`], by byte address in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardAccess {
    /// Reads a word.
    Read {
        /// Where.
        address: u32,
    },
    /// Writes a word.
    Write {
        /// Where.
        address: u32,
        /// The word.
        value: u32,
    },
}

impl CardAccess {
    /// Where it goes.
    pub fn address(self) -> u32 {
        match self {
            Self::Read { address } | Self::Write { address, .. } => address,
        }
    }
}

/// Whatever takes register accesses. Addresses are byte offsets into the window.
pub trait Card {
    /// Writes one word.
    ///
    /// # Errors
    /// If the card refuses it.
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError>;

    /// Reads one word.
    ///
    /// # Errors
    /// If the card refuses it.
    fn read(&mut self, address: u32) -> Result<u32, BusError>;

    /// Makes accesses one after the other, and returns what the reads among them gave, in their order.
    ///
    /// # Errors
    /// At the first one that the card refuses. Those behind it may have taken place: a card behind a socket is sent many before it answers one.
    fn batch(&mut self, accesses: &[CardAccess]) -> Result<Vec<u32>, BusError> {
        let mut read = Vec::new();
        for access in accesses {
            match *access {
                CardAccess::Read { address } => read.push(self.read(address)?),
                CardAccess::Write { address, value } => self.write(address, value)?,
            }
        }
        Ok(read)
    }
}

impl<C: Card + ?Sized> Card for &mut C {
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        (**self).write(address, value)
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        (**self).read(address)
    }

    fn batch(&mut self, accesses: &[CardAccess]) -> Result<Vec<u32>, BusError> {
        (**self).batch(accesses)
    }
}

/// Reads STATUS until no commit is in progress.
///
/// # Errors
/// If that takes longer than [`PATIENCE`], or a read is refused.
pub(crate) fn wait_for_commit(card: &mut impl Card) -> Result<(), Fault> {
    let start = Instant::now();
    while card.read(STATUS.at(0))? & 1 == 1 {
        if start.elapsed() > PATIENCE {
            return Err(Fault::CommitStuck);
        }
    }
    Ok(())
}

/// Reads one of a core's counters by its number (`contract::register::COUNTER_INDEX`), all of it at one instant.
///
/// Afterwards VIEW shows that core and the active banks.
///
/// # Errors
/// If the card has no such core or counter.
pub fn read_counter(card: &mut impl Card, core: u8, counter: u32) -> Result<Count, BusError> {
    card.write(VIEW.at(0), core.into())?;
    card.write(COUNTER_INDEX.at(0), counter * COUNTER_WORDS)?;
    let mut double_word = || -> Result<u64, BusError> {
        let low = card.read(COUNTER_DATA.at(0))?;
        let high = card.read(COUNTER_DATA.at(0))?;
        Ok(u64::from(high) << 32 | u64::from(low))
    };
    Ok(Count { frames: double_word()?, bytes: double_word()? })
}
