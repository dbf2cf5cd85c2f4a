//! What a format's reader finds at the front of some bytes, and how it reads numbers there.

use std::time::Duration;

/// More than any capture program keeps of a frame, and as much as Wireshark takes: a record that claims more is damage.
pub(crate) const RECORD_MAX: usize = 256 << 10;

/// What a record says about itself, and where its bytes are.
pub(crate) struct Raw {
    pub(crate) interface: usize,
    pub(crate) time: Duration,
    pub(crate) original: u32,
    pub(crate) at: usize,
    pub(crate) length: usize,
}

/// What stands at the front of some bytes.
pub(crate) enum Step {
    /// A record of an Ethernet frame, and how many bytes it takes.
    Record(Raw, usize),
    /// A record of this other link type, and how many bytes it takes.
    Foreign(u32, usize),
    /// Something that carries no frame; it may be longer than what is there.
    Other(u64),
    /// So many bytes have to be there, and are not.
    Incomplete(usize),
}

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    #[default]
    Little,
    Big,
}

impl Order {
    #[inline]
    pub(crate) fn half(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    #[inline]
    pub(crate) fn word(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    /// The first `N` words of `bytes`, if there are so many.
    #[inline]
    pub(crate) fn words<const N: usize>(self, bytes: &[u8]) -> Option<[u32; N]> {
        let (words, _) = bytes.as_chunks::<4>();
        let words: &[[u8; 4]; N] = words.first_chunk()?;
        Some(words.map(|word| self.word(word)))
    }
}
