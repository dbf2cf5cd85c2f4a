//! Who gets a capture's frames while they are read.

use crate::{Frame, Record};

/// Takes frames in. A trait, not a closure: the compiler calls a large closure for every frame, and can be told to inline a function.
pub trait Taker {
    /// Takes in the next frame.
    fn take(&mut self, record: &Record<'_>);
}

/// Nobody.
impl Taker for () {
    fn take(&mut self, _: &Record<'_>) {}
}

impl Taker for Vec<Frame> {
    fn take(&mut self, record: &Record<'_>) {
        self.push(Frame::from(*record));
    }
}
