//! Stage `header_window`: the bytes of a frame that a header may lie in. Section 5 of `docs/decision.md`.

use contract::code::Reason;
use contract::limits::{EXTENSION_HEADERS, WINDOW};

/// The bytes that a header may lie in: those of the frame, up to where its IP header says that the packet ends.
#[derive(Clone, Copy, Debug)]
pub struct HeaderWindow<'a> {
    frame: &'a [u8],
    bytes: usize,
    extensions: usize,
}

impl<'a> HeaderWindow<'a> {
    /// What the card sees of a frame: headers in its first [`WINDOW`] bytes, and [`EXTENSION_HEADERS`] extension headers.
    pub fn of(frame: &'a [u8]) -> Self {
        Self { frame, bytes: WINDOW, extensions: EXTENSION_HEADERS }
    }

    /// All of a frame, and up to `extensions` extension headers: what a card would see that looked further.
    pub fn deep(frame: &'a [u8], extensions: usize) -> Self {
        Self { frame, bytes: usize::MAX, extensions }
    }

    /// The same, but not beyond byte `end`. What follows is padding.
    pub fn until(self, end: usize) -> Self {
        Self { frame: &self.frame[..end.min(self.frame.len())], ..self }
    }

    /// How many extension headers of a packet are walked.
    pub fn extensions(self) -> usize {
        self.extensions
    }

    /// The `length` bytes of a header that starts at byte `at`.
    ///
    /// # Errors
    /// `Malformed` if they are not all there; `TooDeep` if they are, but not inside the window.
    #[inline]
    pub fn header(self, at: usize, length: usize) -> Result<&'a [u8], Reason> {
        let end = at + length;
        let header = self.frame.get(at..end).ok_or(Reason::Malformed)?;
        if end > self.bytes { Err(Reason::TooDeep) } else { Ok(header) }
    }
}
