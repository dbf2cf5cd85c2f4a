//! The BAR of a PCI function, mapped from its `resourceN` file in sysfs.

use crate::bar::Bar;
use crate::sigbus::Watched;
use memmap2::{MmapOptions, MmapRaw};
use std::fs::File;
use std::io;

/// A mapped BAR. If the function is removed meanwhile, accesses end with an error.
pub(crate) struct Mapped {
    /// Dropped first: what is no longer mapped is not to be watched.
    watched: Watched,
    memory: MmapRaw,
}

impl Mapped {
    /// Maps all of a resource file, which is as long as the BAR.
    pub(crate) fn new(resource: &File) -> io::Result<Self> {
        let size = usize::try_from(resource.metadata()?.len()).map_err(io::Error::other)?;
        let memory = MmapOptions::new().len(size).map_raw(resource)?;
        Ok(Self { watched: Watched::new(memory.as_ptr(), memory.len())?, memory })
    }

    /// Whether the BAR was there for every access until now.
    fn there(&self) -> io::Result<()> {
        if self.watched.is_gone() { Err(io::ErrorKind::NotConnected.into()) } else { Ok(()) }
    }

    /// The word at a byte offset.
    ///
    /// # Panics
    /// If it is not aligned, or not in the BAR: every access is checked here, and nowhere else needs to be.
    fn word(&self, offset: u64) -> *mut u32 {
        let inside = offset.checked_add(4).is_some_and(|end| end <= self.size());
        assert!(inside && offset.is_multiple_of(4), "no word at {offset:#x} of a BAR with {:#x} bytes", self.size());
        self.memory.as_mut_ptr().wrapping_add(offset as usize).cast()
    }
}

#[expect(unsafe_code, reason = "the one place where the host touches a card's memory")]
impl Bar for Mapped {
    fn size(&self) -> u64 {
        self.memory.len() as u64
    }

    fn read(&mut self, offset: u64) -> io::Result<u32> {
        // SAFETY: `word` is aligned and inside the mapping, which lives as long as `self`. Volatile: one load, in order, never left out.
        let word = unsafe { self.word(offset).read_volatile() };
        self.there().map(|()| u32::from_le(word))
    }

    fn write(&mut self, offset: u64, value: u32) -> io::Result<()> {
        // SAFETY: as above; nothing of Rust's lies in this memory.
        unsafe { self.word(offset).write_volatile(value.to_le()) };
        self.there()
    }
}
