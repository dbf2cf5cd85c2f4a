//! What fragments may cost. Every bound is checked before memory is used.

use crate::Time;

/// Bytes of the longest datagram, headers included.
pub const DATAGRAM: usize = 65_535;
/// Of all bytes, the part that one source may hold.
pub const SOURCES: usize = 16;
/// A remembered datagram still receives if a fragment of it has come within this time.
pub const RECEIVES: Time = Time::from_secs(2);
/// Bytes of memory that a held frame costs beyond its own.
pub const OVERHEAD: usize = 64;

/// The bounds of the fragment handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Datagrams that are remembered, in any state.
    pub datagrams: usize,
    /// Bytes in use for frames that are held; of each frame its length and [`OVERHEAD`].
    pub bytes: usize,
    /// Fragments that one datagram may hold.
    pub fragments: usize,
    /// Bytes that one datagram may hold: of each fragment what it carries, its options and its extension headers.
    pub datagram_bytes: usize,
    /// How long a datagram is held for its first fragment.
    pub until_first: Time,
    /// How long it is remembered once it is complete.
    pub after_complete: Time,
    /// How long it is remembered after its last packet if it is not.
    pub after_last: Time,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            datagrams: 65_536,
            bytes: 64 << 20,
            fragments: 64,
            datagram_bytes: DATAGRAM,
            until_first: Time::from_secs(30),
            after_complete: Time::from_secs(2),
            after_last: Time::from_secs(30),
        }
    }
}

impl Bounds {
    /// Bytes that one source may hold.
    pub fn bytes_of_source(&self) -> usize {
        self.bytes / SOURCES
    }
}

/// What a frame costs while it is held.
pub fn cost(frame: &[u8]) -> usize {
    frame.len() + OVERHEAD
}
