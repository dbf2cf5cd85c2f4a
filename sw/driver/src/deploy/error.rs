//! Why a card does not hold what it shall, and what to do about it.

use crate::card::{BusError, Fault};
use crate::word::Word;

/// A card that could not be brought into another state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeployError {
    /// An access failed.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The commit did not become complete in time.
    #[error("{0}; check the links and the host's queue, then apply again")]
    CommitStuck(Fault),
    /// A word reads back as something else than was written.
    #[error(
        "{word} reads {read:#010x} on core {core} where {wanted:#010x} was written; {}; \
         apply again; if it persists, reset the card and check its memory",
        if *.committed { "the change is in force, with this fault" } else { "nothing was committed, and the card keeps its previous state" }
    )]
    Readback {
        /// The word.
        word: Word,
        /// The core.
        core: u8,
        /// What was written.
        wanted: u32,
        /// What was read.
        read: u32,
        /// Whether that was noticed before or after the commit.
        committed: bool,
    },
    /// The card announces another generation than the one committed.
    #[error(
        "core {core} announces generation {read} after the commit of {wanted}; another program may be writing to this card; apply again"
    )]
    Generation {
        /// The core.
        core: u8,
        /// The number committed.
        wanted: u32,
        /// The number read.
        read: u32,
    },
    /// Tables for another kind of card.
    #[error("these tables are for a card with {wanted} groups, but this one has {has}; build them for this card")]
    Groups {
        /// What the tables have.
        wanted: usize,
        /// What the card has.
        has: usize,
    },
    /// No generation before this one.
    #[error("there is nothing to roll back to: the idle banks have not been written since the card's reset; apply a configuration instead")]
    NothingBefore,
    /// The idle banks hold parts of two states, or nobody said what they hold.
    #[error(
        "there is nothing to roll back to: an apply was interrupted, or another program wrote the idle banks, and their content is unknown; \
         apply a configuration instead"
    )]
    Interrupted,
    /// The idle banks hold something newer: it was rolled back already, or never committed.
    #[error(
        "generation {active} is in force, and the idle banks hold generation {idle}, which is not older; apply a configuration instead"
    )]
    NotOlder {
        /// In force.
        active: u32,
        /// In the idle banks.
        idle: u32,
    },
    /// The idle banks of two cores hold different words: nobody knows which is right.
    #[error("{word} of the previous generation is {first:#010x} on core 0 and {other:#010x} on core {core}; apply a configuration instead")]
    CoresDiffer {
        /// The word.
        word: Word,
        /// The other core.
        core: u8,
        /// What core 0 holds.
        first: u32,
        /// What the other core holds.
        other: u32,
    },
    /// A manager of the previous generation has no row any more.
    #[error("the previous generation sends packets to manager {manager}, whose row holds no MAC any more; apply a configuration instead")]
    RowLost {
        /// The manager.
        manager: u8,
    },
}

impl From<Fault> for DeployError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Bus(error) => Self::Bus(error),
            Fault::CommitStuck => Self::CommitStuck(fault),
        }
    }
}
