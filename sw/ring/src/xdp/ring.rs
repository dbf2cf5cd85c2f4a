//! A ring of AF_XDP in memory that the kernel maps into this process. Source: the kernel's `include/uapi/linux/if_xdp.h`.

use super::index::{End, Shared};
use memmap2::{MmapOptions, MmapRaw};
use rustix::net::xdp::XdpRingOffset;
use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::sync::atomic::{AtomicU32, Ordering};

/// What lies in the rings for received frames and for those to send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub(super) struct Descriptor {
    /// Where in the memory its content begins.
    pub(super) address: u64,
    pub(super) length: u32,
    pub(super) options: u32,
}

/// What lies in a ring: any bits are one.
pub(super) trait Slot: Copy {}
impl Slot for u64 {}
impl Slot for Descriptor {}

/// A ring of so many slots.
pub(super) struct Mapped<T> {
    map: MmapRaw,
    offset: XdpRingOffset,
    size: u32,
    slots: PhantomData<T>,
}

impl<T: Slot> Mapped<T> {
    /// Maps the ring that a socket has at `page`.
    ///
    /// # Errors
    /// If the kernel does not map it.
    pub(super) fn new(socket: BorrowedFd<'_>, page: u64, offset: XdpRingOffset, size: u32) -> io::Result<Self> {
        let length = offset.desc as usize + size as usize * size_of::<T>();
        let map = MmapOptions::new().offset(page).len(length).populate().map_raw(socket.as_raw_fd())?;
        let fits = |at: u64| at as usize + size_of::<u32>() <= length && at.is_multiple_of(4);
        if !(fits(offset.producer) && fits(offset.consumer) && offset.desc.is_multiple_of(align_of::<T>() as u64) && size.is_power_of_two())
        {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the kernel's ring is none that this program knows"));
        }
        Ok(Self { map, offset, size, slots: PhantomData })
    }

    fn index(&self, end: End) -> &AtomicU32 {
        let at = match end {
            End::Producer => self.offset.producer,
            End::Consumer => self.offset.consumer,
        };
        // SAFETY: `new` has checked that an aligned number lies there, in a map that lives as long as `self`. The kernel writes it at any time,
        // which an atomic allows.
        unsafe { &*self.map.as_ptr().add(at as usize).cast() }
    }

    fn slot(&self, slot: u32) -> *mut T {
        assert!(slot < self.size, "the ring has {} slots", self.size);
        // SAFETY: `new` has mapped so many slots, aligned ones.
        unsafe { self.map.as_mut_ptr().add(self.offset.desc as usize).cast::<T>().add(slot as usize) }
    }
}

impl<T: Slot> Shared for Mapped<T> {
    type Slot = T;

    fn size(&self) -> u32 {
        self.size
    }

    fn load(&self, end: End) -> u32 {
        self.index(end).load(Ordering::Acquire)
    }

    fn store(&self, end: End, index: u32) {
        self.index(end).store(index, Ordering::Release);
    }

    fn read(&self, slot: u32) -> T {
        // SAFETY: the slot is there, any bits are a `Slot`, and by its index it is this program's: the kernel does not write it now.
        unsafe { self.slot(slot).read() }
    }

    fn write(&self, slot: u32, content: T) {
        // SAFETY: the slot is there, and by its index it is this program's: the kernel does not read it now.
        unsafe { self.slot(slot).write(content) }
    }
}
