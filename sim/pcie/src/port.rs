//! The card's register port, as the window reaches it.

use contract::limits::REGISTER_WINDOW;
use modelcard::ModelCard;
use std::sync::{Arc, Mutex, PoisonError};

/// The card refused an access, which changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slverr;

/// A card's register port. Addresses are byte offsets into its window, of whole words.
pub trait Port: Send {
    /// Reads one word.
    ///
    /// # Errors
    /// If the card refuses it.
    fn read(&mut self, address: u32) -> Result<u32, Slverr>;

    /// Writes one word.
    ///
    /// # Errors
    /// If the card refuses it.
    fn write(&mut self, address: u32, data: u32) -> Result<(), Slverr>;

    /// Bytes of its window: more than the contract's where a shell's wrapper has words of its own after it.
    fn size(&self) -> u32 {
        REGISTER_WINDOW
    }

    /// Resets the card.
    fn reset(&mut self);

    /// The clock in which the last access was answered; only records show it.
    fn clock(&self) -> u64;
}

/// The golden model as a port: its clock counts accesses.
#[derive(Clone, Debug)]
pub struct Model {
    /// The card.
    pub card: ModelCard,
    fresh: ModelCard,
    accesses: u64,
}

impl Model {
    /// A card that returns to what it is now whenever it is reset.
    pub fn new(card: ModelCard) -> Self {
        Self { fresh: card.clone(), card, accesses: 0 }
    }
}

impl Port for Model {
    fn read(&mut self, address: u32) -> Result<u32, Slverr> {
        self.accesses += 1;
        self.card.read(address).map_err(|_| Slverr)
    }

    fn write(&mut self, address: u32, data: u32) -> Result<(), Slverr> {
        self.accesses += 1;
        self.card.write(address, data).map_err(|_| Slverr)
    }

    fn reset(&mut self) {
        self.card = self.fresh.clone();
    }

    fn clock(&self) -> u64 {
        self.accesses
    }
}

/// A port that others look at while it is served.
impl<P: Port> Port for Arc<Mutex<P>> {
    fn read(&mut self, address: u32) -> Result<u32, Slverr> {
        self.lock().unwrap_or_else(PoisonError::into_inner).read(address)
    }

    fn write(&mut self, address: u32, data: u32) -> Result<(), Slverr> {
        self.lock().unwrap_or_else(PoisonError::into_inner).write(address, data)
    }

    fn size(&self) -> u32 {
        self.lock().unwrap_or_else(PoisonError::into_inner).size()
    }

    fn reset(&mut self) {
        self.lock().unwrap_or_else(PoisonError::into_inner).reset();
    }

    fn clock(&self) -> u64 {
        self.lock().unwrap_or_else(PoisonError::into_inner).clock()
    }
}
