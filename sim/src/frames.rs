//! Many frames in one piece of memory.

/// Frames, their bytes end to end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frames {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: Vec<usize>,
}

impl Frames {
    /// No frames.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a frame.
    ///
    /// # Panics
    /// If it is empty: a stream cannot carry nothing.
    pub fn push(&mut self, frame: &[u8]) {
        assert!(!frame.is_empty(), "a stream cannot carry an empty frame");
        self.bytes.extend_from_slice(frame);
        self.ends.push(self.bytes.len());
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of one.
    ///
    /// # Panics
    /// If there is no such frame.
    pub fn get(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl<F: AsRef<[u8]>> FromIterator<F> for Frames {
    fn from_iter<I: IntoIterator<Item = F>>(frames: I) -> Self {
        let mut all = Self::new();
        frames.into_iter().for_each(|frame| all.push(frame.as_ref()));
        all
    }
}
