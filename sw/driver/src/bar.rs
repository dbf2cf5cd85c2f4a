//! A BAR: words at byte offsets, without a word about refusal.

use crate::card::{BusError, Card, CardAccess};
use crate::locator::Locator;
use contract::box_322mhz;
use contract::register::{self, AccessMode, IDENTITY, IDENTITY_VALUE};
use std::io;

/// What a read gives that nobody answers, or that the card refuses.
pub(crate) const ALL_ONES: u32 = 0xffff_ffff;

/// A mapped or remote BAR. Every access is one aligned 32-bit word, carried out before the next one.
pub(crate) trait Bar: Send {
    /// Its size in bytes.
    fn size(&self) -> u64;

    /// Reads the word at a byte offset inside of it.
    fn read(&mut self, offset: u64) -> io::Result<u32>;

    /// Writes the word at a byte offset inside of it. Writes are posted: that the card refused one is not said.
    fn write(&mut self, offset: u64, value: u32) -> io::Result<()>;

    /// Makes accesses one after the other at their addresses behind `base`, and returns what the reads among them gave, in their order; else
    /// the address of an access that failed, and why.
    fn batch(&mut self, base: u64, accesses: &[CardAccess]) -> Result<Vec<u32>, (u32, io::Error)> {
        let mut read = Vec::new();
        for access in accesses {
            let offset = base + u64::from(access.address());
            let done = match *access {
                CardAccess::Read { .. } => self.read(offset).map(|value| read.push(value)),
                CardAccess::Write { value, .. } => self.write(offset, value),
            };
            done.map_err(|error| (access.address(), error))?;
        }
        Ok(read)
    }
}

/// Our register window in a BAR.
pub(crate) struct Window {
    pub(crate) bar: Box<dyn Bar>,
    pub(crate) base: u64,
    /// Whose it is.
    pub(crate) card: Locator,
}

impl Window {
    fn word(&mut self, address: u32) -> Result<u32, BusError> {
        self.bar.read(self.base + u64::from(address)).map_err(|error| lost(&self.card, address, &error))
    }

    /// All ones can be a word, a refusal or a dead card: the identity word tells the last, the register map the second.
    fn judge(&mut self, address: u32, value: u32) -> Result<u32, BusError> {
        if value == ALL_ONES {
            if self.word(IDENTITY.at(0))? != IDENTITY_VALUE {
                return Err(BusError::Dead { address, card: self.card.clone() });
            }
            let readable = register::decode(address).is_some_and(|(register, _)| register.access != AccessMode::Wo);
            if !readable && !box_322mhz::is_count(address) {
                return Err(BusError::Read { address });
            }
        }
        Ok(value)
    }
}

/// Why an access did not reach a card.
pub(crate) fn lost(card: &Locator, address: u32, error: &io::Error) -> BusError {
    match card {
        Locator::Pci(_) => BusError::Removed { address, card: card.clone() },
        Locator::VfioUser(_) => BusError::Gone { address, kind: error.kind() },
    }
}

impl Card for Window {
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        self.bar.write(self.base + u64::from(address), value).map_err(|error| lost(&self.card, address, &error))
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        let value = self.word(address)?;
        self.judge(address, value)
    }

    fn batch(&mut self, accesses: &[CardAccess]) -> Result<Vec<u32>, BusError> {
        let read = self.bar.batch(self.base, accesses).map_err(|(address, error)| lost(&self.card, address, &error))?;
        let reads = accesses.iter().filter(|access| matches!(access, CardAccess::Read { .. }));
        for (access, &value) in reads.zip(&read) {
            self.judge(access.address(), value)?;
        }
        Ok(read)
    }
}
