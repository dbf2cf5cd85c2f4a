//! The registers of a running card as a PCI function's BAR.

use pcie::{Port, Slverr};
use sim::{Action, Halted, LiveHandle};

/// The register port of a card whose clock runs on its own.
pub struct Bar {
    handle: LiveHandle,
    size: u32,
    clock: u64,
}

impl Bar {
    /// Bytes of the window, and the card.
    pub const fn new(size: u32, handle: LiveHandle) -> Self {
        Self { handle, size, clock: 0 }
    }

    fn access(&mut self, action: Action) -> Result<u32, Slverr> {
        // A card that has halted answers nothing: its host reads all ones.
        let accessed = self.handle.access(action).map_err(|Halted| Slverr)?;
        self.clock = accessed.finished;
        accessed.response.map_err(|_| Slverr)
    }
}

impl Port for Bar {
    fn read(&mut self, address: u32) -> Result<u32, Slverr> {
        self.access(Action::Read { address })
    }

    fn write(&mut self, address: u32, data: u32) -> Result<(), Slverr> {
        self.access(Action::Write { address, data, strobe: 0xf }).map(drop)
    }

    fn size(&self) -> u32 {
        self.size
    }

    fn reset(&mut self) {
        if let Ok(clock) = self.handle.reset() {
            self.clock = clock;
        }
    }

    fn clock(&self) -> u64 {
        self.clock
    }
}
