//! The BAR of a PCI function, mapped from its `resourceN` file in sysfs.

use crate::bar::Bar;
use memmap2::{MmapOptions, MmapRaw};
use std::fs::File;
use std::io;

/// A mapped BAR. The kernel keeps it mapped while this lives; it ends with SIGBUS if the function is removed meanwhile.
pub(crate) struct Mapped(MmapRaw);

impl Mapped {
    /// Maps all of a resource file, which is as long as the BAR.
    pub(crate) fn new(resource: &File) -> io::Result<Self> {
        let size = usize::try_from(resource.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self(MmapOptions::new().len(size).map_raw(resource)?))
    }

    /// The word at a byte offset.
    ///
    /// # Panics
    /// If it is not aligned, or not in the BAR: every access is checked here, and nowhere else needs to be.
    fn word(&self, offset: u64) -> *mut u32 {
        let inside = offset.checked_add(4).is_some_and(|end| end <= self.size());
        assert!(inside && offset.is_multiple_of(4), "no word at {offset:#x} of a BAR with {:#x} bytes", self.size());
        self.0.as_mut_ptr().wrapping_add(offset as usize).cast()
    }
}

#[expect(unsafe_code, reason = "the one place where the host touches a card's memory")]
impl Bar for Mapped {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&mut self, offset: u64) -> io::Result<u32> {
        // SAFETY: `word` is aligned and inside the mapping, which lives as long as `self`. Volatile: one load, in order, never left out.
        Ok(u32::from_le(unsafe { self.word(offset).read_volatile() }))
    }

    fn write(&mut self, offset: u64, value: u32) -> io::Result<()> {
        // SAFETY: as above; nothing of Rust's lies in this memory.
        unsafe { self.word(offset).write_volatile(value.to_le()) };
        Ok(())
    }
}
