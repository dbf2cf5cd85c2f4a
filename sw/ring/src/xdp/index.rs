//! Both ends of a ring that is shared with the kernel: one writes slots and moves the producer's index, the other reads them and moves the
//! consumer's. Who has moved an index has handed the slots over.
//!
//! Indices count on for ever and wrap; a slot is where an index is by the ring's size. Source: the kernel's `net/xdp/xsk_queue.h`.

/// Memory of a ring.
pub(crate) trait Shared {
    /// What lies in a slot.
    type Slot: Copy;
    /// How many slots there are: a power of two.
    fn size(&self) -> u32;
    /// Reads an index, and with it all that was written before it was moved.
    fn load(&self, end: End) -> u32;
    /// Moves an index, once all that was written or read before is done.
    fn store(&self, end: End, index: u32);
    /// Reads the slot of this number.
    fn read(&self, slot: u32) -> Self::Slot;
    /// Writes the slot of this number.
    fn write(&self, slot: u32, content: Self::Slot);
}

/// Whose index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Producer,
    Consumer,
}

/// The end that writes.
pub(crate) struct Producer<S> {
    shared: S,
    /// Where the next slot is written.
    next: u32,
    /// Up to where the other end has read, when last asked.
    read: u32,
}

impl<S: Shared> Producer<S> {
    pub(crate) fn new(shared: S) -> Self {
        let (next, read) = (shared.load(End::Producer), shared.load(End::Consumer));
        Self { shared, next, read }
    }

    /// Slots that may be written.
    pub(crate) fn room(&mut self) -> u32 {
        self.read = self.shared.load(End::Consumer);
        self.shared.size() - self.next.wrapping_sub(self.read)
    }

    /// Writes a slot, which the other end sees after [`Producer::publish`]; `false` if there is no room.
    pub(crate) fn put(&mut self, content: S::Slot) -> bool {
        if self.next.wrapping_sub(self.read) == self.shared.size() && self.room() == 0 {
            return false;
        }
        self.shared.write(self.next & (self.shared.size() - 1), content);
        self.next = self.next.wrapping_add(1);
        true
    }

    /// Hands over what was written.
    pub(crate) fn publish(&self) {
        self.shared.store(End::Producer, self.next);
    }

    /// Slots that were handed over, and that the other end has not read.
    pub(crate) fn waiting(&self) -> u32 {
        self.next.wrapping_sub(self.shared.load(End::Consumer))
    }
}

/// The end that reads.
pub(crate) struct Consumer<S> {
    shared: S,
    /// Where the next slot is read.
    next: u32,
    /// Up to where the other end has written, when last asked.
    written: u32,
}

impl<S: Shared> Consumer<S> {
    pub(crate) fn new(shared: S) -> Self {
        let (next, written) = (shared.load(End::Consumer), shared.load(End::Producer));
        Self { shared, next, written }
    }

    /// Reads a slot, which the other end may write again after [`Consumer::release`].
    pub(crate) fn take(&mut self) -> Option<S::Slot> {
        if self.next == self.written {
            self.written = self.shared.load(End::Producer);
            if self.next == self.written {
                return None;
            }
        }
        let content = self.shared.read(self.next & (self.shared.size() - 1));
        self.next = self.next.wrapping_add(1);
        Some(content)
    }

    /// Hands back what was read.
    pub(crate) fn release(&self) {
        self.shared.store(End::Consumer, self.next);
    }
}
