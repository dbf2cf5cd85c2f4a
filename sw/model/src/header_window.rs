//! Stage `header_window`: the bytes of a frame that a header may lie in. Section 5 of `docs/decision.md`.

use contract::code::Reason;
use contract::limits::WINDOW;

/// The bytes that a header may lie in: those of the frame, up to where its IP header says that the packet ends.
#[derive(Clone, Copy, Debug)]
pub struct HeaderWindow<'a> {
    frame: &'a [u8],
}

impl<'a> HeaderWindow<'a> {
    /// The whole frame.
    pub fn of(frame: &'a [u8]) -> Self {
        Self { frame }
    }

    /// The same, but not beyond byte `end`. What follows is padding.
    pub fn until(self, end: usize) -> Self {
        Self { frame: &self.frame[..end.min(self.frame.len())] }
    }

    /// The `length` bytes of a header that starts at byte `at`.
    ///
    /// # Errors
    /// `Malformed` if they are not all there; `TooDeep` if they are, but not inside the first [`WINDOW`] bytes.
    pub fn header(self, at: usize, length: usize) -> Result<&'a [u8], Reason> {
        let end = at + length;
        let header = self.frame.get(at..end).ok_or(Reason::Malformed)?;
        if end > WINDOW { Err(Reason::TooDeep) } else { Ok(header) }
    }
}
