//! Memory that a file's bytes are read into.

/// Bytes of a cache's line.
pub(crate) const LINE: usize = 64;

/// Grows when more is needed, and is never emptied: zeroing it again would cost as much as reading.
#[derive(Default)]
pub(crate) struct Memory {
    bytes: Vec<u8>,
    /// Where the first byte in use is.
    start: usize,
}

impl Memory {
    /// Begins anew with these bytes, and room for more after them. What is read there lies at the beginning of a cache's line: to any other place the
    /// system copies a file's pages a tenth more slowly.
    pub(crate) fn begin(&mut self, rest: &[u8], more: usize) {
        self.start = 0;
        self.grow(LINE + rest.len() + more);
        self.start = self.bytes[rest.len()..].as_ptr().align_offset(LINE) % LINE;
        self.content_mut()[..rest.len()].copy_from_slice(rest);
    }

    /// Makes room for this many bytes.
    pub(crate) fn grow(&mut self, length: usize) {
        let needed = (self.start + length).max(self.bytes.len());
        self.bytes.reserve_exact(needed - self.bytes.len());
        self.bytes.resize(needed, 0);
    }

    /// What is there, and the room after it.
    pub(crate) fn content(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    pub(crate) fn content_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..]
    }

    /// How many bytes it takes.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.bytes.capacity()
    }
}
