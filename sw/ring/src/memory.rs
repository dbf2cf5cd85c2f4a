//! Memory that outlives its process: words that another process can take over.

use memmap2::{MmapOptions, MmapRaw};
use nix::fcntl::{FcntlArg, SealFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::AtomicU64;

/// Bytes of a word.
const WORD: usize = size_of::<AtomicU64>();

/// Memory of a size that cannot change, shared by all who hold its descriptor.
#[derive(Debug)]
pub struct Memory {
    file: File,
    map: MmapRaw,
}

impl Memory {
    /// New memory, of zeros.
    ///
    /// # Errors
    /// If the system gives so much not.
    pub fn new(words: usize) -> io::Result<Self> {
        let file = File::from(memfd_create("tandem", MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING)?);
        file.set_len((words * WORD) as u64)?;
        fcntl(&file, FcntlArg::F_ADD_SEALS(seals()))?;
        Self::map(file)
    }

    /// The memory that this descriptor stands for.
    ///
    /// # Errors
    /// If it is no memory of a fixed size.
    pub fn of(fd: OwnedFd) -> io::Result<Self> {
        let has = SealFlag::from_bits_truncate(fcntl(&fd, FcntlArg::F_GET_SEALS)?);
        if !has.contains(seals()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "its size is not fixed"));
        }
        Self::map(fd.into())
    }

    fn map(file: File) -> io::Result<Self> {
        let map = MmapOptions::new().map_raw(&file)?;
        Ok(Self { file, map })
    }

    /// Where it begins.
    pub(crate) fn start(&self) -> *mut u8 {
        self.map.as_mut_ptr()
    }

    /// The words.
    pub fn words(&self) -> &[AtomicU64] {
        // SAFETY: the map has this many bytes, page-aligned, and lives as long as `self`. The file is sealed against shrinking, so that each
        // byte stays backed. Whoever else maps it may write at any time, which atomics allow; any bits are a word.
        unsafe { std::slice::from_raw_parts(self.map.as_ptr().cast(), self.map.len() / WORD) }
    }
}

impl AsFd for Memory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// Nobody makes it shorter or longer.
fn seals() -> SealFlag {
    SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW | SealFlag::F_SEAL_SEAL
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::Ordering::Relaxed;

    #[test]
    fn who_has_the_descriptor_has_the_memory() {
        let memory = Memory::new(1000).unwrap();
        assert!(memory.words().len() == 1000 && memory.words().iter().all(|word| word.load(Relaxed) == 0));
        memory.words()[999].store(7, Relaxed);
        let other = Memory::of(memory.as_fd().try_clone_to_owned().unwrap()).unwrap();
        drop(memory);
        assert_eq!(other.words()[999].load(Relaxed), 7);
        assert!(other.file.set_len(8).is_err(), "it can be made shorter");
    }

    #[test]
    fn memory_that_somebody_can_shorten_is_refused() {
        let plain = memfd_create("tandem", MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING).unwrap();
        assert_eq!(Memory::of(plain).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert!(Memory::of(File::open("/dev/null").unwrap().into()).is_err());
    }
}
